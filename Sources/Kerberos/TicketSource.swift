/// Where the ticket comes from that all others are asked for with.
package enum TicketSource: Hashable, Sendable {
    /// The account's own keys, in a file in the format of MIT Kerberos.
    ///
    /// - Parameter principal: whose keys, `user` or `user@REALM`; `nil` for the first in the file.
    case keytab(path: String, principal: String?)
    /// The cache of the user who runs the process (`$KRB5CCNAME`, else krb5.conf(5)), which somebody else keeps filled.
    ///
    /// - Parameter principal: whose ticket, where the cache may hold several; `nil` for its own choice.
    case cache(principal: String?)

    /// Whether new tickets can be had without anybody's help.
    package var renewsItself: Bool {
        if case .keytab = self { true } else { false }
    }
}
