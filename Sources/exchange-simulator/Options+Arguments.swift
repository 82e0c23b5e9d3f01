import ArgumentParser
import ExchangeSimulator

extension WeekShift: ExpressibleByArgument {
    /// `auto` or a whole number of weeks.
    public init?(argument: String) {
        if argument == "auto" {
            self = .automatic
        } else if let weeks = Int(argument), abs(weeks) <= 10_000 {
            self = .weeks(weeks)
        } else {
            return nil
        }
    }

    /// What the help shows behind the option.
    public var defaultValueDescription: String { self == .automatic ? "auto" : "0" }
}

extension ExchangeProduct: ExpressibleByArgument {}
