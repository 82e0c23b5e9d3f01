import Availability
import Foundation
import HTTPTransport

/// What can be wrong with TLS and with the certificate of the server.
extension Diagnosis {
    // MARK: Names

    static func nameMismatch(_ host: String, _ names: [String]) -> Diagnosis {
        Diagnosis(
            id: "tls.name-mismatch",
            summary: "The certificate of the server is for \(list(names)) and not for \(host).",
            remedy: "Set server to one of the names of the certificate, or give the server a certificate for \(host)."
        )
    }

    static func addressNotInCertificate(_ host: String, _ names: [String]) -> Diagnosis {
        Diagnosis(
            id: "tls.ip-address",
            summary: "The server is addressed as \(host), but its certificate is for \(list(names)) and does not carry "
                + "that IP address.",
            remedy: "Set server to the host name that the certificate is for."
        )
    }

    private static func list(_ names: [String]) -> String {
        names.isEmpty ? "no name at all" : excerpt(names.joined(separator: ", "))
    }

    // MARK: Dates

    static func certificateExpired(_ host: String, _ fault: FaultyCertificate?, now: Date) -> Diagnosis {
        Diagnosis(
            id: "tls.expired",
            summary: "\(owner(of: fault, host)) has expired: \(dates(of: fault, now)).",
            remedy: isAuthority(fault)
                ? "Replace the certificate of that authority in the chain that the server sends, or in ca_file. Check "
                    + "the clock of this machine (timedatectl)."
                : "Renew the certificate on the server. Check the clock of this machine (timedatectl)."
        )
    }

    static func certificateNotYetValid(_ host: String, _ fault: FaultyCertificate?, now: Date) -> Diagnosis {
        Diagnosis(
            id: "tls.not-yet-valid",
            summary: "\(owner(of: fault, host)) is not valid yet: \(dates(of: fault, now)).",
            remedy: "Check the clock of this machine (timedatectl). If it is right, renew the certificate."
        )
    }

    private static func isAuthority(_ fault: FaultyCertificate?) -> Bool { fault.map { $0.depth > 0 } ?? false }

    private static func owner(of fault: FaultyCertificate?, _ host: String) -> String {
        guard let fault, fault.depth > 0 else { return "The certificate of \(host)" }
        return
            "The certificate of the authority “\(excerpt(fault.facts.subject))”, which stands behind that of \(host),"
    }

    private static func dates(of fault: FaultyCertificate?, _ now: Date) -> String {
        let clock = "the clock of this machine says \(now.formatted(.iso8601))"
        guard let start = fault?.facts.notBefore, let end = fault?.facts.notAfter else { return clock }
        return "it is valid from \(start.formatted(.iso8601)) to \(end.formatted(.iso8601)), and \(clock)"
    }

    // MARK: Authorities and pins

    static func untrusted(_ host: String, _ fault: FaultyCertificate?) -> Diagnosis {
        guard let fault else { return untrusted(host, why: "no authority known here signed it", remedy: trust()) }
        let subject = excerpt(fault.facts.subject)
        let issuer = excerpt(fault.facts.issuer)
        let authority = trust("the certificate of that authority", fault.serverKey)
        switch (fault.isSelfSigned, fault.depth) {
        case (true, 0):
            let why = "it is signed by nobody but itself, “\(subject)”"
            return untrusted(host, why: why, remedy: trust("this certificate", fault.serverKey))
        case (true, _):
            let why = "the authority at the end of its chain, “\(subject)”, is not known here"
            return untrusted(host, why: why, remedy: authority)
        case (false, 0):
            let why = "its issuer “\(issuer)” is not known here, and the server does not send the issuer's certificate"
            let remedy = "If that is an intermediate authority, install its certificate on the server too. Otherwise: "
            return untrusted(host, why: why, remedy: remedy + authority)
        case (false, _):
            let why = "“\(issuer)”, which signed “\(subject)” in its chain, is not known here and was not sent"
            return untrusted(host, why: why, remedy: authority)
        }
    }

    static func otherKey(_ host: String, _ found: String?) -> Diagnosis {
        untrusted(
            host,
            why: "its key is \(found ?? "another one"), which pinned_public_key does not name",
            remedy: "If the key of the server was changed on purpose, set pinned_public_key to the new one. If not, "
                + "somebody else answers in place of the server."
        )
    }

    static func notAPin(_ host: String) -> Diagnosis {
        untrusted(
            host,
            why: "pinned_public_key holds no pin to compare its key with",
            remedy: "Write pinned_public_key as sha256// and the base64 of 32 bytes, several separated by semicolons."
        )
    }

    static func unusableAuthorities(_ host: String, _ path: String) -> Diagnosis {
        untrusted(host, why: "the file \(excerpt(path)) holds no certificates that could be read", remedy: trust())
    }

    static func unverifiable(_ host: String, code: Int) -> Diagnosis {
        untrusted(
            host,
            why: "OpenSSL's verification ended with code \(code)",
            remedy: "Look the code up in x509_vfy.h of OpenSSL (X509_V_ERR_…) and have the certificate replaced, or "
                + "set pinned_public_key to the key of the server."
        )
    }

    private static func untrusted(_ host: String, why: String, remedy: String) -> Diagnosis {
        Diagnosis(id: "tls.untrusted", summary: "The certificate of \(host) is not trusted: \(why).", remedy: remedy)
    }

    /// Both ways to trust: an authority, or the very key, which nobody should believe before having looked at the server.
    private static func trust(
        _ certificate: String = "the certificate of the authority that signed it",
        _ pin: String? = nil
    ) -> String {
        let seen = pin.map { "\($0), the key that was seen, once you have made sure that it is the server's" }
        let key = seen ?? "the key of the server"
        return "Set ca_file to a PEM file with \(certificate), or pinned_public_key to \(key)."
    }

    // MARK: No agreement

    static func notTLS(_ host: String) -> Diagnosis {
        Diagnosis(
            id: "tls.handshake",
            summary: "What answers at \(host) does not speak TLS.",
            remedy: "Check that the port in server is that of https (443 unless the URL says otherwise)."
        )
    }

    static func oldProtocol(_ host: String) -> Diagnosis {
        Diagnosis(
            id: "tls.handshake",
            summary: "The server \(host) speaks no version of TLS from 1.2 on.",
            remedy: "Switch TLS 1.2 on at the server; on Windows that is a setting of Schannel in the registry."
        )
    }

    static func handshakeFailed(_ host: String, code: Int32, reason: Int32?) -> Diagnosis {
        Diagnosis(
            id: "tls.handshake",
            summary: "The server \(host) and this machine could not agree on an encrypted connection "
                + "(libcurl \(code)\(reason.map { ", OpenSSL \($0)" } ?? "")).",
            remedy: "Check that the port in server is that of https and that the server offers TLS 1.2 or later with "
                + "ciphers of today."
        )
    }
}
