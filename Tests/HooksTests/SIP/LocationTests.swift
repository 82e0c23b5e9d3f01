import SIPMessages
import Synchronization
import TestSupport
import Testing

@testable import Hooks
@testable import NameService

/// Names of RFC 3263 unless something else is said; addresses of RFC 5737.
@Suite("Where a SIP server is")
struct LocationTests {
    private typealias Answer = Result<Lookup.Answer, NameServiceError>

    private static func pointer(_ order: UInt16, _ services: String, _ name: String, flags: String = "s")
        -> AuthorityPointer
    {
        AuthorityPointer(order: order, preference: 50, flags: flags, services: services, replacement: name)
    }

    private static func record(_ target: String, _ port: UInt16, _ priority: UInt16 = 0) -> ServiceRecord {
        ServiceRecord(target: target, port: port, priority: priority, weight: 1)
    }

    private static let one = HostAddress("192.0.2.1", .v4)
    private static let two = HostAddress("192.0.2.2", .v4)

    /// The records of RFC 3263, 4.1 and 4.2.
    private static let example: [Lookup: Answer] = [
        .pointers("example.com"): .success(
            .pointers([
                pointer(100, "SIP+D2U", "_sip._udp.example.com"), pointer(50, "SIPS+D2T", "_sips._tcp.example.com"),
                pointer(90, "SIP+D2T", "_sip._tcp.example.com"),
            ])
        ),
        .services("_sips._tcp.example.com"): .success(
            .services([record("server2.example.com", 5_061, 1), record("server1.example.com", 5_061)])
        ),
        .services("_sip._udp.example.com"): .success(.services([record("server1.example.com", 5_060)])),
        .addresses("server1.example.com"): .success(.addresses([one])),
        .addresses("server2.example.com"): .success(.addresses([two, one])),
        .addresses("example.com"): .success(.addresses([two])),
    ]

    /// What is found, as `transport host:port addresses`, and what was asked for. What is not known does not exist.
    private static func locations(
        _ host: String = "example.com",
        port: UInt16? = nil,
        transport: SIPTransport? = nil,
        drawnFor drawer: String = "a machine",
        in zone: [Lookup: Answer]
    ) async -> (found: [String], asked: [Lookup], failure: NameServiceError?) {
        let asked = Mutex<[Lookup]>([])
        let names = NameService(timeLimit: 5) { lookup throws(NameServiceError) in
            asked.withLock { $0.append(lookup) }
            guard let answer = zone[lookup] else { throw .noSuchRecord }
            return try answer.get()
        }
        do throws(NameServiceError) {
            let locations = try await names.locations(
                of: host,
                port: port,
                transport: transport,
                drawnFor: drawer
            )
            #expect(locations.allSatisfy { $0.name == host })
            let found = locations.map { location in
                "\(location.transport) \(location.host):\(location.port) "
                    + location.addresses.map(\.text).joined(separator: " ")
            }
            return (found, asked.withLock { $0 }, nil)
        } catch {
            return ([], asked.withLock { $0 }, error)
        }
    }

