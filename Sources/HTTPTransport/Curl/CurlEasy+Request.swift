import CCurl
import Foundation

extension CurlEasy {
    /// Sets all that `request` asks for, and all that no request can ask otherwise.
    ///
    /// - Parameter streams: the body is read piece by piece as it comes.
    /// - Throws: `invalidRequest` where a part would break out of its place in the message, `libcurl`.
    func configure(for request: HTTPRequest, streams: Bool) throws(HTTPError) {
        try setRules()
        try set(CURLOPT_URL, request.url)
        try setMethod(of: request)
        try setHeaders(of: request)
        try setAuthentication(request.authentication)
        try set(CURLOPT_CONNECTTIMEOUT_MS, request.limits.connect.wholeMilliseconds)
        if let whole = request.limits.whole { try set(CURLOPT_TIMEOUT_MS, whole.wholeMilliseconds) }
        try setTrust(request.trust)
        if let path = request.unixSocket { try set(CURLOPT_UNIX_SOCKET_PATH, path) }
        if request.closesConnection { try set(CURLOPT_FORBID_REUSE, 1) }
        if streams {
            // Streams lie idle for most of their life; the smallest buffer keeps many of them cheap.
            try set(CURLOPT_BUFFERSIZE, 1024)
        } else {
            try set(CURLOPT_ACCEPT_ENCODING, "gzip")
        }
    }

    private func setRules() throws(HTTPError) {
        try set(CURLOPT_PROTOCOLS_STR, "http,https")
        try set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        try set(CURLOPT_SSL_VERIFYPEER, 1)
        try set(CURLOPT_SSL_VERIFYHOST, 2)
        try set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        // So that a failure can tell for whom a certificate is.
        try set(CURLOPT_CERTINFO, 1)
        try set(CURLOPT_FOLLOWLOCATION, 0)
        // Not to be taken: so that a failure can tell what answers instead of HTTP.
        try set(CURLOPT_HTTP09_ALLOWED, 1)
        try set(CURLOPT_NETRC, Int(CURL_NETRC_IGNORED.rawValue))
        // Nothing from the environment: a proxy would see where we go, and could ask for credentials.
        try set(CURLOPT_PROXY, "")
        try set(CURLOPT_NOPROXY, "*")
        try set(CURLOPT_NOSIGNAL, 1)
        try set(CURLOPT_TCP_KEEPALIVE, 1)
        // Without it, giving up a transfer whose name is still being looked up holds the queue until the resolver is
        // done (CURLOPT_QUICK_EXIT(3)).
        try set(CURLOPT_QUICK_EXIT, 1)
        // Programs that hooks start must not inherit connections.
        try setSocketFactory { _, _, address in
            guard let address = address?.pointee else { return -1 }
            return socket(address.family, address.socktype | Int32(SOCK_CLOEXEC.rawValue), address.protocol)
        }
    }

    /// Beside a file of authorities a pin is one more condition; alone it is the only one. libcurl compares it in either
    /// case, and keeps connections apart by it as by the file.
    private func setTrust(_ trust: TrustOptions) throws(HTTPError) {
        if let file = trust.caFile {
            try set(CURLOPT_CAINFO, file)
            // Debian's libcurl also knows a folder of authorities, which would be asked as well.
            try clear(CURLOPT_CAPATH)
        }
        guard let pin = trust.pinnedPublicKey else { return }
        // libcurl would take what does not look like a pin for the name of a file.
        guard pin.isListOfPins else { throw .invalidRequest(.pinnedPublicKey) }
        try set(CURLOPT_PINNEDPUBLICKEY, pin)
        guard trust.caFile == nil else { return }
        try set(CURLOPT_SSL_VERIFYPEER, 0)
        try set(CURLOPT_SSL_VERIFYHOST, 0)
        // Without verification libcurl lets a server through that shows no certificate at all, and so no key: OpenSSL
        // never agrees to that by itself, and must not by a setting of the system either.
        try set(CURLOPT_SSL_CIPHER_LIST, "DEFAULT:!aNULL")
    }

