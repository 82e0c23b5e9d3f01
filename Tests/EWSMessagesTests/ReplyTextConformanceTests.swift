import Testing

@testable import EWSMessages

/// Bodies out of samples and recordings, against what a person who reads them aloud says.
@Suite("ConformanceTests: text of replies", .enabled(if: SharedFolder.exists, "../shared is not here"))
struct ReplyTextConformanceTests {
    @Test(
        "recorded automatic replies read as a person reads them",
        arguments: [
            ("02", "Away internal & back", "Away external"), ("04", "", ""),
            ("06", "Away internal & back", "Away external"),
            ("12", "x", "y"), ("14", "Away internal & back", "Away external"),
        ]
    )
    func recorded(number: String, internalText: String, externalText: String) throws {
        let bytes = try SharedFolder.bytes("ews/recorded-grommunio/GetUserOofSettings/\(number).response.xml")
        guard case .success(let response) = try GetUserOofSettingsResponse.decode(bytes).result else {
            Issue.record("a fault")
            return
        }
        let settings = try #require(response.oofSettings)
        #expect(ReplyText(settings.internalReply).text == internalText)
        #expect(ReplyText(settings.externalReply).text == externalText)
    }

    @Test("the replies of the documentation are plain text, and stay so")
    func documented() throws {
        let files = SharedFolder.files(below: "ews/samples/SetUserOofSettings", suffix: ".request.xml")
        #expect(files.count == 9)
        for file in files {
            let texts = try ElementTexts.texts(of: "Message", in: SharedFolder.bytes(file)).map { ReplyText($0).text }
            let expected = [
                "I am out of office. This is my internal reply.", "I am out of office. This is my external reply.",
            ]
            #expect(texts == expected, "\(file)")
        }
    }

    @Test("a message that Exchange 2016 wrote reads as a person reads it")
    func written() throws {
        let name = "41-ewsjs-GetItemWithTentativelyAcceptedMeetingResponseReque"
        let bytes = try SharedFolder.bytes("ews/samples/GetItem/\(name).response.xml")
        let bodies = try ElementTexts.texts(of: "Body", in: bytes)
        let expected = "Your request was received and is pending approval.\nSent by Microsoft Exchange Server 2016"
        #expect(bodies.contains { ReplyText($0).text == expected })
    }
}

/// The texts of all elements of a name.
private final class ElementTexts: XMLEvents {
    private let name: String
    private var path: [String] = []
    private var texts: [String] = []

    private init(name: String) {
        self.name = name
    }

    static func texts(of name: String, in bytes: [UInt8]) throws -> [String] {
        let parser = XMLDocumentParser(limits: ParserLimits())
        let texts = ElementTexts(name: name)
        parser.events = texts
        try parser.feed(bytes[...])
        try parser.finish()
        return texts.texts
    }

    func start(_ name: XMLName, attributes: ElementAttributes) {
        path.append(name.text)
        if name.text == self.name { texts.append("") }
    }

    func text(_ bytes: UnsafeBufferPointer<UInt8>) {
        if path.last == name { texts[texts.count - 1] += String(decoding: bytes, as: UTF8.self) }
    }

    func end() {
        path.removeLast()
    }

    func isTolerable(_ error: EWSDecodingError) -> Bool { false }
}
