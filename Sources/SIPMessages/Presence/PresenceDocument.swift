import COpenSSL
package import Foundation

/// A presence as it is published: PIDF (RFC 3863) with the data model (RFC 4479) and activities of RPID (RFC 4480).
///
/// The same presence makes the same bytes: the time in it is when the presence began, not when it was written.
package struct PresenceDocument: Hashable, Sendable {
    package static let mediaType = "application/pidf+xml"

    /// What the person does (RFC 4480, 3.2); nothing where somebody is just there.
    package enum Activity: String, CaseIterable, Hashable, Sendable {
        case meeting, away, vacation
    }

    /// Whether calls are taken at all (RFC 3863, 4.1.4). Phones show those who are `closed` as not there.
    package enum Basic: String, Hashable, Sendable {
        case open, closed
    }

    /// Whose presence it is.
    package var entity: SIPURI
    /// What tells our tuple and person from those of others, where several publish for one user: the same name gives the
    /// same ids, another one others.
    package var publisher: String
    package var basic: Basic = .open
    package var activities: [Activity] = []
    /// When it began.
    package var since: Date
    /// When the activities end, as far as is known.
    package var until: Date?
    /// For people; left out where it is empty.
    package var note: String = ""
    /// The most bytes that the note takes in the document; what is longer is cut between two characters.
    package var longestNote = 600
    /// Where to reach the user; left out where it is `nil`.
    package var contact: SIPURI?

    package init(of entity: SIPURI, publisher: String, since: Date) {
        self.entity = entity
        self.publisher = publisher
        self.since = since
    }

    package var text: String {
        let time = Timestamp.text(since)
        var activities = ""
        if !self.activities.isEmpty {
            let until = self.until.map { " until=\"\(Timestamp.text($0))\"" } ?? ""
            let elements = self.activities.map { "<rpid:\($0.rawValue)/>" }.joined()
            activities = "<rpid:activities from=\"\(time)\"\(until)>\(elements)</rpid:activities>"
        }
        let contact = self.contact.map { "<contact>\(XMLText.escaped($0.description))</contact>" } ?? ""
        let note = XMLText.escaped(note, longest: longestNote)
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <presence xmlns="urn:ietf:params:xml:ns:pidf" xmlns:dm="urn:ietf:params:xml:ns:pidf:data-model" \
            xmlns:rpid="urn:ietf:params:xml:ns:pidf:rpid" entity="\(XMLText.escaped(entity.description))">
            <tuple id="t\(identity)"><status><basic>\(basic.rawValue)</basic></status>\(contact)\
            <timestamp>\(time)</timestamp></tuple>
            <dm:person id="p\(identity)">\(activities)\(note.isEmpty ? "" : "<dm:note>\(note)</dm:note>")\
            <dm:timestamp>\(time)</dm:timestamp></dm:person>
            </presence>

            """
    }

    package var bytes: [UInt8] { Array(text.utf8) }

    /// What makes an id of its own: 64 bits of a digest of publisher and entity, behind a letter, since an id is a name.
    private var identity: String {
        let bytes = Array("\(publisher)\u{0}\(entity)".utf8)
        var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
        SHA256(bytes, bytes.count, &digest)
        return Hexadecimal.text(digest.prefix(8))
    }
}
