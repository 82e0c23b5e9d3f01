import ControlAPI
import ControlText
import Foundation
import Testing

@Suite("What status says of how automatic replies are noticed")
struct AutomaticRepliesTests {
    private static func lines(_ connector: ConnectorReport) -> [String] {
        StatusText(Samples.status(connectors: [connector]), now: Samples.now, zone: .gmt).lines
    }

    @Test(
        "each way has its words",
        arguments: [
            ("hints", "automatic replies by hints of the server"), ("rotation", "automatic replies one by one"),
            ("unproven", "automatic replies one by one, and by hints that are not proven yet"),
            ("telepathy\u{1B}[2J", "automatic replies by telepathyJ"),
        ]
    )
    func ways(way: String, words: String) {
        #expect(Self.lines(Samples.connector(automaticReplies: way)).contains("           \(words)"))
    }

    @Test("where scans alone read them, nothing is said")
    func scans() {
        #expect(!Self.lines(Samples.connector()).contains { $0.contains("automatic replies") })
    }

    @Test("a machine reads the way, or null, and older answers without it")
    func json() throws {
        let encoded = try ControlJSON.encode(Samples.connector(automaticReplies: "hints"))
        #expect(String(decoding: encoded, as: UTF8.self).contains(#""automatic_replies":"hints""#))
        let without = try ControlJSON.encode(Samples.connector())
        #expect(String(decoding: without, as: UTF8.self).contains(#""automatic_replies":null"#))
        #expect(try ControlJSON.decode(ConnectorReport.self, from: encoded).automaticReplies == "hints")
    }
}
