import AsteriskMessages
import Testing

/// The examples are those of
/// <https://docs.asterisk.org/Configuration/Interfaces/Asterisk-Manager-Interface-AMI/AMI-v2-Specification/>.
@Suite struct ManagerStreamTests {
    static let newChannel =
        "Event: Newchannel\r\nPrivilege: call,all\r\nChannel: PJSIP/misspiggy-00000001\r\nConnectedLineName: \r\n"
        + "ConnectedLineNum:\r\nVariable: MY_VAR=frogs\r\nVariable: HIDE_FROM_CHEF=true\r\n\r\n"

    @Test func `a banner, then messages of fields in order, also those of the same name`() throws {
        var stream = ManagerStream()
        let items = try stream.take(("Asterisk Call Manager/5.0.2\r\n" + Self.newChannel).utf8)
        #expect(items.count == 2)
        #expect(items.first == .banner("5.0.2"))
        guard case .message(let message) = try #require(items.last) else { return #expect(Bool(false)) }
        #expect(message["CHANNEL"] == "PJSIP/misspiggy-00000001")
        #expect(message["ConnectedLineName"] == "")
        #expect(message["ConnectedLineNum"] == "")
        #expect(
            message.fields.filter { $0.name == "Variable" }.map(\.value) == ["MY_VAR=frogs", "HIDE_FROM_CHEF=true"]
        )
    }

    @Test func `it does not matter how the bytes are cut, nor whether lines end with LF alone`() throws {
        let text = "Asterisk Call Manager/5.0.2\r\n" + Self.newChannel + Self.newChannel
        var whole = ManagerStream()
        let expected = try whole.take(text.utf8)
        #expect(expected.count == 3)
        var stream = ManagerStream()
        #expect(try text.utf8.flatMap { try stream.take([$0]) } == expected)
        var lenient = ManagerStream()
        #expect(try lenient.take(text.utf8.filter { $0 != 0x0D }) == expected)
    }

    @Test(
        arguments: [
            ("SSH-2.0-OpenSSH_9.2\r\n", ManagerStream.Fault.banner("SSH-2.0-OpenSSH_9.2")),
            ("HTTP/1.1 400 Bad\u{1B}[31m Request\r\n", .banner("HTTP/1.1 400 Bad?[31m Request")),
            ("Asterisk Call Manager/5.0.2\r\nnothing\r\n", .line("nothing")),
            ("Asterisk Call Manager/5.0.2\r\n: no name\r\n", .line(": no name")),
        ]
    )
    func `garbage is an error that shows its beginning`(text: String, fault: ManagerStream.Fault) {
        var stream = ManagerStream()
        #expect(throws: fault) { try stream.take(text.utf8) }
    }

    @Test func `what never ends is not kept`() throws {
        var endless = ManagerStream()
        #expect(throws: ManagerStream.Fault.banner(String(repeating: "a", count: 60))) {
            try endless.take(Array(repeating: 0x61, count: 10_000))
        }
        var line = ManagerStream()
        _ = try line.take("Asterisk Call Manager/5.0.2\r\nResponse: ".utf8)
        #expect(throws: ManagerStream.Fault.length) { try line.take(Array(repeating: 0x61, count: 10_000)) }
        var message = ManagerStream()
        _ = try message.take("Asterisk Call Manager/5.0.2\r\n".utf8)
        #expect(throws: ManagerStream.Fault.length) {
            try message.take(String(repeating: "A: b\r\n", count: 1_000).utf8)
        }
    }

    @Test(
        arguments: [
            ([("Response", "Success"), ("ActionID", "7"), ("Message", "Variable Set")], ManagerReply.Outcome.success),
            ([("Response", "Goodbye"), ("Message", "Thanks for all the fish.")], .success),
            ([("Response", "Success"), ("Ping", "Pong")], .success),
            ([("Response", "Error"), ("Message", "Permission denied")], .denied),
            ([("response", "error"), ("message", "Variable not set")], .error("Variable not set")),
            ([("Response", "Error")], .error("")),
        ]
    )
    func `an answer says how it went`(fields: [(String, String)], outcome: ManagerReply.Outcome) {
        let reply = ManagerReply(AsteriskMessage(fields.map { AsteriskMessage.Field($0.0, $0.1) }))
        #expect(reply?.outcome == outcome)
        #expect(reply?.actionID == fields.first { $0.0 == "ActionID" }?.1)
    }

    @Test func `an event is no answer`() {
        #expect(ManagerReply(AsteriskMessage([.init("Event", "FullyBooted"), .init("Status", "Fully Booted")])) == nil)
    }
}
