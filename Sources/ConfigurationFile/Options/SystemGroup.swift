/// A group of this machine.
package struct SystemGroup: Hashable, Sendable {
    package var name: String
    /// As the kernel knows it (`gid_t`).
    package var number: UInt32

    package init(name: String, number: UInt32) {
        self.name = name
        self.number = number
    }
}
