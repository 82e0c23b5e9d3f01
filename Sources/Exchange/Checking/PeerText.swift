import Foundation
import HTTPTransport

/// What a connection showed of the other end, in a line for a person.
enum PeerText {
    /// Version of TLS, names, issuer and dates of the server's own certificate, and how many came with it.
    static func tls(_ peer: PeerReport?) -> String {
        guard let peer, let certificate = peer.certificates.first else {
            return [peer?.tlsVersion, "the certificate is trusted"].compactMap(\.self).joined(separator: ", ")
        }
        var parts = [peer.tlsVersion].compactMap(\.self)
        parts.append("certificate for \(names(of: certificate))")
        parts.append("issued by \(excerpt(certificate.issuer))")
        if let end = certificate.notAfter { parts.append("valid until \(day(end))") }
        let others = peer.certificates.count - 1
        parts.append(others == 0 ? "alone" : "with \(others) more of its chain")
        return parts.joined(separator: ", ")
    }

    private static func names(of certificate: CertificateFacts) -> String {
        guard let first = certificate.names.first else { return excerpt(certificate.subject) }
        let others = certificate.names.count - 1
        return excerpt(first) + (others > 0 ? " and \(others) other name\(others == 1 ? "" : "s")" : "")
    }

    /// In UTC: `2027-01-31`.
    static func day(_ date: Date) -> String {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        let parts = calendar.dateComponents([.year, .month, .day], from: date)
        let numbers = [parts.year, parts.month, parts.day].map { $0 ?? 0 }
        return numbers.map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: "-")
    }
}
