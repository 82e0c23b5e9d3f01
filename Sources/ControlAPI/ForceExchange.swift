/// The body of `POST /v1/force`.
package struct ForceRequest: Codable, Hashable, Sendable {
    /// Addresses or extensions; nothing or an empty list means all.
    package var users: [String]?

    package init(users: [String]? = nil) {
        self.users = users
    }
}

/// One line of the answer to `POST /v1/force` (`application/x-ndjson`), written as it happens: an object whose one key
/// says which.
package enum ForceLine: Hashable, Sendable {
    /// So many of all users were read or failed.
    case progress(done: Int, total: Int)
    case changed(PresenceChange)
    /// The last line. What failed is named.
    case finished(failed: [String], unreachable: [Unreachable])

    /// A connector that could not be asked.
    package struct Unreachable: Codable, Hashable, Sendable {
        package var connector: String
        package var diagnosis: String
        package var summary: String
        package var remedy: String

        package init(connector: String, diagnosis: String, summary: String, remedy: String) {
            self.connector = connector
            self.diagnosis = diagnosis
            self.summary = summary
            self.remedy = remedy
        }
    }
}

extension ForceLine: Codable {
    private enum CodingKeys: String, CodingKey {
        case progress, changed, finished
    }

    private struct Progress: Codable {
        var done: Int
        var total: Int
    }

    private struct Finished: Codable {
        var failed: [String]
        var unreachable: [Unreachable]
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        if let progress = try container.decodeIfPresent(Progress.self, forKey: .progress) {
            self = .progress(done: progress.done, total: progress.total)
        } else if let change = try container.decodeIfPresent(PresenceChange.self, forKey: .changed) {
            self = .changed(change)
        } else {
            let finished = try container.decode(Finished.self, forKey: .finished)
            self = .finished(failed: finished.failed, unreachable: finished.unreachable)
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .progress(let done, let total):
            try container.encode(Progress(done: done, total: total), forKey: .progress)
        case .changed(let change): try container.encode(change, forKey: .changed)
        case .finished(let failed, let unreachable):
            try container.encode(Finished(failed: failed, unreachable: unreachable), forKey: .finished)
        }
    }
}
