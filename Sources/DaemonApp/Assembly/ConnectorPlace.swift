import ConfigurationFile
import Exchange
import Foundation
import Logging
import NameService

/// Where a connector's EWS is.
enum ConnectorPlace {
    /// - Throws: `EndpointMistake`.
    static func place(
        _ options: ConnectorOptions,
        login: any EWSLogin,
        in surroundings: Surroundings
    ) throws(EndpointMistake) -> any EWSPlace {
        guard options.ewsURL == nil, let address = options.ownAddress else {
            return NamedPlace(try EWSEndpoint(url: options.ewsURL ?? ""))
        }
        let autodiscover = Autodiscover(
            Autodiscover.Options(
                address: address,
                domains: options.autodiscoverDomains,
                hosts: [options.application?.audience].compactMap { $0 },
                trustsMailDomain: options.application == nil,
                trust: options.trust
            ),
            login: login,
            http: surroundings.client,
            names: NameService(),
            clock: surroundings.scheduler
        )
        var logger = surroundings.logger
        logger[metadataKey: "connector"] = "\(options.name)"
        return FoundPlace(autodiscover, clock: surroundings.scheduler, logger: logger)
    }
}

extension ApplicationOptions {
    /// The host that its tokens are for: the administrator named it as the one to trust with them.
    fileprivate var audience: String? { URLComponents(string: scope)?.host }
}
