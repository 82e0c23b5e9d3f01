import Availability
import Foundation
import Store
import TestSupport
import Testing

@testable import ConfigurationFile
@testable import DaemonApp

@Suite("Applying moves")
struct MoveApplyingTests {
    private let configuration: Configuration

    init() throws {
        let connectors = ["hq", "cloud", "idle"].map { name in
            """
            [[connector]]
            name = "\(name)"
            enabled = \(name != "idle")
            server = "\(name).example.com"
            username = "s@example.com"
            password_credential = "p"
            mail_domains = ["\(name).example"]

            """
        }
        let users = """
            [[user]]
            address = "ada@hq.example"
            [[user]]
            address = "ben@hq.example"
            connector = "hq"
            [[user]]
            address = "cyd@cloud.example"
            """
        let text = connectors.joined() + users
        configuration = try Configuration.parse(text: text, file: "config.toml", environment: .system)
    }

    private func search(_ address: String, from home: String, to connector: String?) throws -> MailboxSearch {
        MailboxSearch(
            address: try #require(MailboxAddress(address)),
            home: home,
            connector: connector,
            movedAt: connector == nil ? nil : time("2026-11-23T08:00:00Z"),
            searchedAt: time("2026-11-23T08:00:00Z")
        )
    }

    @Test(
        "a move holds as long as all it rests on does; what holds no more is forgotten",
        arguments: [
            ("ada@hq.example", "hq", "cloud", true, false),
            // Found at home, or nowhere: that is remembered for the distance to the next search.
            ("ada@hq.example", "hq", nil, false, false),
            // Names a connector.
            ("ben@hq.example", "hq", "cloud", false, true), ("ben@hq.example", "hq", nil, false, true),
            // Has another connector by the configuration.
            ("cyd@cloud.example", "hq", "cloud", false, true), ("cyd@cloud.example", "hq", nil, false, true),
            // Switched off, gone.
            ("ada@hq.example", "hq", "idle", false, true), ("ada@hq.example", "hq", "former", false, true),
            ("dan@hq.example", "hq", "cloud", false, true), ("dan@hq.example", "hq", nil, false, true),
        ] as [(String, String, String?, Bool, Bool)]
    )
    func validity(address: String, home: String, connector: String?, holds: Bool, isObsolete: Bool) throws {
        let search = try search(address, from: home, to: connector)
        let searches = [search.address: search]
        let moves = configuration.moves(by: searches, Switches())
        #expect(moves == (holds ? searches : [:]))
        #expect(configuration.obsolete(searches, besides: moves) == (isObsolete ? [search.address] : []))
    }

    @Test("a connector that is switched by hand counts as it is switched; the integration as a whole does not matter")
    func switched() throws {
        let idle = try search("ada@hq.example", from: "hq", to: "idle")
        let on = Switches().setting(.connector("idle"), to: true, in: configuration)
        #expect(configuration.moves(by: [idle.address: idle], on).count == 1)
        let cloud = try search("ada@hq.example", from: "hq", to: "cloud")
        let off = Switches().setting(.connector("cloud"), to: false, in: configuration)
        #expect(configuration.moves(by: [cloud.address: cloud], off).isEmpty)
        let pause = Switches().setting(.integration, to: false, in: configuration)
        #expect(configuration.moves(by: [cloud.address: cloud], pause).count == 1)
    }

    @Test("who is moved is read through the other connector, also where his own is switched off")
    func moved() throws {
        let search = try search("ada@hq.example", from: "hq", to: "cloud")
        let off = Switches().setting(.connector("hq"), to: false, in: configuration)
        let moved = configuration.moved(by: [search.address: search])
        #expect(moved.users.map(\.connector) == ["cloud", "hq", "cloud"])
        #expect(moved.switched(by: off).users.map(\.isEnabled) == [true, false, true])
        #expect(configuration.moved(by: [:]) == configuration)
    }
}
