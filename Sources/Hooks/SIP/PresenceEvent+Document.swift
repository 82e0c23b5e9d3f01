import Availability
import SIPMessages

extension PresenceEvent {
    /// What is published of it; `nil` where it is to be taken back.
    ///
    /// - Parameter publisher: tells our part of a user's presence from what others publish.
    func document(
        of presentity: SIPURI,
        publisher: String,
        note: SIPPublishHook.Note
    ) -> PresenceDocument? {
        var document = PresenceDocument(of: presentity, publisher: publisher, since: current.since)
        switch current.presence {
        case .unknown: return nil
        case .available: return document
        case .meeting: document.activities = [.meeting]
        case .away: document.activities = current.reason == .automaticReply ? [.away, .vacation] : [.away]
        }
        document.until = current.until
        switch note {
        case .internalText: document.note = current.announcement?.internalText ?? ""
        case .externalText: document.note = current.announcement?.externalText ?? ""
        case .none: break
        }
        return document
    }
}
