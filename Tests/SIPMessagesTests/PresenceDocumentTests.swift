import Foundation
import Testing

@testable import SIPMessages

@Suite("Presence documents")
struct PresenceDocumentTests {
    private static let note = "//*[local-name()='note']"
    private static let since = Date(timeIntervalSince1970: 1_795_420_800.9)

    private static func document(_ change: (inout PresenceDocument) -> Void = { _ in }) -> PresenceDocument {
        let entity = SIPURI(user: "1001", host: "example.com")
        var document = PresenceDocument(of: entity, publisher: "pbx", since: since)
        change(&document)
        return document
    }

    @Test("every presence is valid")
    func valid() throws {
        let schema = try PresenceSchema()
        for activities in [[], [.meeting], [.away], [.away, .vacation]] as [[PresenceDocument.Activity]] {
            for until in [nil, Self.since.addingTimeInterval(3_600), .distantFuture] {
                for note in ["", "Back at 3 pm & later"] {
                    for contact in [nil, SIPURI(user: "o'neil&<co>", host: "example.com")] {
                        let document = Self.document {
                            ($0.activities, $0.until, $0.note, $0.contact) = (activities, until, note, contact)
                            $0.basic = contact == nil ? .open : .closed
                        }
                        #expect(try schema.isValid(document.text), "\(document.text)")
                    }
                }
            }
        }
        #expect(try schema.isValid(Self.document { $0.since = .distantPast }.text))
    }

    @Test("the judge does judge: the example of RFC 4480, 4.2 without its devices is valid, and with faults it is not")
    func judge() throws {
        let schema = try PresenceSchema()
        let example = """
            <?xml version="1.0" encoding="UTF-8"?>
            <presence xmlns="urn:ietf:params:xml:ns:pidf" xmlns:dm="urn:ietf:params:xml:ns:pidf:data-model"
                 xmlns:rpid="urn:ietf:params:xml:ns:pidf:rpid" entity="pres:someone@example.com">
              <tuple id="bs35r9"><status><basic>open</basic></status><contact>im:someone@mobile.example.net</contact>
                <note xml:lang="en">Don't Disturb Please!</note><timestamp>2005-10-27T16:49:29Z</timestamp></tuple>
              <note>I'll be in Tokyo next week</note>
              <dm:person id="p1"><rpid:activities from="2005-05-30T12:00:00+05:00" until="2005-05-30T17:00:00+05:00">
                <rpid:note>Far away</rpid:note><rpid:away/></rpid:activities></dm:person>
            </presence>
            """.replacing(" xml:lang=\"en\"", with: "")
        #expect(try schema.isValid(example))
        for (right, wrong) in [
            ("<rpid:away/>", "<rpid:gone/>"), ("<rpid:away/>", ""), ("id=\"p1\"", "id=\"1p\""), ("open", "ajar"),
            ("2005-10-27T16:49:29Z", "yesterday"), ("&lt;", "<"), ("</presence>", ""),
        ] where example.contains(right) {
            #expect(try !schema.isValid(example.replacing(right, with: wrong)), "\(wrong)")
        }
    }

