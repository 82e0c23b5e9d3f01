internal import CGSSAPI

/// A cache of tickets in memory that is one account's alone, and goes with the last reference to it. Without one of its
/// own, every account of the process would share the cache of its user.
final class TicketCache {
    /// As the library is told of it.
    let name = "MEMORY:freebusyd-\(UInt64.random(in: 0...(.max)))"

    deinit {
        // A cache in memory outlives everybody who has it open. Where there is no memory to look for it, it stays.
        guard let context = try? KerberosContext() else { return }
        var cache: krb5_ccache?
        guard krb5_cc_resolve(context.handle, name, &cache) == 0, let cache else { return }
        krb5_cc_destroy(context.handle, cache)
    }
}
