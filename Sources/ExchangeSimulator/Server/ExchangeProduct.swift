/// The Exchange the simulator passes itself off as.
package enum ExchangeProduct: String, CaseIterable, Sendable {
    case exchange2010 = "2010"
    case exchange2013 = "2013"
    case exchange2016 = "2016"
    case exchange2019 = "2019"
    case subscriptionEdition = "se"

    /// Major, minor, build and revision, of a real release each.
    /// https://learn.microsoft.com/exchange/new-features/build-numbers-and-release-dates
    var build: [Int] {
        switch self {
        case .exchange2010: [14, 3, 513, 0]
        case .exchange2013: [15, 0, 1497, 48]
        case .exchange2016: [15, 1, 2507, 39]
        case .exchange2019: [15, 2, 1544, 11]
        case .subscriptionEdition: [15, 2, 2562, 17]
        }
    }

    /// The schema it says it speaks, which is no build: 2010 SP3 calls itself SP2, later ones give a date.
    var schemaName: String {
        switch self {
        case .exchange2010: "Exchange2010_SP2"
        case .exchange2013: "V2_23"
        case .exchange2016, .exchange2019, .subscriptionEdition: "V2017_07_11"
        }
    }

    /// The schema in the header of what it sends to clients by itself; of a 2013 it was seen to be this.
    var callbackVersion: String { self == .exchange2010 ? "Exchange2010_SP2" : "Exchange2013" }

    /// GetStreamingEvents that an account may keep open: three by default in 2013, ten later. 2010 has no such limit but
    /// counts streams like other requests, up to ten.
    /// https://learn.microsoft.com/exchange/client-developer/exchange-web-services/handling-notification-related-errors-in-ews-in-exchange
    var hangingConnections: Int { self == .exchange2013 ? 3 : 10 }

    /// Other requests that an account may have under way: EWSMaxConcurrency.
    /// https://learn.microsoft.com/exchange/client-developer/exchange-web-services/ews-throttling-in-exchange
    var concurrentRequests: Int { self == .exchange2010 ? 10 : 27 }

    /// Whether a RequestServerVersion is one of those released up to this product.
    func knows(_ schemaVersion: String) -> Bool {
        let oldest = ["Exchange2007", "Exchange2007_SP1", "Exchange2010", "Exchange2010_SP1", "Exchange2010_SP2"]
        let from2013 = ["Exchange2012", "Exchange2013", "Exchange2013_SP1"]
        let from2016 = [
            "Exchange2015", "Exchange2016", "V2015_10_05", "V2016_01_06", "V2016_04_13", "V2016_07_13", "V2016_10_10",
            "V2017_01_07", "V2017_04_14", "V2017_07_11",
        ]
        switch self {
        case .exchange2010: return oldest.contains(schemaVersion)
        case .exchange2013: return (oldest + from2013).contains(schemaVersion)
        case .exchange2016, .exchange2019, .subscriptionEdition:
            return (oldest + from2013 + from2016).contains(schemaVersion)
        }
    }

    /// Working elsewhere came with 2013; 2010 shows such time as free.
    func shown(_ type: BusyType) -> BusyType {
        self == .exchange2010 && type == .workingElsewhere ? .free : type
    }
}
