import Testing

@testable import AsteriskMessages

@Suite struct ManagerActionTests {
    @Test func `an action is fields and an empty line, with its ActionID`() throws {
        let action = ManagerAction.setvar("DEVICE_STATE(Custom:101)", to: "BUSY")
        #expect(
            String(decoding: try action.message(id: "12").bytes(), as: UTF8.self)
                == "Action: Setvar\r\nActionID: 12\r\nVariable: DEVICE_STATE(Custom:101)\r\nValue: BUSY\r\n\r\n"
        )
    }

    /// `printf %s 84071583mysecret | md5sum`.
    @Test func `the key of a challenge is its MD5 with the secret behind it`() throws {
        #expect(
            ChallengeKey.text(challenge: "84071583", secret: "mysecret") == "93ac22ef8ca8f9396fe58257a4d8381c"
        )
        let login = try #require(ManagerAction.login(username: "fb", challenge: "84071583", secret: "mysecret"))
        let text = String(decoding: try login.message(id: "2").bytes(), as: UTF8.self)
        #expect(
            text == "Action: Login\r\nActionID: 2\r\nAuthType: MD5\r\nUsername: fb\r\n"
                + "Key: 93ac22ef8ca8f9396fe58257a4d8381c\r\nEvents: off\r\n\r\n"
        )
    }

    @Test(arguments: ["a\r\nAction: Originate", "a\nb", "a\rb", "a\0b"])
    func `nothing gets out of its field`(value: String) {
        #expect(throws: UnsendableField(name: "Value", fault: .lineBreak)) {
            try ManagerAction.setvar("A", to: value).message(id: "1").bytes()
        }
        #expect(throws: UnsendableField(name: "Secret", fault: .lineBreak)) {
            try ManagerAction.login(username: "fb", secret: value).message(id: "1").bytes()
        }
    }

    @Test func `a line has as many bytes as Asterisk reads, its end included`() throws {
        let room = 1_024 - "Value: ".utf8.count - 2
        let longest = String(repeating: "a", count: room)
        _ = try ManagerAction.setvar("A", to: longest).message(id: "1").bytes()
        #expect(throws: UnsendableField(name: "Value", fault: .length(1_025))) {
            try ManagerAction.setvar("A", to: longest + "a").message(id: "1").bytes()
        }
    }

    @Test func `an error shows no secret`() {
        let action = ManagerAction.login(username: "fb", secret: "top\nsecret")
        do throws(UnsendableField) {
            _ = try action.message(id: "1").bytes()
        } catch {
            #expect(!"\(error)".contains("secret"))
            #expect("\(error)" == "the field Secret holds a line break")
        }
    }
}
