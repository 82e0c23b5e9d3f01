/// The version of the schema that a request is written in, told to the server in `RequestServerVersion`
/// (<https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/requestserverversion>).
///
/// Ascending. Exchange 2010 SP3 answers to `Exchange2010_SP2`; 2019 and SE to `Exchange2016`.
package enum ExchangeVersion: String, CaseIterable, Hashable, Sendable {
    case exchange2007SP1 = "Exchange2007_SP1"
    case exchange2010 = "Exchange2010"
    case exchange2010SP1 = "Exchange2010_SP1"
    case exchange2010SP2 = "Exchange2010_SP2"
    case exchange2013 = "Exchange2013"
    case exchange2013SP1 = "Exchange2013_SP1"
    case exchange2016 = "Exchange2016"

    /// The next older one, for a server that does not know this one.
    package var stepDown: ExchangeVersion? {
        Self.allCases.prefix { $0 != self }.last
    }
}
