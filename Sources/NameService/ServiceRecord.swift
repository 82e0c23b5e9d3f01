/// Where a domain has a service: an SRV record (<https://www.rfc-editor.org/rfc/rfc2782>).
package struct ServiceRecord: Hashable, Sendable {
    /// A host name in lower case, without a dot at its end.
    package let target: String
    package let port: UInt16
    /// Those with the lowest are tried first.
    package let priority: UInt16
    /// Among equals in priority, how often one is to be tried first, in proportion.
    package let weight: UInt16

    package init(target: String, port: UInt16, priority: UInt16, weight: UInt16) {
        self.target = target
        self.port = port
        self.priority = priority
        self.weight = weight
    }

    /// The order in which they are to be tried: by priority, and among equals drawn by weight, as RFC 2782 says on its
    /// page 3.
    ///
    /// - Parameter random: a number within the range, each as likely as any other.
    package static func ordered(
        _ records: [ServiceRecord],
        random: (ClosedRange<Int>) -> Int
    ) -> [ServiceRecord] {
        var ordered: [ServiceRecord] = []
        let priorities = Dictionary(grouping: records, by: \.priority)
        for (_, equals) in priorities.sorted(by: { $0.key < $1.key }) {
            // Those of weight 0 stand first, so that they are drawn seldom, and not never.
            var rest = equals.filter { $0.weight == 0 } + equals.filter { $0.weight > 0 }
            while !rest.isEmpty {
                let drawn = random(0...rest.reduce(0) { $0 + Int($1.weight) })
                var sum = 0
                let index = rest.firstIndex { record in
                    sum += Int(record.weight)
                    return sum >= drawn
                }
                ordered.append(rest.remove(at: index ?? 0))
            }
        }
        return ordered
    }
}
