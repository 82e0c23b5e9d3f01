import Availability
import Foundation
import TestSupport
import Testing

@testable import ConfigurationFile
@testable import DaemonApp

@Suite("What is switched by hand")
struct SwitchesTests {
    private let anna: MailboxAddress
    private let bert: MailboxAddress
    private let configuration: Configuration

    init() throws {
        anna = try #require(MailboxAddress("anna@example.com"))
        bert = try #require(MailboxAddress("bert@example.com"))
        configuration = try Configuration.parse(
            text: """
                [[connector]]
                name = "hq"
                server = "mail.example.com"
                username = "service@example.com"
                password_credential = "hq"
                [[connector]]
                name = "branch"
                enabled = false
                server = "branch.example.com"
                username = "service@example.com"
                password_credential = "branch"
                [[user]]
                address = "anna@example.com"
                connector = "hq"
                [[user]]
                address = "bert@example.com"
                connector = "branch"
                """,
            file: "config.toml",
            environment: .system
        )
    }

    @Test("without any, things are as the configuration says; whoever's connector is off is off")
    func none() {
        #expect(on(Switches()) == ["hq", "anna@example.com"])
    }

    @Test(
        "each switch does what it says",
        arguments: [
            ([Flip.integration(false)], []),
            ([.connector("hq", false)], []),
            ([.connector("branch", true)], ["hq", "branch", "anna@example.com", "bert@example.com"]),
            ([.user("anna@example.com", false)], ["hq"]),
            ([.user("bert@example.com", true)], ["hq", "anna@example.com"]),
            ([.connector("branch", true), .user("bert@example.com", false)], ["hq", "branch", "anna@example.com"]),
            ([.integration(false), .integration(true)], ["hq", "anna@example.com"]),
        ] as [([Flip], [String])]
    )
    func flips(_ flips: [Flip], _ expected: [String]) {
        #expect(on(switches(flips)) == expected)
    }

    @Test("what the configuration says by itself needs no switch")
    func needless() {
        #expect(switches([.connector("hq", false), .connector("hq", true)]) == Switches())
        #expect(switches([.connector("branch", false)]) == Switches())
        var changed = configuration
        changed.users[0].isEnabled = false
        #expect(switches([.user("anna@example.com", false)]).needed(for: changed) == Switches())
    }

    @Test("one of a user who is gone for a while stays")
    func stays() {
        let off = switches([.user("anna@example.com", false)])
        var without = configuration
        without.users = []
        #expect(off.needed(for: without) == off)
        #expect(on(off.needed(for: without)) == ["hq"])
    }

    @Test("are the same when they were stored in between; what means nothing is dropped")
    func stored() {
        let all = switches([.integration(false), .connector("hq", false), .user("anna@example.com", false)])
        #expect(all.stored.count == 3)
        let strange = ["user": true, "user no address": false, "connector": true, "door": false, "": true]
        #expect(Switches(stored: all.stored.merging(strange) { $1 }) == all)
    }

    enum Flip: Sendable {
        case integration(Bool)
        case connector(String, Bool)
        case user(String, Bool)
    }

    private func switches(_ flips: [Flip]) -> Switches {
        flips.reduce(Switches()) { switches, flip in
            switch flip {
            case .integration(let isOn): switches.setting(.integration, to: isOn, in: configuration)
            case .connector(let name, let isOn): switches.setting(.connector(name), to: isOn, in: configuration)
            case .user(let text, let isOn):
                switches.setting(.user(text == anna.text ? anna : bert), to: isOn, in: configuration)
            }
        }
    }

    /// What is on, by name.
    private func on(_ switches: Switches) -> [String] {
        let switched = configuration.switched(by: switches)
        return switched.connectors.filter(\.isEnabled).map(\.name)
            + switched.users.filter(\.isEnabled).map(\.address.text)
    }
}
