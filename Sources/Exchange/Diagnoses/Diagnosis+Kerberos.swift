import Availability
import Kerberos

/// What can be wrong with a login with Kerberos.
extension Diagnosis {
    static func ticketRefused(_ account: String, by host: String) -> Diagnosis {
        Diagnosis(
            id: "auth.unauthorized",
            summary: "The server \(host) refused the Kerberos ticket of \(excerpt(account)).",
            remedy: "Check that HTTP/\(host) is registered for the account that the servers share (setspn -Q "
                + "HTTP/\(host); the alternate service account of Exchange) and for no other, that it is no user of its own "
                + "whose keys are old, and that keytab_file and principal are those of an account that may use Exchange. If "
                + "Extended Protection is required, set ExtendedProtectionTokenChecking of the EWS virtual directory to "
                + "Allow or None."
        )
    }

    static func kerberosNeedsName(_ address: String) -> Diagnosis {
        Diagnosis(
            id: "auth.kerberos",
            summary: "Kerberos needs the name of the server, not the address \(address).",
            remedy:
                "Set server to the host name that HTTP/NAME is registered for in Active Directory (setspn -Q HTTP/NAME)."
        )
    }

    /// Why no ticket was to be had.
    ///
    /// - Parameters:
    ///   - account: whose.
    ///   - host: that it is for.
    static func kerberos(_ error: KerberosError, account: String, host: String) -> Diagnosis {
        let seen = Self.seen(error)
        let account = excerpt(account)
        return switch error.cause {
        case .keytabMissing, .keytabUnreadable, .keytabUnusable, .keytabOfOthers: keytab(error.cause, seen)
        case .noTicket:
            failing(
                "There is no Kerberos ticket to log in with\(seen).",
                "Set keytab_file in [[connector]] to a keytab of the account. Without one, keep a ticket of the user that "
                    + "freebusyd runs as (k5start, or kinit in a timer) and name its cache in KRB5CCNAME of the unit."
            )
        case .ticketExpired:
            failing(
                "The Kerberos ticket has expired\(seen).",
                "Renew it more often than it ends (k5start, or kinit in a timer), or set keytab_file in [[connector]]: with "
                    + "a keytab freebusyd renews it by itself."
            )
        case .clientUnknown, .keyRefused, .clientRevoked: denied(error.cause, account, seen)
        case .serviceUnknown:
            failing(
                "Kerberos knows no service HTTP/\(host)\(seen).",
                "Set server to the name that HTTP/NAME is registered for (setspn -Q HTTP/\(host)), or register it for the "
                    + "alternate service account of Exchange (setspn -S HTTP/\(host) ACCOUNT)."
            )
        case .noCommonEncryption:
            failing(
                "The Kerberos server and the keytab have no encryption in common\(seen).",
                "Make the keytab with AES keys (ktpass /crypto AES256-SHA1), and allow AES for the account in Active "
                    + "Directory (msDS-SupportedEncryptionTypes)."
            )
        case .clockSkew:
            Diagnosis(
                id: "clock.skew",
                summary: "The clocks of this machine and of the Kerberos server are too far apart\(seen).",
                remedy:
                    "Synchronise both clocks: timedatectl shows whether this machine does, w32tm /query /status whether "
                    + "a Windows server does. Kerberos allows 5 minutes."
            )
        case .unreachable, .realmUnknown, .timedOut: server(error.cause, seen)
        case .tooManyWaiting: exhausted("too many wait for Kerberos")
        case .cancelled: interrupted
        case .other:
            failing(
                "Kerberos failed\(seen).",
                "Check /etc/krb5.conf, and try the same by hand: kinit -k -t KEYTAB PRINCIPAL and kvno HTTP/\(host)."
            )
        }
    }

    private static func keytab(_ cause: KerberosError.Cause, _ seen: String) -> Diagnosis {
        let make = "Make it with ktpass on a domain controller, or with ktutil, and let freebusyd's user alone read it."
        return switch cause {
        case .keytabMissing: failing("The keytab is not there\(seen).", "Check keytab_file in [[connector]]. \(make)")
        case .keytabUnreadable:
            failing(
                "The keytab cannot be read\(seen).",
                "Let the user that freebusyd runs as read it (chown, chmod 600), or hand it over with keytab_credential."
            )
        case .keytabOfOthers(let names):
            failing(
                "The keytab holds no keys of the principal; "
                    + "\(names.isEmpty ? "it names nobody" : "it holds those of \(excerpt(names.joined(separator: ", ")))").",
                "Set principal in [[connector]] to one of those in the keytab (klist -k shows them), or leave it out."
            )
        default: failing("The keytab is none, or holds no key\(seen).", "Look into it with klist -k. \(make)")
        }
    }

    private static func denied(_ cause: KerberosError.Cause, _ account: String, _ seen: String) -> Diagnosis {
        let (what, remedy) =
            switch cause {
            case .keyRefused:
                (
                    "does not take the keys of \(account)",
                    "The password was changed since the keytab was made, or the keys are of another name: make the keytab "
                        + "anew (ktpass). No ticket is asked for before freebusyctl force or a reload with another keytab."
                )
            case .clientRevoked:
                (
                    "lets \(account) not log in",
                    "Check that the account is not locked, disabled or expired, and that its password is not."
                )
            default:
                (
                    "does not know \(account)",
                    "Check principal in [[connector]] and what is in the keytab (klist -k): names are told apart by case "
                        + "here, and the realm is the domain in capitals."
                )
            }
        return Diagnosis(id: "auth.unauthorized", summary: "The Kerberos server \(what)\(seen).", remedy: remedy)
    }

    private static func server(_ cause: KerberosError.Cause, _ seen: String) -> Diagnosis {
        switch cause {
        case .realmUnknown:
            failing(
                "It cannot be told which Kerberos servers to ask\(seen).",
                "Name default_realm and the kdc of the realm in /etc/krb5.conf, or let this machine use the DNS of Active "
                    + "Directory, which has records for them (_kerberos._udp.DOMAIN)."
            )
        case .timedOut(let seconds):
            failing(
                "No Kerberos server answered within \(Int(seconds)) s.",
                "Let a firewall admit this machine to a domain controller (port 88, TCP and UDP), and check kdc in "
                    + "/etc/krb5.conf."
            )
        default:
            failing(
                "No Kerberos server could be reached\(seen).",
                "Check that a domain controller is up, that a firewall admits this machine to it (port 88, TCP and UDP), "
                    + "and kdc in /etc/krb5.conf."
            )
        }
    }

    private static func failing(_ summary: String, _ remedy: String) -> Diagnosis {
        Diagnosis(id: "auth.kerberos", summary: summary, remedy: remedy)
    }

    /// What the library says, and under which number.
    private static func seen(_ error: KerberosError) -> String {
        guard !error.text.isEmpty || error.minor != 0 else { return "" }
        return " (\(excerpt(error.text)), code \(error.minor))"
    }
}
