import Availability
import Exchange
import HTTPTransport
import Testing

@Suite("The login gate")
struct LoginGateTests {
    private static let good = ScriptedHTTP.Answer.soap(Documents.availability(Documents.mailbox("FreeBusy")))

    /// How many requests were sent, and what came of those that were made together.
    private func together(
        _ count: Int,
        _ connector: EWSConnector,
        _ gate: Gate
    ) async -> [String?: Int] {
        await withTaskGroup { group in
            for _ in 0..<count { group.addTask { await connector.failure()?.diagnosis.id } }
            for _ in 0..<(10 * count) { await Task.yield() }
            gate.open()
            return await group.reduce(into: [:]) { $0[$1, default: 0] += 1 }
        }
    }

    @Test("who waits for a login that is not let in is told the same, without another try")
    func disappointed() async throws {
        let gate = Gate()
        let http = ScriptedHTTP(.status(401, ["WWW-Authenticate": "NTLM"])) { await gate.wait() }
        let connector = try Given.connector(http)
        #expect(await together(40, connector, gate) == ["auth.scheme-not-offered": 40])
        #expect(http.requests.count == 1)
        #expect(await connector.failure()?.diagnosis.id == "auth.scheme-not-offered")
        #expect(http.requests.count == 2)
    }

    @Test("an acceptance of long ago lets one go first: a password may have been changed meanwhile")
    func old() async throws {
        let clock = ManualInstant()
        let gate = Gate()
        let http = ScriptedHTTP(Self.good, .status(401, ["WWW-Authenticate": "Basic"])) { [clock] in
            if clock.hasMoved { await gate.wait() }
        }
        let connector = try Given.connector(http, instant: clock.read)
        #expect(await connector.failure() == nil)
        clock.move(by: .seconds(31))
        #expect(await together(40, connector, gate) == ["auth.unauthorized": 40])
        #expect(http.requests.count == 2)
    }

    @Test("the newest acceptance counts: as long as the server answers, requests go together")
    func renewed() async throws {
        let clock = ManualInstant()
        let gate = Gate()
        let http = ScriptedHTTP(Self.good) { [clock] in if clock.now >= .seconds(80) { await gate.wait() } }
        let connector = try Given.connector(http, instant: clock.read)
        for _ in 0..<4 {
            #expect(await connector.failure() == nil)
            clock.move(by: .seconds(20))
        }
        let before = http.requests.count
        let outcome = await withTaskGroup { group in
            for _ in 0..<8 { group.addTask { await connector.failure()?.diagnosis.id } }
            while http.requests.count < before + 8 { await Task.yield() }
            gate.open()
            return await group.reduce(into: Set<String?>()) { $0.insert($1) }
        }
        #expect(outcome == [nil])
    }

    @Test("streams that a restart of the server broke send a changed password once, not each")
    func streams() async throws {
        let clock = ManualInstant()
        let gate = Gate()
        let refused = ScriptedHTTP.Opening.answer(.status(401, ["WWW-Authenticate": "Basic"]))
        let http = ScriptedHTTP(
            streams: .stream(""),
            refused,
            heldUpBy: { [clock] in if clock.hasMoved { await gate.wait() } }
        )
        let connector = Given.connector(http, try Given.notifyingOptions(), instant: clock.read)
        let route = try Given.route()
        let subscription = try Given.subscription("a")
        let first = try await connector.listen(to: [subscription], route: route)
        clock.move(by: .seconds(3_600))
        let ids = await withTaskGroup { group in
            for _ in 0..<429 {
                group.addTask {
                    do throws(ChannelFailure) {
                        _ = try await connector.listen(to: [subscription], route: route)
                        return "open"
                    } catch {
                        return error.diagnosis.id
                    }
                }
            }
            for _ in 0..<4_000 { await Task.yield() }
            gate.open()
            return await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(ids == ["auth.unauthorized"])
        #expect(http.requests.count == 2)
        withExtendedLifetime(first) {}
    }
}
