/// Details that come with some errors, such as how long to wait after `ErrorServerBusy`
/// (<https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/messagexml>).
package struct MessageXml: Hashable, Sendable {
    /// The values by their names, such as `BackOffMilliseconds` or `Policy`.
    package var values: [String: String]

    package init(values: [String: String] = [:]) {
        self.values = values
    }

    /// How long the server asks to be left alone, in milliseconds; `nil` where it does not say. At most a day.
    package var backOffMilliseconds: Int? {
        values["BackOffMilliseconds"].flatMap { Int($0) }.map { min(max(0, $0), 86_400_000) }
    }
}

extension MessageXml {
    /// Collects the values; sixteen are more than any error has.
    final class Reader {
        private(set) var messageXml = MessageXml()
        private var name: String?

        /// `namespace` is that of the element itself; its children are of the types namespace everywhere.
        func pattern(_ namespace: XMLNamespace) -> ElementPattern {
            let value = ElementPattern.text(.types, "Value", open: { self.name = $0["Name"] }) { text in
                guard let name = self.name, self.messageXml.values.count < 16 else { return }
                self.messageXml.values[name] = String(text.trimmed.prefix(256))
            }
            return ElementPattern(namespace, "MessageXml", children: [value])
        }

        /// Forgets what was read.
        func reset() {
            messageXml = MessageXml()
        }
    }
}
