extension SchemaStep {
    /// What schema 7 adds: how the hooks tell.
    static let manners = """
        -- What of its settings decides what the receiver of the hook shows; in another manner everybody is told once more.
        ALTER TABLE hook ADD COLUMN manner TEXT;

        """
}
