import ConfigurationFile
import Exchange

/// Where a connector's EWS is.
enum ConnectorPlace {
    /// - Throws: `EndpointMistake`.
    static func place(
        _ options: ConnectorOptions,
        login: any EWSLogin,
        in surroundings: Surroundings
    ) throws(EndpointMistake) -> any EWSPlace {
        NamedPlace(try EWSEndpoint(url: options.ewsURL ?? ""))
    }
}
