/// A token that an authority has issued. It shows as `***` wherever it is printed, interpolated, reflected or dumped.
package struct AccessToken: Hashable, Sendable {
    /// Longer than any that Entra issues for an application, and what a header may still carry.
    package static let longest = 32_768

    private let text: String

    /// `nil` where this is none (<https://www.rfc-editor.org/rfc/rfc6750#section-2.1>): it goes into a header as it is.
    package init?(_ text: String) {
        guard 1...Self.longest ~= text.utf8.count, text.utf8.allSatisfy(Self.isPart) else { return nil }
        self.text = text
    }

    /// The text itself, for the one place that sends it.
    package func reveal() -> String { text }

    private static func isPart(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: "-._~+/=".utf8.contains(byte)
        }
    }
}

extension AccessToken: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "***" }
    package var debugDescription: String { "***" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
