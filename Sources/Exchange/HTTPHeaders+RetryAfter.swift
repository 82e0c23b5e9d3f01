import HTTPTransport

extension HTTPHeaders {
    /// The seconds that a server wants to be left alone (RFC 9110, 10.2.3), up to a day; `nil` where it does not say, or
    /// gives a date.
    var retryAfter: Double? {
        self["Retry-After"].flatMap { Double($0) }.flatMap { 0...86_400 ~= $0 ? $0 : nil }
    }
}