    @Test("the example of RFC 3263, 4: NAPTR leads to SRV, and SRV to two hosts")
    func example() async {
        let result = await Self.locations(in: Self.example)
        #expect(
            result.found == [
                "tls server1.example.com:5061 192.0.2.1", "tls server2.example.com:5061 192.0.2.2 192.0.2.1",
            ]
        )
        #expect(
            result.asked == [
                .pointers("example.com"), .services("_sips._tcp.example.com"), .addresses("server1.example.com"),
                .addresses("server2.example.com"),
            ]
        )
    }

    @Test("equals come in the same order each time, however the name server turns them, and differ by machine")
    func draw() async {
        let hosts = (1...6).map { "server\($0).example.com" }
        func found(drawnFor drawer: String, shuffled seed: UInt64) async -> [String] {
            var random = SplitMix(seed: seed)
            let records = hosts.map { Self.record($0, 5_061) }.shuffled(using: &random)
            var zone = Dictionary(
                uniqueKeysWithValues: hosts.map { (Lookup.addresses($0), Answer.success(.addresses([Self.one]))) }
            )
            zone[.services("_sips._tcp.example.com")] = .success(.services(records))
            return await Self.locations(transport: .tls, drawnFor: drawer, in: zone).found
        }
        let first = await found(drawnFor: "a", shuffled: 1)
        #expect(first.count == 6)
        for seed in 2..<8 as Range<UInt64> { #expect(await found(drawnFor: "a", shuffled: seed) == first) }
        var firsts: Set<String> = []
        for machine in 0..<30 { firsts.formUnion(await found(drawnFor: "pbx\(machine)", shuffled: 1).prefix(1)) }
        #expect(firsts.count > 3)
    }

    @Test("with a transport, NAPTR is left out")
    func transport() async {
        let result = await Self.locations(transport: .udp, in: Self.example)
        #expect(result.found == ["udp server1.example.com:5060 192.0.2.1"])
        #expect(result.asked.first == .services("_sip._udp.example.com"))
    }

    @Test("with a port only addresses are asked for, and UDP is used unless something else is said")
    func port() async {
        let result = await Self.locations(port: 5_070, in: Self.example)
        #expect(result.found == ["udp example.com:5070 192.0.2.2"])
        #expect(result.asked == [.addresses("example.com")])
        let other = await Self.locations(port: 5_070, transport: .tls, in: Self.example)
        #expect(other.found == ["tls example.com:5070 192.0.2.2"])
    }

    @Test(
        "an address is its own, with the port of its transport",
        arguments: [
            (nil, "udp 192.0.2.7:5060 192.0.2.7"), (SIPTransport.tls, "tls 192.0.2.7:5061 192.0.2.7"),
        ]
    )
    func address(transport: SIPTransport?, expected: String) async {
        let zone = [Lookup.addresses("192.0.2.7"): Answer.success(.addresses([HostAddress("192.0.2.7", .v4)]))]
        let result = await Self.locations("192.0.2.7", transport: transport, in: zone)
        #expect(result.found == [expected])
        #expect(result.asked == [.addresses("192.0.2.7")])
    }

    @Test("without NAPTR, all SRV records are looked for")
    func noPointers() async {
        var zone = Self.example
        zone[.pointers("example.com")] = nil
        #expect(
            await Self.locations(in: zone).found == [
                "tls server1.example.com:5061 192.0.2.1", "tls server2.example.com:5061 192.0.2.2 192.0.2.1",
                "udp server1.example.com:5060 192.0.2.1",
            ]
        )
        // Of NAPTR records that lead elsewhere the same is true.
        let others = [
            Self.pointer(1, "E2U+sip", "x.example.com", flags: "u"),
            Self.pointer(2, "SIP+D2S", "_sip._sctp.example.com"),
            Self.pointer(3, "SIP+D2U", "example.com", flags: "a"), Self.pointer(4, "SIP+D2U", ""),
        ]
        zone[.pointers("example.com")] = .success(.pointers(others))
        #expect(await Self.locations(in: zone).found.count == 3)
    }

    @Test("without any of them the host's own addresses are used")
    func addressesOnly() async {
        let zone = [Lookup.addresses("pbx"): Answer.success(.addresses([Self.one]))]
        let result = await Self.locations("pbx", in: zone)
        #expect(result.found == ["udp pbx:5060 192.0.2.1"])
        #expect(result.asked.count == 5)
        #expect(await Self.locations("pbx", transport: .tls, in: zone).found == ["tls pbx:5061 192.0.2.1"])
        // A name that the DNS does not have may be in the machine's own files, and has nothing below it.
        let local = zone.merging([.pointers("pbx"): .failure(.noSuchName)]) { $1 }
        let second = await Self.locations("pbx", in: local)
        #expect(second.found == result.found && second.asked.count == 2)
    }

    @Test("a domain that says it does not have the service is believed")
    func notOffered() async {
        var zone: [Lookup: Answer] = [.addresses("example.com"): .success(.addresses([Self.one]))]
        zone[.services("_sip._tcp.example.com")] = .failure(.notOffered)
        let result = await Self.locations(transport: .tcp, in: zone)
        #expect(result.found.isEmpty && result.failure == .notOffered)
    }

    @Test("SRV records whose hosts have no address are the end")
    func deadHosts() async {
        var zone = Self.example
        zone[.addresses("server1.example.com")] = .failure(.noSuchName)
        #expect(await Self.locations(in: zone).found == ["tls server2.example.com:5061 192.0.2.2 192.0.2.1"])
        zone[.addresses("server2.example.com")] = .failure(.noSuchName)
        let result = await Self.locations(in: zone)
        #expect(result.found.isEmpty && result.failure == .noSuchName)
    }

    @Test("name servers that do not answer are asked three times in all")
    func silence() async {
        let failure = Answer.failure(.noAnswer(seconds: 5))
        var zone: [Lookup: Answer] = [.pointers("example.com"): failure, .addresses("example.com"): failure]
        for name in ["_sips._tcp", "_sip._udp", "_sip._tcp"] { zone[.services(name + ".example.com")] = failure }
        let result = await Self.locations(in: zone)
        #expect(result.asked.count == 3 && result.failure == .noAnswer(seconds: 5))
    }

    @Test("a port on which nobody can listen is passed over")
    func noPort() async {
        var zone = Self.example
        let records = [Self.record("server1.example.com", 0), Self.record("server2.example.com", 5_070, 1)]
        zone[.services("_sip._udp.example.com")] = .success(.services(records))
        let result = await Self.locations(transport: .udp, in: zone)
        #expect(result.found == ["udp server2.example.com:5070 192.0.2.2 192.0.2.1"])
    }

    @Test("of a crowd of hosts eight are asked for, and of each eight addresses are kept")
    func crowd() async {
        let records = (1...50).map { Self.record("s\($0).example.com", 5_060, UInt16($0)) }
        var zone: [Lookup: Answer] = [.services("_sip._udp.example.com"): .success(.services(records))]
        let addresses = (1...50).map { HostAddress("192.0.2.\($0)", .v4) }
        for number in 1...50 { zone[.addresses("s\(number).example.com")] = .success(.addresses(addresses)) }
        let result = await Self.locations(transport: .udp, in: zone)
        #expect(result.found.count == 8 && result.asked.count == 9)
        #expect(result.found.last?.hasPrefix("udp s8.example.com:5060 ") == true)
        #expect(result.found.first?.split(separator: " ").count == 10)
    }
}
