internal import CGSSAPI
internal import Foundation

/// A look into a keytab: whose keys it holds. The keys themselves stay with the library.
struct Keytab {
    let path: String

    /// The most entries that are looked at; a keytab of a service has a few for each of its names.
    private static let mostEntries = 10_000

    /// Finds the principal whose keys are to be used.
    ///
    /// - Parameter wanted: `user` or `user@REALM`; `nil` for the first.
    /// - Returns: it in full, `user@REALM`.
    /// - Throws: what is wrong with the file, which the library does not tell apart where it is asked for a ticket.
    func principal(_ wanted: String?) throws(KerberosError) -> String {
        let context = try KerberosContext()
        var sought: krb5_principal?
        if let wanted {
            let code = krb5_parse_name(context.handle, wanted, &sought)
            guard code == 0 else { throw context.error(code) }
        }
        defer { krb5_free_principal(context.handle, sought) }
        var others: [String] = []
        let found = try firstName(context) { principal, name in
            guard let sought else { return true }
            if krb5_principal_compare(context.handle, principal, sought) != 0 { return true }
            if others.count < 5, !others.contains(name) { others.append(name) }
            return false
        }
        if let found { return found }
        throw KerberosError(others.isEmpty ? .keytabUnusable : .keytabOfOthers(others))
    }

    /// The name of the first entry that will do.
    private func firstName(
        _ context: KerberosContext,
        where isWanted: (krb5_const_principal, String) -> Bool
    ) throws(KerberosError) -> String? {
        var keytab: krb5_keytab?
        var code = krb5_kt_resolve(context.handle, "FILE:\(path)", &keytab)
        guard code == 0, let keytab else { throw context.error(code) }
        defer { krb5_kt_close(context.handle, keytab) }
        var cursor: krb5_kt_cursor?
        code = krb5_kt_start_seq_get(context.handle, keytab, &cursor)
        guard code == 0 else { throw context.error(code, Self.cause(code)) }
        defer { krb5_kt_end_seq_get(context.handle, keytab, &cursor) }
        for _ in 0..<Self.mostEntries {
            var entry = krb5_keytab_entry()
            code = krb5_kt_next_entry(context.handle, keytab, &entry, &cursor)
            guard code != KRB5_KT_END else { return nil }
            guard code == 0 else { throw context.error(code, Self.cause(code)) }
            defer { krb5_free_keytab_entry_contents(context.handle, &entry) }
            if let principal = entry.principal, let name = context.name(of: principal), isWanted(principal, name) {
                return name
            }
        }
        return nil
    }

    /// Where the file as such is in the way, the code is the system's.
    private static func cause(_ code: krb5_error_code) -> KerberosError.Cause {
        switch code {
        case ENOENT, ENOTDIR: .keytabMissing
        case EACCES, EPERM, EIO: .keytabUnreadable
        default: .keytabUnusable
        }
    }
}
