import CCurl
import Foundation

extension CurlEasy {
    /// For whom the server's certificate is: its first 20 host names and IP addresses. Known once TLS stands, which it
    /// does when only the name is wrong; empty before that.
    ///
    /// libcurl hands certificates over as lines of text, as OpenSSL prints them (CURLINFO_CERTINFO(3)).
    var certificateNames: [String] {
        var chain: UnsafeMutablePointer<curl_certinfo>?
        guard ccurl_get_certificates(handle, &chain) == CURLE_OK, let chain = chain?.pointee, chain.num_of_certs > 0
        else { return [] }
        let prefix = "X509v3 Subject Alternative Name:"
        // The first is the server's own.
        var line = chain.certinfo?.pointee
        while let entry = line?.pointee {
            let text = entry.data.map { String(cString: $0) } ?? ""
            if text.hasPrefix(prefix) { return Self.names(in: text.dropFirst(prefix.count)) }
            line = entry.next
        }
        return []
    }

    /// The names in `DNS:mail.example.com, IP Address:192.0.2.1`; mail addresses and other kinds are left out.
    private static func names(in text: Substring) -> [String] {
        let names = text.split(separator: ",").lazy.compactMap { entry -> String? in
            let parts = entry.trimmingCharacters(in: .whitespaces).split(separator: ":", maxSplits: 1)
            guard parts.count == 2, parts[0] == "DNS" || parts[0] == "IP Address" else { return nil }
            // A certificate may hold anything; only what can be a name goes on into messages and logs.
            return parts[1].utf8.allSatisfy { (0x21...0x7E).contains($0) } ? String(parts[1]) : nil
        }
        return Array(names.prefix(20))
    }
}
