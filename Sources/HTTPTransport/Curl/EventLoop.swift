import CCurl
import Dispatch
import Foundation

/// What wakes a client: one epoll descriptor that holds all sockets of libcurl, watched by one Dispatch source, and one
/// timer. A Dispatch source for each socket would be simpler and was tried: it lost events and hung.
final class EventLoop {
    private let epoll: Int32
    private let socketSource: any DispatchSourceRead
    private let timer: any DispatchSourceTimer

    /// When libcurl wants to be called although no socket is ready.
    private var curlDeadline: DispatchTime?
    /// When the silence of some server may have lasted too long; may be early, never late.
    private var quietDeadline: DispatchTime?

    /// - Parameters:
    ///   - queue: where both handlers run.
    ///   - onSockets: sockets are ready; take them with ``readySockets()``.
    ///   - onTimer: a deadline has come; ask ``takeDueDeadlines()`` which.
    init(
        queue: DispatchQueue,
        onSockets: @escaping @Sendable () -> Void,
        onTimer: @escaping @Sendable () -> Void
    ) throws(HTTPError) {
        let epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard epoll >= 0 else { throw .outOfResources(errno: errno) }
        self.epoll = epoll
        socketSource = DispatchSource.makeReadSource(fileDescriptor: epoll, queue: queue)
        socketSource.setEventHandler(handler: onSockets)
        // Dispatch may look at the descriptor until the source is cancelled for good.
        socketSource.setCancelHandler { close(epoll) }
        timer = DispatchSource.makeTimerSource(queue: queue)
        timer.setEventHandler(handler: onTimer)
        // A source that is released without ever having been activated brings the process down.
        socketSource.activate()
        timer.activate()
    }

    deinit {
        socketSource.cancel()
        timer.cancel()
    }

    /// Which sockets are ready, and for what, as libcurl names it (`CURL_CSELECT_…`). The rest comes with the next event.
    func readySockets() -> [(socket: curl_socket_t, events: Int32)] {
        var events = [epoll_event](repeating: epoll_event(), count: 64)
        let count = epoll_wait(epoll, &events, Int32(events.count), 0)
        return events.prefix(Int(max(count, 0))).map { event in
            var ready: Int32 = 0
            if event.events & (EPOLLIN.rawValue | EPOLLHUP.rawValue) != 0 { ready |= CURL_CSELECT_IN }
            if event.events & EPOLLOUT.rawValue != 0 { ready |= CURL_CSELECT_OUT }
            if event.events & EPOLLERR.rawValue != 0 { ready |= CURL_CSELECT_ERR }
            return (event.data.fd, ready)
        }
    }

    /// Watches `socket` for what libcurl says (`CURL_POLL_…`).
    /// - Returns: whether the system would.
    func watch(_ socket: curl_socket_t, for interest: Int32) -> Bool {
        var event = epoll_event()
        event.data.fd = socket
        if interest & CURL_POLL_IN != 0 { event.events |= EPOLLIN.rawValue }
        if interest & CURL_POLL_OUT != 0 { event.events |= EPOLLOUT.rawValue }
        if interest == CURL_POLL_REMOVE {
            // A socket that is closed already has left by itself.
            _ = epoll_ctl(epoll, EPOLL_CTL_DEL, socket, &event)
            return true
        }
        return epoll_ctl(epoll, EPOLL_CTL_MOD, socket, &event) == 0
            || errno == ENOENT && epoll_ctl(epoll, EPOLL_CTL_ADD, socket, &event) == 0
    }

    /// Sets libcurl's deadline, in milliseconds from now; negative for none.
    func setCurlDeadline(milliseconds: Int) {
        curlDeadline = milliseconds < 0 ? nil : .now() + .milliseconds(milliseconds)
        setTimer()
    }

    /// Makes sure the timer fires when the silence of a server reaches `deadline`.
    func checkSilence(by deadline: DispatchTime?) {
        guard let deadline, quietDeadline.map({ deadline < $0 }) ?? true else { return }
        quietDeadline = deadline
        setTimer()
    }

    /// Which deadlines have come; those are forgotten.
    func takeDueDeadlines() -> (curl: Bool, silence: Bool) {
        let now = DispatchTime.now()
        let due = (curl: curlDeadline.map { $0 <= now } ?? false, silence: quietDeadline.map { $0 <= now } ?? false)
        if due.curl { curlDeadline = nil }
        if due.silence { quietDeadline = nil }
        setTimer()
        return due
    }

    private func setTimer() {
        let next = [curlDeadline, quietDeadline].compactMap(\.self).min()
        timer.schedule(deadline: next ?? .distantFuture, leeway: .milliseconds(1))
    }
}