    private func setMethod(of request: HTTPRequest) throws(HTTPError) {
        guard !request.method.isEmpty, request.method.utf8.allSatisfy(\.isTokenByte) else {
            throw .invalidRequest(.method)
        }
        let alwaysHasBody = ["POST", "PUT", "PATCH"].contains(request.method)
        if alwaysHasBody || !request.body.isEmpty {
            try set(CURLOPT_POST, 1)
            try setBody(request.body)
        } else if request.method == "HEAD" {
            try set(CURLOPT_NOBODY, 1)
        }
        try set(CURLOPT_CUSTOMREQUEST, request.method)
    }

    private func setHeaders(of request: HTTPRequest) throws(HTTPError) {
        var lines: [String] = []
        for field in request.headers.fields {
            guard !field.name.isEmpty, field.name.utf8.allSatisfy(\.isTokenByte),
                field.value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 })
            else { throw .invalidRequest(.header) }
            // A semicolon is libcurl's way to ask for a header without a value (CURLOPT_HTTPHEADER(3)).
            lines.append(field.value.isEmpty ? "\(field.name);" : "\(field.name): \(field.value)")
        }
        if case .token(let scheme, let token) = request.authentication {
            let bytes = token.reveal().utf8
            guard !scheme.isEmpty, scheme.utf8.allSatisfy(\.isTokenByte), !bytes.isEmpty,
                bytes.allSatisfy({ (0x21...0x7E).contains($0) })
            else { throw .invalidRequest(.header) }
            lines.append("Authorization: \(scheme) \(token.reveal())")
        }
        // Take out what libcurl would add by itself: a form's type, and the wait for "100 Continue".
        if request.headers["Content-Type"] == nil { lines.append("Content-Type:") }
        lines.append("Expect:")
        try setHeaders(lines)
    }

    private func setAuthentication(_ authentication: HTTPAuthentication) throws(HTTPError) {
        switch authentication {
        // A token is one of the headers.
        case .none, .token: try set(CURLOPT_HTTPAUTH, ccurl_auth_none)
        case .basic(let user, let password):
            // A colon ends the user name (RFC 7617, 2); a zero would end the C string.
            guard !user.utf8.contains(0x3A) else { throw .invalidRequest(.user) }
            try setLogin(Array(user.utf8), Array(password.reveal().utf8), ccurl_auth_basic)
        case .ntlm(let user, let password):
            guard let user = NTLMText.user(user) else { throw .invalidRequest(.user) }
            guard let password = NTLMText.password(password.reveal()) else { throw .invalidRequest(.password) }
            try setLogin(user, password, ccurl_auth_ntlm)
        }
    }

    private func setLogin(_ user: [UInt8], _ password: [UInt8], _ scheme: Int) throws(HTTPError) {
        guard !user.contains(where: { $0 < 0x20 }) else { throw .invalidRequest(.user) }
        guard !password.contains(where: { $0 < 0x20 }) else { throw .invalidRequest(.password) }
        try set(CURLOPT_HTTPAUTH, scheme)
        try set(CURLOPT_USERNAME, user)
        try set(CURLOPT_PASSWORD, password)
    }
}

extension String {
    /// Whether these are pins of the only form that libcurl does not take for a file: `sha256//` and 32 bytes in base64.
    fileprivate var isListOfPins: Bool {
        split(separator: ";", omittingEmptySubsequences: false).allSatisfy { pin in
            pin.hasPrefix("sha256//") && Data(base64Encoded: String(pin.dropFirst(8)))?.count == 32
        }
    }
}

extension UInt8 {
    /// A `tchar` of RFC 9110, 5.6.2.
    fileprivate var isTokenByte: Bool {
        switch self {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: "!#$%&'*+-.^_`|~".utf8.contains(self)
        }
    }
}
