import CCurl
import Foundation

/// Owns libcurl's multi handle: all transfers under way and the connections kept for later, driven by an ``EventLoop``.
///
/// Not for several threads; lives on the client's queue.
final class CurlMulti {
    let loop: EventLoop
    private let handle: UnsafeMutableRawPointer

    /// libcurl's own set-up, once in the life of the process; safe among threads since 7.84 (libcurl-thread(3)).
    private static let isReady = curl_global_init(ccurl_global_all) == CURLE_OK

    init(loop: EventLoop, idleConnectionLimit: Int) throws(HTTPError) {
        guard Self.isReady, let handle = curl_multi_init() else { throw .outOfResources(errno: ENOMEM) }
        self.handle = handle
        self.loop = loop
        let context = Unmanaged.passUnretained(loop).toOpaque()
        let onSocket: ccurl_socket_function = { _, socket, interest, context, _ in
            guard let context else { return -1 }
            return Unmanaged<EventLoop>.fromOpaque(context).takeUnretainedValue().watch(socket, for: interest) ? 0 : -1
        }
        let onTimer: ccurl_timer_function = { _, milliseconds, context in
            guard let context else { return -1 }
            Unmanaged<EventLoop>.fromOpaque(context).takeUnretainedValue().setCurlDeadline(milliseconds: milliseconds)
            return 0
        }
        try check(ccurl_multi_set_socket_function(handle, onSocket, context))
        try check(ccurl_multi_set_timer_function(handle, onTimer, context))
        try check(ccurl_multi_set_long(handle, CURLMOPT_MAXCONNECTS, idleConnectionLimit))
    }

    /// The transfers must have left before.
    deinit {
        curl_multi_cleanup(handle)
    }

    func add(_ easy: CurlEasy) throws(HTTPError) {
        try check(curl_multi_add_handle(handle, easy.handle))
    }

    /// Takes a transfer out, finished or not; an unfinished one loses its connection.
    func remove(_ easy: CurlEasy) {
        // Fails only for a handle that is not in here, or from within a callback: neither can be.
        let code = curl_multi_remove_handle(handle, easy.handle)
        assert(code == CURLM_OK)
    }

    /// Sees to the sockets that are ready.
    func serveSockets() throws(HTTPError) {
        for (socket, events) in loop.readySockets() {
            try check(ccurl_multi_act(handle, socket, events))
        }
    }

    /// Sees to what libcurl wanted to do at this time.
    func serveDeadline() throws(HTTPError) {
        try check(ccurl_multi_act(handle, ccurl_socket_timeout, 0))
    }

    /// The next transfer that finished, by the number it was given; `nil` when there is no more.
    func nextFinished() -> (number: UInt64, code: CURLcode)? {
        var left: Int32 = 0
        while let message = curl_multi_info_read(handle, &left) {
            guard message.pointee.msg == CURLMSG_DONE else { continue }
            var number: UInt = 0
            // By number, not by address: libcurl gives a new handle the address of an old one.
            guard ccurl_get_number(message.pointee.easy_handle, &number) == CURLE_OK else { continue }
            return (UInt64(number), message.pointee.data.result)
        }
        return nil
    }

    private func check(_ code: CURLMcode) throws(HTTPError) {
        guard code == CURLM_OK else { throw .libcurl(code: Int32(code.rawValue)) }
    }
}
