import Availability
import ConfigurationFile

/// What people switched on or off by hand, where that is not what the configuration says.
struct Switches: Hashable, Sendable {
    /// What can be switched.
    enum Target: Hashable, Sendable {
        /// The integration as a whole.
        case integration
        case connector(String)
        case user(MailboxAddress)
    }

    fileprivate var positions: [Target: Bool]

    /// - Parameter stored: as ``stored`` gave it; what is in it and means nothing to this version is dropped.
    init(stored: [String: Bool] = [:]) {
        positions = [:]
        for (name, isOn) in stored {
            if let target = Target(name) { positions[target] = isOn }
        }
    }

    /// By names that the database keeps.
    var stored: [String: Bool] {
        Dictionary(uniqueKeysWithValues: positions.map { ($0.key.name, $0.value) })
    }

    /// With `target` switched. Where the configuration says the same, no switch is needed.
    func setting(_ target: Target, to isOn: Bool, in configuration: Configuration) -> Switches {
        var switches = self
        switches.positions[target] = isOn == configuration.isOn(target) ? nil : isOn
        return switches
    }

    /// Without those that the configuration says by itself. One of a user or connector that it does not know stays:
    /// whoever was switched off must not come back switched on because a line was broken for a while.
    func needed(for configuration: Configuration) -> Switches {
        var switches = self
        switches.positions = positions.filter { configuration.isOn($0.key) != $0.value }
        return switches
    }

    /// Whether `target` is switched on, by hand or else by the configuration.
    func isOn(_ target: Target, in configuration: Configuration) -> Bool {
        positions[target] ?? configuration.isOn(target) ?? false
    }

    /// Whether somebody switched it by hand.
    func isByHand(_ target: Target) -> Bool { positions[target] != nil }
}

extension Configuration {
    /// What the configuration says at first; `nil` of what it does not know.
    fileprivate func isOn(_ target: Switches.Target) -> Bool? {
        switch target {
        case .integration: true
        case .connector(let name): connectors.first { $0.name == name }?.isEnabled
        case .user(let address): users.first { $0.address == address }?.isEnabled
        }
    }

    /// The configuration with everything as it was switched: whoever's connector is off is off, and with the integration
    /// everybody.
    func switched(by switches: Switches) -> Configuration {
        var configuration = self
        let isOn = switches.isOn(.integration, in: self)
        for index in connectors.indices {
            let target = Switches.Target.connector(connectors[index].name)
            configuration.connectors[index].isEnabled = isOn && switches.isOn(target, in: self)
        }
        let running = Set(configuration.connectors.filter(\.isEnabled).map(\.name))
        for index in users.indices {
            let user = users[index]
            let wanted = switches.positions[.user(user.address)] ?? user.isEnabled
            configuration.users[index].isEnabled = wanted && running.contains(user.connector)
        }
        return configuration
    }
}

extension Switches.Target {
    fileprivate var name: String {
        switch self {
        case .integration: "integration"
        case .connector(let name): "connector \(name)"
        case .user(let address): "user \(address)"
        }
    }

    fileprivate init?(_ name: String) {
        let words = name.split(separator: " ", maxSplits: 1)
        switch (words.first, words.last) {
        case ("integration", _) where words.count == 1: self = .integration
        case ("connector", let name?) where words.count == 2: self = .connector(String(name))
        case ("user", let text?) where words.count == 2:
            guard let address = MailboxAddress(String(text)) else { return nil }
            self = .user(address)
        default: return nil
        }
    }
}
