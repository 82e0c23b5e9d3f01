internal import CGSSAPI
internal import Foundation

/// What an account may ask for tickets with, as GSS-API holds it. One thread at a time; every call may wait for the
/// Kerberos server.
final class Credential {
    private var handle: gss_cred_id_t?
    /// Goes after `handle`, which uses it.
    private let cache: TicketCache?
    /// Seconds that it lasted when it was new.
    private var lifetime: UInt32 = 0

    /// Asks for a first ticket where the source is a keytab, and looks for one where it is a cache.
    init(_ source: TicketSource) throws(KerberosError) {
        switch source {
        case .keytab(let path, let principal):
            let principal = try Keytab(path: path).principal(principal)
            let cache = TicketCache()
            self.cache = cache
            handle = try Self.acquire(principal, [("client_keytab", "FILE:\(path)"), ("ccache", cache.name)])
        case .cache(let principal):
            cache = nil
            handle = try Self.acquire(principal, [])
        }
        lifetime = secondsLeft
    }

    deinit {
        var minor: OM_uint32 = 0
        gss_release_cred(&minor, &handle)
    }

    /// Whether it is old enough to be replaced: five minutes before its end, or at half of a short life.
    var isNearItsEnd: Bool { secondsLeft <= min(300, lifetime / 2) }

    private var secondsLeft: UInt32 {
        var minor: OM_uint32 = 0
        var seconds: OM_uint32 = 0
        let major = gss_inquire_cred(&minor, handle, nil, &seconds, nil, nil)
        return cgssapi_failed(major) != 0 ? 0 : seconds
    }

    /// The first message of Kerberos to a service, which stands by itself (RFC 4121, 4.1).
    ///
    /// - Parameter service: such as `HTTP@mail.example.com`.
    func token(for service: String) throws(KerberosError) -> [UInt8] {
        var target = try Self.name(service, cgssapi_service_name())
        var minor: OM_uint32 = 0
        var context: gss_ctx_id_t?
        var output = gss_buffer_desc(length: 0, value: nil)
        defer {
            var ignored: OM_uint32 = 0
            gss_release_name(&ignored, &target)
            gss_delete_sec_context(&ignored, &context, nil)
            gss_release_buffer(&ignored, &output)
        }
        // No flag is asked for: TLS has already told who the server is, and protects what is said.
        let major = gss_init_sec_context(
            &minor,
            handle,
            &context,
            target,
            cgssapi_mechanism(),
            0,
            0,
            nil,
            nil,
            nil,
            &output,
            nil,
            nil
        )
        guard cgssapi_failed(major) == 0 else { throw KerberosError(major: major, minor: minor) }
        return Array(UnsafeRawBufferPointer(start: output.value, count: output.length))
    }

    /// - Parameter store: where keys and tickets are (krb5's keys of gss_acquire_cred_from); empty for the user's own.
    private static func acquire(
        _ principal: String?,
        _ store: [(key: String, value: String)]
    ) throws(KerberosError) -> gss_cred_id_t? {
        var name: gss_name_t?
        if let principal { name = try Self.name(principal, cgssapi_principal_name()) }
        var minor: OM_uint32 = 0
        defer {
            var ignored: OM_uint32 = 0
            gss_release_name(&ignored, &name)
        }
        var mechanisms = gss_OID_set_desc(count: 1, elements: cgssapi_mechanism())
        let texts = store.flatMap { [strdup($0.key), strdup($0.value)] }
        defer { for text in texts { free(text) } }
        var elements = stride(from: 0, to: texts.count, by: 2).map {
            gss_key_value_element_desc(key: texts[$0], value: texts[$0 + 1])
        }
        var handle: gss_cred_id_t?
        let major = elements.withUnsafeMutableBufferPointer { elements in
            var set = gss_key_value_set_desc(count: OM_uint32(elements.count), elements: elements.baseAddress)
            return withUnsafePointer(to: &set) { set in
                gss_acquire_cred_from(
                    &minor,
                    name,
                    OM_uint32.max,
                    &mechanisms,
                    GSS_C_INITIATE,
                    store.isEmpty ? nil : set,
                    &handle,
                    nil,
                    nil
                )
            }
        }
        guard cgssapi_failed(major) == 0 else { throw KerberosError(major: major, minor: minor) }
        return handle
    }

    private static func name(_ text: String, _ kind: gss_OID?) throws(KerberosError) -> gss_name_t? {
        var text = Array(text.utf8)
        var minor: OM_uint32 = 0
        var name: gss_name_t?
        let major = text.withUnsafeMutableBytes { bytes in
            var buffer = gss_buffer_desc(length: bytes.count, value: bytes.baseAddress)
            return gss_import_name(&minor, &buffer, kind, &name)
        }
        guard cgssapi_failed(major) == 0 else { throw KerberosError(major: major, minor: minor) }
        return name
    }
}
