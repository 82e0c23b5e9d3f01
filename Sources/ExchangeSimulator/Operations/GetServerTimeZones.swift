/// The zones the server knows, by their Windows names; clients ask before they ask for availability in one.
/// https://learn.microsoft.com/exchange/client-developer/web-service-reference/getservertimezones-operation
struct GetServerTimeZones: ExchangeOperation {
    let requestElement = "GetServerTimeZones"

    func answer(_ request: ExchangeRequest) async throws(SOAPFault) -> ExchangeAnswer {
        // Without ids all are meant.
        let asked = request.operation.child("Ids", Namespace.messages)?.children.map(\.trimmedText)
        let zones = WindowsZone.all.filter { asked?.contains($0.id) ?? true }
        let isFull = request.operation.attributes["ReturnFullTimeZoneData"] != "false"
        var xml = XMLWriter()
        xml.element("m:GetServerTimeZonesResponse") { xml in
            xml.element("m:ResponseMessages") { xml in
                xml.element("m:GetServerTimeZonesResponseMessage", ["ResponseClass": "Success"]) { xml in
                    xml.element("m:ResponseCode", [:], "NoError")
                    xml.element("m:TimeZoneDefinitions") { xml in
                        for zone in zones { write(zone, isFull: isFull, to: &xml) }
                    }
                }
            }
        }
        return .document(xml)
    }

    /// One zone: its offsets (periods), when they change (a group of transitions), and that this holds for all time.
    private func write(_ zone: WindowsZone, isFull: Bool, to xml: inout XMLWriter) {
        xml.element("t:TimeZoneDefinition", ["Id": zone.id, "Name": zone.name]) { xml in
            guard isFull else { return }
            let rules = zone.rules
            let hasDaylight = rules.standard.month != 0
            xml.element("t:Periods") { xml in
                xml.element("t:Period", ["Bias": Self.duration(rules.bias), "Name": "Standard", "Id": "std"])
                if hasDaylight {
                    let bias = Self.duration(rules.bias + rules.daylight.bias)
                    xml.element("t:Period", ["Bias": bias, "Name": "Daylight", "Id": "dlt"])
                }
            }
            xml.element("t:TransitionsGroups") { xml in
                xml.element("t:TransitionsGroup", ["Id": "0"]) { xml in
                    if hasDaylight {
                        write(rules.standard, to: "std", &xml)
                        write(rules.daylight, to: "dlt", &xml)
                    } else {
                        xml.element("t:Transition") { $0.element("t:To", ["Kind": "Period"], "std") }
                    }
                }
            }
            xml.element("t:Transitions") { xml in
                xml.element("t:Transition") { $0.element("t:To", ["Kind": "Group"], "0") }
            }
        }
    }

    /// A change of the clock that recurs each year.
    private func write(_ change: RequestTimeZone.Change, to period: String, _ xml: inout XMLWriter) {
        xml.element("t:RecurringDayTransition") { xml in
            xml.element("t:To", ["Kind": "Period"], period)
            xml.element("t:TimeOffset", [:], Self.duration(change.time / 60))
            xml.element("t:Month", [:], String(change.month))
            xml.element("t:DayOfWeek", [:], RequestTimeZone.Change.weekdays[change.weekday])
            // "Last" is 5 in a SerializableTimeZone and -1 here.
            xml.element("t:Occurrence", [:], String(change.order == 5 ? -1 : change.order))
        }
    }

    /// Minutes as an `xs:duration`; of UTC's offset with the sign turned, as in `Bias`.
    private static func duration(_ minutes: Int) -> String { "\(minutes < 0 ? "-" : "")PT\(abs(minutes))M" }
}

/// A few of the zones every Windows server has.
struct WindowsZone {
    /// The name that means the same in every language.
    var id: String
    /// What an English server shows people.
    var name: String
    var rules: RequestTimeZone

    static let all = [
        WindowsZone(id: "UTC", name: "(UTC) Coordinated Universal Time", rules: .utc),
        WindowsZone(
            id: "Tokyo Standard Time",
            name: "(UTC+09:00) Osaka, Sapporo, Tokyo",
            rules: RequestTimeZone(bias: -540)
        ),
        zone("GMT Standard Time", "(UTC+00:00) Dublin, Edinburgh, Lisbon, London", 0, last(10, 2), last(3, 1)),
        zone("W. Europe Standard Time", "(UTC+01:00) Amsterdam, Berlin, Bern, Rome", -60, last(10, 3), last(3, 2)),
        zone("Romance Standard Time", "(UTC+01:00) Brussels, Copenhagen, Madrid, Paris", -60, last(10, 3), last(3, 2)),
        zone("Eastern Standard Time", "(UTC-05:00) Eastern Time (US & Canada)", 300, nth(1, 11), nth(2, 3)),
        zone("Central Standard Time", "(UTC-06:00) Central Time (US & Canada)", 360, nth(1, 11), nth(2, 3)),
        zone("Pacific Standard Time", "(UTC-08:00) Pacific Time (US & Canada)", 480, nth(1, 11), nth(2, 3)),
        zone("AUS Eastern Standard Time", "(UTC+10:00) Canberra, Melbourne, Sydney", -600, nth(1, 4, 3), nth(1, 10)),
    ]

    /// A zone whose summer is an hour ahead. `bias` is in minutes, west of Greenwich positive.
    private static func zone(
        _ id: String,
        _ name: String,
        _ bias: Int,
        _ standard: RequestTimeZone.Change,
        _ daylight: RequestTimeZone.Change
    ) -> WindowsZone {
        var daylight = daylight
        daylight.bias = -60
        return WindowsZone(
            id: id,
            name: name,
            rules: RequestTimeZone(bias: bias, standard: standard, daylight: daylight)
        )
    }

    /// On the last Sunday of a month.
    private static func last(_ month: Int, _ hour: Int) -> RequestTimeZone.Change { nth(5, month, hour) }

    /// On the `order`-th Sunday of a month.
    private static func nth(_ order: Int, _ month: Int, _ hour: Int = 2) -> RequestTimeZone.Change {
        RequestTimeZone.Change(bias: 0, time: hour * 3600, order: order, month: month, weekday: 0)
    }
}
