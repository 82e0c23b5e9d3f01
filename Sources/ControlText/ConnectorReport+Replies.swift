import ControlAPI

extension ConnectorReport {
    /// How changes of automatic replies are noticed, for a person; `nil` where only scans read them. A way that is younger
    /// than this program is told as it is.
    var automaticReplyWords: String? {
        switch automaticReplies {
        case nil: nil
        case "hints": "automatic replies by hints of the server"
        case "unproven": "automatic replies one by one, and by hints that are not proven yet"
        case "rotation": "automatic replies one by one"
        case let other?: "automatic replies by \(other.filter { $0.isASCII && $0.isLetter })"
        }
    }
}
