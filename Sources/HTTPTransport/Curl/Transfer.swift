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
    private let notes = HandshakeNotes()
    /// Complete, but not told to the receiver yet: it may be that of an answer on the way to the one that counts.
    private var provisionalHead: ResponseHead?
    private var peer: PeerReport?
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
        let logsConnectionIn = if case .ntlm = order.request.authentication { true } else { false }
        parser = HeadParser(limit: headerLimit, mayStartOver: logsConnectionIn)
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

    /// Takes libcurl's final code, and says what it means.
    func ended(_ code: CURLcode) -> HTTPError? {
        if let refusal { return refusal }
        guard code != CURLE_OK else {
            settleHead()
            return nil
        }
        let failed = FailedTransfer(
            code: code,
            verifyResult: easy.info(CURLINFO_SSL_VERIFYRESULT),
            errno: Int32(truncatingIfNeeded: easy.info(CURLINFO_OS_ERRNO)),
            beganTLS: notes.hasBegun,
            wasConnected: quiet.phase != .connecting,
            host: destination.host,
            serverCertificate: easy.serverCertificate,
            faultyCertificate: notes.fault,
            handshakeReason: notes.failureReason,
            caFile: request.trust.caFile,
            limits: request.limits
        )
        return failed.error
    }

    private func setCallbacks() throws(HTTPError) {
        let context = Unmanaged.passUnretained(self).toOpaque()
        try easy.set(CURLOPT_PREREQDATA, context)
        try easy.setPrerequest { context, address, _, _, _ in
            Transfer.at(context)?.requestGoesOut(to: address.map { String(cString: $0) } ?? "")
            return CURL_PREREQFUNC_OK
        }
        try easy.set(CURLOPT_SSL_CTX_DATA, context)
        try easy.setTLSPreparation { _, tls, context in
            if let tls { Transfer.at(context)?.notes.watch(OpaquePointer(tls)) }
            return CURLE_OK
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

    private func requestGoesOut(to address: String) {
        enter(.waiting)
        if request.describesPeer { peer = easy.peer(at: address) }
    }

    /// - Returns: how many bytes were taken; any other number than `line` has ends the transfer.
    private func receive(line: UnsafeRawBufferPointer) -> Int {
        enter(.receiving)
        switch parser.receive(line: line) {
        case .incomplete: break
        case .complete(let head):
            enter(.headed)
            provisionalHead = head
            if !parser.mayStartOver { settleHead() }
        case .tooLarge: return refuse(.headersTooLarge(limit: parser.limit))
        }
        return line.count
    }

    /// The header that came last is that of the answer.
    private func settleHead() {
        guard let head = provisionalHead else { return }
        provisionalHead = nil
        parser.settle()
        status = head.status
        receiver.headEnded(head, from: peer)
    }

    private func receive(body: UnsafeRawBufferPointer) -> Int {
        // libcurl may offer nothing at all, which says nothing either.
        guard !body.isEmpty else { return 0 }
        enter(.receiving)
        settleHead()
        // libcurl takes what has no header for HTTP/0.9, which nobody speaks.
        guard status != 0 else { return refuse(.notHTTP(opening: Opening.text(body))) }
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
