import CCurl
import Foundation

/// Owns one of libcurl's easy handles: a transfer's options and, after it, what became of it.
final class CurlEasy {
    let handle: UnsafeMutableRawPointer
    private var headerList: UnsafeMutablePointer<curl_slist>?

    init() throws(HTTPError) {
        guard let handle = curl_easy_init() else { throw .outOfResources(errno: ENOMEM) }
        self.handle = handle
    }

    deinit {
        curl_easy_cleanup(handle)
        curl_slist_free_all(headerList)
    }

    /// Back to the defaults, for the next transfer.
    func reset() {
        curl_easy_reset(handle)
        curl_slist_free_all(headerList)
        headerList = nil
    }

    func set(_ option: CURLoption, _ value: Int) throws(HTTPError) {
        try check(ccurl_set_long(handle, option, value))
    }

    func set(_ option: CURLoption, _ value: String) throws(HTTPError) {
        try check(ccurl_set_string(handle, option, value))
    }

    /// A text that is not UTF-8, without a zero in it.
    func set(_ option: CURLoption, _ bytes: [UInt8]) throws(HTTPError) {
        try check(ccurl_set_string(handle, option, bytes.map { CChar(bitPattern: $0) } + [0]))
    }

    /// Takes away a text that libcurl has a default for.
    func clear(_ option: CURLoption) throws(HTTPError) {
        try check(ccurl_set_string(handle, option, nil))
    }

    func set(_ option: CURLoption, _ value: UnsafeMutableRawPointer) throws(HTTPError) {
        try check(ccurl_set_pointer(handle, option, value))
    }

    func set(_ option: CURLoption, _ function: @escaping ccurl_data_function) throws(HTTPError) {
        try check(ccurl_set_data_function(handle, option, function))
    }

    /// A copy of `body`; its size goes first, since libcurl would otherwise stop at a zero.
    func setBody(_ body: [UInt8]) throws(HTTPError) {
        try check(ccurl_set_large(handle, CURLOPT_POSTFIELDSIZE_LARGE, Int64(body.count)))
        // An empty array has no address, and without one libcurl would ask a read function for the body.
        let code = (body.isEmpty ? [0] : body).withUnsafeBytes {
            ccurl_set_pointer(handle, CURLOPT_COPYPOSTFIELDS, $0.baseAddress)
        }
        try check(code)
    }

    /// Lines of the form `Name: value`.
    func setHeaders(_ lines: [String]) throws(HTTPError) {
        for line in lines {
            guard let longer = curl_slist_append(headerList, line) else { throw .outOfResources(errno: ENOMEM) }
            headerList = longer
        }
        try check(ccurl_set_list(handle, CURLOPT_HTTPHEADER, headerList))
    }

    func setPrerequest(_ function: @escaping ccurl_prerequest_function) throws(HTTPError) {
        try check(ccurl_set_prerequest_function(handle, function))
    }

    /// - Parameter function: gets the data that was set as `CURLOPT_SSL_CTX_DATA`.
    func setTLSPreparation(_ function: @escaping ccurl_tls_function) throws(HTTPError) {
        try check(ccurl_set_tls_function(handle, function))
    }

    func setSocketFactory(_ function: @escaping ccurl_open_socket_function) throws(HTTPError) {
        try check(ccurl_set_open_socket_function(handle, function))
    }

    func setNumber(_ number: UInt64) throws(HTTPError) {
        try check(ccurl_set_number(handle, UInt(number)))
    }

    /// Takes a held-up transfer up again; what libcurl kept back is offered before this returns.
    func resume() throws(HTTPError) {
        try check(curl_easy_pause(handle, CURLPAUSE_CONT))
    }

    /// A number about the transfer that ended; 0 where libcurl has none.
    func info(_ info: CURLINFO) -> Int {
        var value = 0
        return ccurl_get_long(handle, info, &value) == CURLE_OK ? value : 0
    }

    private func check(_ code: CURLcode) throws(HTTPError) {
        guard code == CURLE_OK else { throw .libcurl(code: Int32(code.rawValue)) }
    }
}
