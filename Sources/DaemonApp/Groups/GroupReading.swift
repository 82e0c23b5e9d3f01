import Availability

/// One reading of groups through their connectors.
///
/// A connector that cannot be asked about one group is not asked about the others: each would cost another time limit.
struct GroupReading {
    private let sources: [String: any DirectorySource]
    private var failures: [String: SourceFailure] = [:]

    /// - Parameter sources: of the connectors that run.
    init(_ sources: [any DirectorySource]) {
        self.sources = Dictionary(sources.map { ($0.name, $0) }) { first, _ in first }
    }

    /// Asks for everybody in a group; `nil` where its connector does not run.
    mutating func expansion(of group: UserGroup) async -> GroupExpansion? {
        guard let source = sources[group.connector] else { return nil }
        var expansion = GroupExpansion(of: group.address)
        if let failure = failures[group.connector] { expansion.giveUp(failure) }
        while let next = expansion.next {
            do throws(SourceFailure) {
                expansion.take(try await source.expand(next))
            } catch {
                if error.isOfRequest {
                    expansion.take(.failure(DirectoryFailure(error.diagnosis, retry: error.retry)))
                } else {
                    failures[group.connector] = error
                    expansion.giveUp(error)
                }
            }
        }
        return expansion
    }
}
