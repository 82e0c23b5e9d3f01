import CCurl
import Dispatch

/// A request under way in libcurl: gets its callbacks, and knows what they have told so far.
final class Transfer {
    let easy: CurlEasy
    let receiver: any ResponseReceiver
    /// The client lives until its transfers have ended.
    private let client: HTTPClient
    private let destination: Destination
    private let request: HTTPRequest
    private let loop: EventLoop
    private var parser: HeadParser
    private var status = 0
    private var hasBody = false
    private var quiet: QuietLimit
    /// Why a callback told libcurl to give up; it weighs more than the code that libcurl then ends with.
    private var refusal: HTTPError?

    init(_ order: Order, client: HTTPClient, easy: CurlEasy, loop: EventLoop, headerLimit: Int) throws(HTTPError) {
        self.easy = easy
        self.client = client
        self.loop = loop
        receiver = order.receiver
        destination = order.destination
        request = order.request
        parser = HeadParser(limit: headerLimit)
        quiet = QuietLimit(order.request.limits)
        try easy.configure(for: order.request, streams: order.isStream)
        try easy.setNumber(order.number)
        try setCallbacks()
    }

    /// When its server will have been silent for too long.
    var quietDeadline: DispatchTime? { quiet.deadline }

    /// The error that says so.
    var quietError: HTTPError { quiet.error }

    /// A stream's reader has made room.
    func resumeIfHeld() throws(HTTPError) {
        guard quiet.phase == .held else { return }
        enter(.receiving)
        try easy.resume()
    }

    /// What libcurl's final code means.
    func failure(for code: CURLcode) -> HTTPError? {
        if let refusal { return refusal }
        guard code != CURLE_OK else { return nil }
        let failed = FailedTransfer(
            code: code,
            verifyResult: easy.info(CURLINFO_SSL_VERIFYRESULT),
            errno: Int32(truncatingIfNeeded: easy.info(CURLINFO_OS_ERRNO)),
            wasConnected: quiet.phase != .connecting,
            host: destination.host,
            certificateNames: easy.certificateNames,
            caFile: request.trust.caFile,
            limits: request.limits
        )
        return failed.error
    }

    private func setCallbacks() throws(HTTPError) {
        let context = Unmanaged.passUnretained(self).toOpaque()
        try easy.set(CURLOPT_PREREQDATA, context)
        try easy.setPrerequest { context, _, _, _, _ in
            Transfer.at(context)?.enter(.waiting)
            return CURL_PREREQFUNC_OK
        }
        try easy.set(CURLOPT_HEADERDATA, context)
        try easy.set(CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
            let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
            return Transfer.at(context)?.receive(line: line) ?? 0
        }
        try easy.set(CURLOPT_WRITEDATA, context)
        try easy.set(CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
            let body = UnsafeRawBufferPointer(start: bytes, count: size * count)
            return Transfer.at(context)?.receive(body: body) ?? 0
        }
    }

    private static func at(_ context: UnsafeMutableRawPointer?) -> Transfer? {
        context.map { Unmanaged.fromOpaque($0).takeUnretainedValue() }
    }

    private func enter(_ phase: QuietLimit.Phase) {
        let isNew = phase != quiet.phase
        quiet.enter(phase, at: .now())
        // Within a phase the deadline only moves away; the timer then finds it unripe and is set again.
        if isNew { loop.checkSilence(by: quiet.deadline) }
    }

    /// - Returns: how many bytes were taken; any other number than `line` has ends the transfer.
    private func receive(line: UnsafeRawBufferPointer) -> Int {
        enter(.receiving)
        switch parser.receive(line: line) {
        case .incomplete: break
        case .complete(let head):
            status = head.status
            enter(.headed)
            receiver.headEnded(head)
        case .tooLarge: return refuse(.headersTooLarge(limit: parser.limit))
        }
        return line.count
    }

    private func receive(body: UnsafeRawBufferPointer) -> Int {
        // libcurl may offer nothing at all, which says nothing either.
        guard !body.isEmpty else { return 0 }
        enter(.receiving)
        do throws(HTTPError) {
            try decideAboutConnection(body)
        } catch {
            return refuse(error)
        }
        switch receiver.receive(body) {
        case .taken: return body.count
        case .full:
            enter(.held)
            return Int(CURL_WRITEFUNC_PAUSE)
        case .refused(let error): return refuse(error)
        }
    }

    private func decideAboutConnection(_ body: UnsafeRawBufferPointer) throws(HTTPError) {
        guard !hasBody else { return }
        hasBody = true
        // libcurl asks for this option when the transfer is done, so that now is early enough.
        if let condition = request.closesConnectionIf, condition(status, Array(body)) {
            try easy.set(CURLOPT_FORBID_REUSE, 1)
        }
    }

    private func refuse(_ error: HTTPError) -> Int {
        refusal = error
        return 0
    }
}
