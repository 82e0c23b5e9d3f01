/// A number of things.
enum Count {
    /// `1 user`, `2 users`.
    static func text(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
}
