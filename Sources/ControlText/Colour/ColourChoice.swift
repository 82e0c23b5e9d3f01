/// Whether colours are for the one who reads.
package enum ColourChoice {
    /// Only where a person looks at it: on a terminal that knows colours, unless `NO_COLOR` is set to anything but nothing
    /// (https://no-color.org). A terminal without a name, or named `dumb`, knows none.
    package static func isColoured(isTerminal: Bool, environment: [String: String]) -> Bool {
        isTerminal && isSteerable(environment: environment) && (environment["NO_COLOR"] ?? "").isEmpty
    }

    /// Whether a terminal understands sequences at all, such as that which clears the rest of a line.
    package static func isSteerable(environment: [String: String]) -> Bool {
        !["", "dumb"].contains(environment["TERM"] ?? "")
    }
}