    @Test("it says what was put into it")
    func contents() throws {
        let schema = try PresenceSchema()
        let text = Self.document {
            $0.activities = [.away, .vacation]
            $0.until = Self.since.addingTimeInterval(86_400)
            $0.note = "In Ulm"
        }.text
        #expect(try schema.text("/*/@entity", in: text) == "sip:1001@example.com")
        #expect(try schema.text("//*[local-name()='basic']", in: text) == "open")
        #expect(try schema.text("name(//*[local-name()='activities']/*[1])", in: text) == "rpid:away")
        #expect(try schema.text("name(//*[local-name()='activities']/*[2])", in: text) == "rpid:vacation")
        #expect(try schema.text(Self.note, in: text) == "In Ulm")
        // 1795420800 is 2026-11-23T08:00:00Z, as date(1) says.
        #expect(
            try schema.text("//*[local-name()='tuple']/*[local-name()='timestamp']", in: text) == "2026-11-23T08:00:00Z"
        )
        #expect(try schema.text("//@from", in: text) == "2026-11-23T08:00:00Z")
        #expect(try schema.text("//@until", in: text) == "2026-11-24T08:00:00Z")
    }

    @Test("the same presence makes the same bytes, and another publisher or user other ids")
    func ids() throws {
        let schema = try PresenceSchema()
        func id(_ document: PresenceDocument) throws -> [String] {
            try ["tuple", "person"].map { try schema.text("//*[local-name()='\($0)']/@id", in: document.text) }
        }
        #expect(Self.document().bytes == Self.document().bytes)
        let ids = try id(Self.document())
        #expect(try id(Self.document { $0.activities = [.away] }) == ids)
        let others = try [
            id(Self.document { $0.publisher = "pbx2" }),
            id(Self.document { $0.entity.user = "1002" }),
        ]
        #expect(Set((others + [ids]).flatMap { $0 }).count == 6)
    }

    @Test(
        "announcements come out as another parser reads them, whatever they hold",
        arguments: [
            ("]]></dm:note><rpid:away/><![CDATA[ &amp; <!-- \"'", "]]></dm:note><rpid:away/><![CDATA[ &amp; <!-- \"'"),
            ("a\r\nb\rc\nd\te", "a\nb\nc\nd\te"), ("\u{0}\u{1}\u{8}\u{B}\u{C}\u{1F}x\u{FFFE}\u{FFFF}", "x"),
            ("\u{7F}\u{85}\u{2028}\u{FFFD}\u{10FFFF}", "\u{7F}\u{85}\u{2028}\u{FFFD}\u{10FFFF}"),
            ("Zurück 😀👩‍👩‍👧‍👧 \u{202E}שלום e\u{301}", "Zurück 😀👩‍👩‍👧‍👧 \u{202E}שלום e\u{301}"),
        ]
    )
    func nasty(note: String, expected: String) throws {
        let schema = try PresenceSchema()
        let text = Self.document { $0.note = note }.text
        #expect(try schema.isValid(text))
        let read = try schema.text(Self.note, in: text)
        #expect(Array(read.utf8) == Array(expected.utf8))
    }

    @Test("a long note is cut between two characters, and says so", arguments: 3...60)
    func cut(longest: Int) throws {
        let family = "👩‍👩‍👧‍👧"
        #expect(family.utf8.count == 25)
        let escaped = XMLText.escaped(String(repeating: "&" + family, count: 1_000), longest: longest)
        // An ampersand takes 5 bytes and a family 25; the ellipsis takes 3.
        let room = longest - 3
        let expected = String(repeating: "&amp;" + family, count: room / 30) + (room % 30 >= 5 ? "&amp;" : "") + "…"
        #expect(escaped == expected)
        #expect(escaped.utf8.count <= longest)
    }

    @Test("a note that fits is not cut, and one for which there is no room at all is left out")
    func fitting() {
        #expect(XMLText.escaped("abcde", longest: 5) == "abcde")
        #expect(XMLText.escaped("abcdef", longest: 5) == "ab…")
        #expect(XMLText.escaped("abcdef", longest: 2).isEmpty)
        #expect(!Self.document { ($0.note, $0.longestNote) = ("abcdef", 2) }.text.contains("dm:note"))
        // One character of 10,000 parts.
        let tower = "e" + String(repeating: "\u{301}", count: 10_000)
        #expect(XMLText.escaped(tower, longest: 600) == "…")
    }

    @Test("with the note as long as it may be, a publication fits a datagram")
    func size() throws {
        let document = Self.document {
            $0.activities = [.away, .vacation]
            ($0.until, $0.note) = (Self.since, String(repeating: "ä&", count: 5_000))
        }
        #expect(document.bytes.count <= 1_300)
    }
}
