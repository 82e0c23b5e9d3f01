internal import CGSSAPI

/// libkrb5's memory of its configuration and of what went wrong last. One thread at a time.
final class KerberosContext {
    let handle: krb5_context

    init() throws(KerberosError) {
        var handle: krb5_context?
        let code = krb5_init_context(&handle)
        guard code == 0, let handle else {
            throw KerberosError(KerberosError.Cause(major: 0, minor: code), minor: code, text: Self.text(of: code, nil))
        }
        self.handle = handle
    }

    deinit {
        krb5_free_context(handle)
    }

    /// - Parameter code: of a call that was just made.
    func error(_ code: krb5_error_code, _ cause: KerberosError.Cause? = nil) -> KerberosError {
        KerberosError(
            cause ?? KerberosError.Cause(major: 0, minor: code),
            minor: code,
            text: Self.text(of: code, handle)
        )
    }

    /// How a principal is written.
    func name(of principal: krb5_const_principal) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        guard krb5_unparse_name(handle, principal, &text) == 0, let text else { return nil }
        defer { krb5_free_unparsed_name(handle, text) }
        return String(cString: text)
    }

    private static func text(of code: krb5_error_code, _ handle: krb5_context?) -> String {
        guard let text = krb5_get_error_message(handle, code) else { return "" }
        defer { krb5_free_error_message(handle, text) }
        return String(cString: text)
    }
}
