import AsteriskMessages
import Foundation
import Testing

@Suite struct PresenceStateTests {
    /// As <https://docs.asterisk.org/Latest_API/API_Documentation/Dialplan_Functions/PRESENCE_STATE/> has them.
    @Test func `the states that there are`() {
        #expect(
            Set(PresenceState.Value.allCases.map(\.rawValue))
                == ["not_set", "unavailable", "available", "away", "xa", "chat", "dnd"]
        )
        #expect(
            Set(DeviceState.allCases.map(\.rawValue)) == [
                "UNKNOWN", "NOT_INUSE", "INUSE", "BUSY", "INVALID", "UNAVAILABLE", "RINGING", "RINGINUSE", "ONHOLD",
            ]
        )
    }

    @Test(
        arguments: [
            (PresenceState(.available), "available"),
            (PresenceState(.away, subtype: "temporary", message: "Out to lunch"), "away,temporary,Out to lunch"),
            (PresenceState(.doNotDisturb, message: "Trying to get work done"), "dnd,,Trying to get work done"),
            (PresenceState(.away, message: "a\r\nAction: Originate"), "away,,a Action: Originate"),
            (PresenceState(.extendedAway, subtype: "On vacation!", message: ""), "xa,On vacation!,"),
            // printf 'a,b' | base64
            (PresenceState(.extendedAway, message: "a,b"), "xa,,YSxi,e"),
            // printf 'Grüße, bin weg' | base64
            (PresenceState(.away, subtype: "x", message: "Grüße, bin weg"), "away,eA==,R3LDvMOfZSwgYmluIHdlZw==,e"),
            // White space of all kinds is a blank.
            (PresenceState(.away, message: " one\r\n\ttwo\u{2028}three\0 "), "away,,one two three"),
        ]
    )
    func `the value has the parts that the documentation tells`(state: PresenceState, text: String) {
        #expect(state.text == text)
    }

    @Test(
        arguments: [
            "a,b", "quote \" and ' quote", "${EVAL(x)}", "$[1+1]", "back\\slash", "(par)", "semi;colon", "dnd,,,e",
            "👩‍👩‍👧‍👦 away", "50 %", "a=b", "<xml/>", "[x]", "a|b&c", "@", "#", "*", "~", "{", "}",
        ]
    )
    func `what has a meaning elsewhere goes in Base64`(message: String) throws {
        let parts = PresenceState(.away, message: message).text.split(separator: ",", omittingEmptySubsequences: false)
        #expect(parts.count == 4)
        #expect(parts.last == "e")
        let decoded = try #require(Data(base64Encoded: String(parts[2])))
        #expect(String(decoding: decoded, as: UTF8.self) == message)
    }

    @Test(arguments: ["a", "ü", "👩‍👩‍👧‍👦", "e\u{301}", "日"])
    func `a long text is cut where a character ends, within what Asterisk decodes`(character: String) throws {
        let text = PresenceState(.away, message: String(repeating: character, count: 5_000)).text
        let encoded = text.split(separator: ",", omittingEmptySubsequences: false)[2]
        let bytes = try #require(Data(base64Encoded: String(encoded)))
        #expect(bytes.count <= 255)
        let decoded = try #require(String(data: bytes, encoding: .utf8))
        #expect(decoded.hasSuffix("…"))
        #expect(decoded.dropLast().allSatisfy { String($0) == character })
        #expect(bytes.count + character.utf8.count > 255)
        // With its variable it is a line that Asterisk reads.
        _ = try ManagerAction.setvar("PRESENCE_STATE(CustomPresence:101)", to: text).message(id: "1").bytes()
    }

    @Test func `a text that just fits is whole`() throws {
        let text = PresenceState(.away, message: String(repeating: "a", count: 255)).text
        #expect(text == "away,," + String(repeating: "a", count: 255))
    }
}

@Suite struct StateNameTests {
    func name(
        _ template: String,
        _ phoneExtension: String? = "101",
        user: String = "jane.doe",
        domain: String = "example.com"
    ) throws(StateName.Fault) -> String {
        try StateName(template: template, prefix: "Custom:", phoneExtension: phoneExtension, user: user, domain: domain)
            .text
    }

    @Test func `templates are filled in`() throws {
        #expect(try name("Custom:{extension}") == "Custom:101")
        #expect(try name("Custom:fb-{user}@{domain}") == "Custom:fb-jane.doe@example.com")
        #expect(try name("Custom:{user}", nil) == "Custom:jane.doe")
        #expect(try name("Custom:{extension}", "+49-89_1.2") == "Custom:+49-89_1.2")
    }

    @Test(
        arguments: [
            "1,2", "1)", "(1", "1 2", "${X}", "1\r\nAction: Originate", "1\n", "ä", "", "1@2", "1&2", "*72", "1:2",
            "{user}", "1\0",
        ]
    )
    func `nothing but letters, digits and -_.+ is filled in`(value: String) {
        let phoneExtension = value.isEmpty ? "" : value
        #expect(throws: value.isEmpty ? StateName.Fault.noExtension : .value(placeholder: "extension")) {
            try name("Custom:{extension}", phoneExtension)
        }
        #expect(throws: StateName.Fault.value(placeholder: "user")) { try name("Custom:{user}", user: value) }
        #expect(throws: StateName.Fault.value(placeholder: "domain")) { try name("Custom:{domain}", domain: value) }
    }

    @Test(arguments: [
        "{extension}", "SIP/{extension}", "Custom:", "Custom:{exten}", "Custom:{extension", "Custom:a)b", "Custom:a b",
    ])
    func `a template begins as it must and holds nothing else`(template: String) {
        #expect(throws: StateName.Fault.template) { try name(template) }
    }

    @Test func `who has no extension has no such name`() {
        #expect(throws: StateName.Fault.noExtension) { try name("Custom:{extension}", nil) }
    }

    @Test func `a name is no longer than it may be`() throws {
        _ = try name("Custom:{user}", user: String(repeating: "a", count: 193))
        #expect(throws: StateName.Fault.length) { try name("Custom:{user}", user: String(repeating: "a", count: 194)) }
    }
}
