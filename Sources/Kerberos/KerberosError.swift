internal import CGSSAPI

/// Why there is no token, told apart by the numbers of GSS-API and MIT Kerberos and never by their words.
package struct KerberosError: Error, Hashable, Sendable {
    /// What kept a token from being made.
    package enum Cause: Hashable, Sendable {
        // The keytab.
        /// The file is not there.
        case keytabMissing
        /// This user may not read it, or it cannot be read.
        case keytabUnreadable
        /// It is no keytab, or holds no key.
        case keytabUnusable
        /// It holds keys, but of others: these, at most 5.
        case keytabOfOthers([String])

        // The ticket.
        /// There is no cache, or nothing in it for this.
        case noTicket
        /// There was one, and its time is over.
        case ticketExpired

        // What the Kerberos server (KDC) says.
        /// It does not know whom the keys are of.
        case clientUnknown
        /// It knows him and has other keys: the password was changed since the keytab was made.
        case keyRefused
        /// The account is locked, disabled or expired, or its password is.
        case clientRevoked
        /// Nobody in the realm is the service of that host.
        case serviceUnknown
        /// No kind of encryption is known to both sides.
        case noCommonEncryption
        /// Clocks are too far apart, 5 minutes as a rule.
        case clockSkew
        /// It did not answer.
        case unreachable
        /// There is no telling which realm it is, or where its servers are.
        case realmUnknown

        // Here.
        /// It took longer than this many seconds.
        case timedOut(seconds: Double)
        /// As many as allowed are already waiting.
        case tooManyWaiting
        /// The task that asked was cancelled.
        case cancelled
        /// Something else, of which `text` tells more.
        case other
    }

    package let cause: Cause
    /// RFC 2744's major status; 0 where GSS-API was not asked.
    package let major: UInt32
    /// The code of MIT Kerberos or the system's `errno`; 0 where there is none.
    package let minor: Int32
    /// What the library says of it: one line of at most 200 characters, empty where there is none.
    package let text: String

    package init(_ cause: Cause, major: UInt32 = 0, minor: Int32 = 0, text: String = "") {
        self.cause = cause
        self.major = major
        self.minor = minor
        let line = text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : Character($0) }
        self.text = String(line.prefix(200))
    }
}

extension KerberosError.Cause {
    /// - Parameters:
    ///   - major: RFC 2744's status, or 0.
    ///   - minor: a code of `krb5.h`.
    init(major: UInt32, minor: Int32) {
        switch Int(minor) {
        case KRB5_KT_NOTFOUND: self = .keytabOfOthers([])
        case KRB5_KT_END, KRB5_KEYTAB_BADVNO, KRB5_KT_IOERR, KRB5_KT_FORMAT: self = .keytabUnusable
        case KRB5_FCC_NOFILE, KRB5_CC_NOTFOUND, KRB5_FCC_PERM, KRB5_CC_FORMAT: self = .noTicket
        case KRB5KRB_AP_ERR_TKT_EXPIRED: self = .ticketExpired
        case KRB5KDC_ERR_C_PRINCIPAL_UNKNOWN: self = .clientUnknown
        case KRB5KDC_ERR_PREAUTH_FAILED, KRB5KRB_AP_ERR_BAD_INTEGRITY: self = .keyRefused
        case KRB5KDC_ERR_CLIENT_REVOKED, KRB5KDC_ERR_NAME_EXP, KRB5KDC_ERR_KEY_EXP, KRB5KDC_ERR_POLICY:
            self = .clientRevoked
        case KRB5KDC_ERR_S_PRINCIPAL_UNKNOWN: self = .serviceUnknown
        case KRB5KDC_ERR_ETYPE_NOSUPP, KRB5_PROG_ETYPE_NOSUPP, KRB5_CONFIG_ETYPE_NOSUPP: self = .noCommonEncryption
        case KRB5KRB_AP_ERR_SKEW, KRB5_KDCREP_SKEW, KRB5KRB_AP_ERR_TKT_NYV: self = .clockSkew
        case KRB5_KDC_UNREACH: self = .unreachable
        case KRB5_REALM_UNKNOWN, KRB5_REALM_CANT_RESOLVE, KRB5_CONFIG_NODEFREALM: self = .realmUnknown
        default:
            switch major & cgssapi_routine_mask {
            case cgssapi_no_credential: self = .noTicket
            case cgssapi_expired: self = .ticketExpired
            default: self = .other
            }
        }
    }
}

extension KerberosError {
    /// Of a call of GSS-API that failed in the mechanism Kerberos; to be made at once and on the same thread, where the
    /// library keeps the words.
    init(major: UInt32, minor: UInt32) {
        let code = Int32(bitPattern: minor)
        self.init(
            Cause(major: major, minor: code),
            major: major,
            minor: code,
            text: minor == 0 ? Self.text(of: major, GSS_C_GSS_CODE) : Self.text(of: minor, GSS_C_MECH_CODE)
        )
    }

    private static func text(of status: UInt32, _ kind: Int32) -> String {
        var minor: OM_uint32 = 0
        var more: OM_uint32 = 0
        var buffer = gss_buffer_desc(length: 0, value: nil)
        guard gss_display_status(&minor, status, kind, cgssapi_mechanism(), &more, &buffer) == cgssapi_complete else {
            return ""
        }
        defer { gss_release_buffer(&minor, &buffer) }
        return String(decoding: UnsafeRawBufferPointer(start: buffer.value, count: buffer.length), as: UTF8.self)
    }
}
