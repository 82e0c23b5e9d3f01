import Foundation
import Testing

@testable import HTTPTransport

@Suite("The header of an answer")
struct HeadParserTests {
    /// What the parser makes of lines that come one by one.
    private func parse(_ text: String, limit: Int = 1000, mayStartOver: Bool = false) -> [HeadParser.Verdict] {
        var parser = HeadParser(limit: limit, mayStartOver: mayStartOver)
        return text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map {
            parser.receive(line: Array("\($0)\r\n".utf8))
        }
    }

    @Test("is complete with the empty line")
    func complete() {
        let verdicts = parse("HTTP/1.1 200 OK\nA: b\nC:d  \n\n")
        let head = ResponseHead(status: 200, headers: ["A": "b", "C": "d"])
        #expect(verdicts == [.incomplete, .incomplete, .incomplete, .complete(head)])
    }

    @Test("may do without a reason, and have values with colons")
    func spellings() {
        let head = ResponseHead(status: 404, headers: ["Location": "https://a:1/"])
        #expect(parse("HTTP/1.1 404\nLocation: https://a:1/\n\n").last == .complete(head))
    }

    @Test("may fold a line")
    func folded() {
        let head = ResponseHead(status: 200, headers: ["A": "b c"])
        #expect(parse("HTTP/1.1 200 OK\nA: b\n   c\n\n").last == .complete(head))
    }

    @Test("starts again after an interim answer")
    func interim() {
        let verdicts = parse("HTTP/1.1 100 Continue\nA: b\n\nHTTP/1.1 200 OK\n\n")
        #expect(verdicts[2] == .incomplete)
        #expect(verdicts.last == .complete(ResponseHead(status: 200)))
    }

    @Test("may be followed by that of another answer only where it may start over, and only until it counts")
    func startsOver() {
        let lines = "HTTP/1.1 401 Unauthorized\nA: b\n\nX-Trailer: c\nHTTP/1.1 200 OK\nC: d\n\n"
        let first = HeadParser.Verdict.complete(ResponseHead(status: 401, headers: ["A": "b"]))
        let second = HeadParser.Verdict.complete(ResponseHead(status: 200, headers: ["C": "d"]))
        #expect(parse(lines, mayStartOver: true).filter { $0 != .incomplete } == [first, second])
        #expect(parse(lines).filter { $0 != .incomplete } == [first])
        var parser = HeadParser(limit: 1000, mayStartOver: true)
        #expect(parser.receive(line: Array("HTTP/1.1 401\r\n".utf8)) == .incomplete)
        parser.settle()
        #expect(parser.receive(line: Array("\r\n".utf8)) == .complete(ResponseHead(status: 401)))
        #expect(parser.receive(line: Array("HTTP/1.1 200\r\n".utf8)) == .incomplete)
        #expect(parser.receive(line: Array("\r\n".utf8)) == .incomplete)
    }

    @Test("takes no more than its limit, interim answers and trailers included")
    func limit() {
        #expect(parse("HTTP/1.1 200 OK\n\n", limit: 18).last == .tooLarge)
        #expect(parse("HTTP/1.1 200 OK\n\n", limit: 19).last == .complete(ResponseHead(status: 200)))
        #expect(parse("HTTP/1.1 200 OK\n\nX-Trailer: 1\n", limit: 19).last == .tooLarge)
    }
}

@Suite("The silence of a server")
struct QuietLimitTests {
    private let start = DispatchTime(uptimeNanoseconds: 1_000_000_000)

    private func limit(_ phase: QuietLimit.Phase) -> QuietLimit {
        var quiet = QuietLimit(TransferLimits(firstByte: 2, stall: 0.5))
        quiet.enter(phase, at: start)
        return quiet
    }

    @Test("is measured from the last byte, by the limit of its phase")
    func phases() {
        #expect(limit(.connecting).deadline == nil)
        #expect(limit(.waiting).deadline == start + .seconds(2))
        #expect(limit(.receiving).deadline == start + .milliseconds(500))
        #expect(limit(.headed).deadline == start + .milliseconds(500))
        #expect(limit(.held).deadline == nil)
    }

    @Test("may have a limit of its own between the header and the body")
    func headed() {
        var quiet = QuietLimit(TransferLimits(firstBodyByte: 3, stall: 60))
        quiet.enter(.headed, at: start)
        #expect(quiet.deadline == start + .seconds(3))
        #expect(quiet.error == .stalled(seconds: 3))
        quiet.enter(.receiving, at: start)
        #expect(quiet.deadline == start + .seconds(60))
    }

    @Test("is told by what did not come")
    func errors() {
        #expect(limit(.waiting).error == .firstByteTimeout(seconds: 2))
        #expect(limit(.receiving).error == .stalled(seconds: 0.5))
    }

    @Test("may last for ever where there is no limit")
    func unlimited() {
        var quiet = QuietLimit(TransferLimits(firstByte: nil, stall: nil))
        quiet.enter(.waiting, at: start)
        #expect(quiet.deadline == nil)
        quiet.enter(.receiving, at: start)
        #expect(quiet.deadline == nil)
    }

    @Test("is counted in whole milliseconds that libcurl has room for and that never mean no limit")
    func milliseconds() {
        #expect(0.2.wholeMilliseconds == 200)
        #expect(0.0.wholeMilliseconds == 1)
        #expect((-5.0).wholeMilliseconds == 1)
        #expect(Double.infinity.wholeMilliseconds == 2_147_483_647)
    }
}

@Suite("Admission")
struct AdmissionTests {
    private var admission = Admission(HTTPClientOptions(requestLimit: 3, requestLimitPerHost: 2, waitingLimit: 2))

    @Test("lets requests in up to the limits of all and of one host, then makes them wait, then refuses them")
    mutating func limits() {
        #expect(admission.arrive(1, lane: "a") == .start)
        #expect(admission.arrive(2, lane: "a") == .start)
        #expect(admission.arrive(3, lane: "a") == .wait)
        #expect(admission.arrive(4, lane: "b") == .start)
        #expect(admission.arrive(5, lane: "b") == .wait)
        #expect(admission.arrive(6, lane: "c") == .refuse)
    }

    @Test("gives a free place to the one that waited longest of those whose host has room")
    mutating func order() {
        _ = admission.arrive(1, lane: "a")
        _ = admission.arrive(2, lane: "a")
        _ = admission.arrive(3, lane: "b")
        #expect(admission.arrive(4, lane: "a") == .wait)
        #expect(admission.arrive(5, lane: "b") == .wait)
        // The first in line wants host a, which is still full.
        #expect(admission.leave(3) == 5)
        #expect(admission.leave(1) == 4)
        #expect(admission.leave(2) == nil)
    }

    @Test("forgets the one that gives up waiting, and frees no place for it")
    mutating func givesUp() {
        _ = admission.arrive(1, lane: "a")
        _ = admission.arrive(2, lane: "a")
        #expect(admission.arrive(3, lane: "a") == .wait)
        #expect(admission.arrive(4, lane: "a") == .wait)
        #expect(admission.leave(3) == nil)
        #expect(admission.leave(1) == 4)
    }
}
