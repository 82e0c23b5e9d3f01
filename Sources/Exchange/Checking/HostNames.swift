package import NameService

/// Who tells the addresses of a host; ``NameService`` is the one.
package protocol HostNames: Sendable {
    /// Not empty, in the order in which they would be tried.
    func addresses(of host: String) async throws(NameServiceError) -> [HostAddress]
}

extension NameService: HostNames {}
