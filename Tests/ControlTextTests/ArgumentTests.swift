import Foundation
import TestSupport
import Testing

@testable import ControlText

@Suite("What people write as arguments")
struct ArgumentTests {
    /// 2026-11-22 23:30 in UTC is already the 23rd in Berlin.
    private let now = time("2026-11-22T23:30:00Z")

    @Test(
        "a moment may have its zone, or be local",
        arguments: [
            ("2026-11-23T09:00:00Z", "2026-11-23T09:00:00Z"),
            ("2026-11-23T09:00Z", "2026-11-23T09:00:00Z"),
            ("2026-11-23T09:00:00.25Z", "2026-11-23T09:00:00Z"),
            ("2026-11-23T09:00:00+05:30", "2026-11-23T03:30:00Z"),
            ("2026-11-23T09:00:00-08:00", "2026-11-23T17:00:00Z"),
            ("2026-11-23T09:00", "2026-11-23T08:00:00Z"),
            ("2026-11-23 09:00", "2026-11-23T08:00:00Z"),
            ("2026-07-23 09:00:30", "2026-07-23T07:00:30Z"),
            ("09:00", "2026-11-23T08:00:00Z"),
            ("2028-02-29 12:00", "2028-02-29T11:00:00Z"),
        ]
    )
    func moments(text: String, moment: String) throws {
        let berlin = try #require(TimeZone(identifier: "Europe/Berlin"))
        #expect(try TimeArgument(text, now: now, zone: berlin).date == time(moment))
    }

    @Test(
        "what is no moment is refused",
        arguments: [
            "", "tomorrow", "2026-11-23", "9:00", "24:00", "09:60", "2026-02-30 09:00", "2026-02-29T09:00:00Z",
            "2026-13-01 09:00", "2026-11-00 09:00", "12026-11-23T09:00:00Z", "0000-01-01 00:00",
            "2026-11-23T09:00:60Z", "2026-11-23T09:00:00+24:00", "2026-11-23T09:00:00+0100", " 09:00", "09:00 ",
            "٠٩:٠٠", "-2026-11-23 09:00",
            // The clocks of Berlin skip this hour.
            "2026-03-29 02:30",
        ]
    )
    func noMoments(text: String) throws {
        let berlin = try #require(TimeZone(identifier: "Europe/Berlin"))
        #expect(throws: TimeArgument.NotATime(text: text)) { try TimeArgument(text, now: now, zone: berlin) }
    }

    @Test(
        "the socket is that of the option, else of the environment, else the usual one; empty means none",
        arguments: [
            ("/a", "/b", "/a"), (nil, "/b", "/b"), ("", "/b", "/b"), (nil, "", "/run/freebusyd/control.sock"),
            ("", nil, "/run/freebusyd/control.sock"),
        ] as [(String?, String?, String)]
    )
    func sockets(option: String?, variable: String?, path: String) throws {
        let environment = variable.map { ["FREEBUSYD_SOCKET": $0] } ?? [:]
        #expect(try SocketPath(option: option, environment: environment).text == path)
    }

    // sun_path of unix(7) has 108 bytes, one of them the closing zero.
    @Test("the path of a socket has at most 107 bytes")
    func longSockets() throws {
        let longest = "/" + String(repeating: "ü", count: 53)
        #expect(try SocketPath(option: longest, environment: [:]).text == longest)
        let tooLong = longest + "x"
        #expect(throws: SocketPath.TooLong(path: tooLong)) { try SocketPath(option: tooLong, environment: [:]) }
        #expect(SocketPath.TooLong(path: tooLong).description.contains("has 108 bytes"))
    }
}
