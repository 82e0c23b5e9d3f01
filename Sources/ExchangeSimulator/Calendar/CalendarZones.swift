import CICal
import Foundation

/// The zones of one calendar file: those it defines itself, and the one that dates and floating times are in.
struct CalendarZones: Sendable {
    /// By TZID.
    private var defined: [String: CalendarZone] = [:]
    /// For DATE values and times without a zone: X-WR-TIMEZONE, else the file's first VTIMEZONE, else UTC.
    private(set) var home = CalendarZone.utc

    /// Clock changes are worked out up to here.
    private static let horizon = WallTime(year: 2060, month: 1, day: 1)

    init(_ calendar: ICalComponent) {
        let components = calendar.children(ICAL_VTIMEZONE_COMPONENT)
        for component in components {
            guard let name = component.property(ICAL_TZID_PROPERTY)?.text, let observances = Self.observances(component)
            else { continue }
            defined[name] = .observances(observances)
        }
        if let name = calendar.extensionValue("X-WR-TIMEZONE"), let zone = zone(named: name) {
            home = zone
        } else if let name = components.first?.property(ICAL_TZID_PROPERTY)?.text, let zone = defined[name] {
            home = zone
        }
    }

    /// What the file defines goes before what the machine knows under the same name.
    func zone(named name: String) -> CalendarZone? {
        defined[name] ?? TimeZone(identifier: name).map(CalendarZone.named)
    }

    /// The zone of a property's time.
    func zone(of property: ICalProperty) -> CalendarZone {
        if property.time.isUTC { return .utc }
        return property.zoneName.flatMap(zone(named:)) ?? home
    }

    /// https://www.rfc-editor.org/rfc/rfc5545#section-3.6.5
    private static func observances(_ component: ICalComponent) -> ZoneObservances? {
        var onsets: [(onset: ZoneObservances.Onset, before: Int)] = []
        for kind in [ICAL_XSTANDARD_COMPONENT, ICAL_XDAYLIGHT_COMPONENT] {
            for observance in component.children(kind) {
                guard let start = observance.property(ICAL_DTSTART_PROPERTY)?.time,
                    let before = observance.property(ICAL_TZOFFSETFROM_PROPERTY),
                    let after = observance.property(ICAL_TZOFFSETTO_PROPERTY)
                else { continue }
                let offsetBefore = Int(icalproperty_get_tzoffsetfrom(before.pointer))
                let offsetAfter = Int(icalproperty_get_tzoffsetto(after.pointer))
                var walls: Set = [WallTime(start)]
                for rule in observance.properties(ICAL_RRULE_PROPERTY) {
                    // Onsets are given on the clock that is about to be changed.
                    let clock = ZoneObservances(onsets: [], initialOffset: offsetBefore)
                    walls.formUnion(
                        RecurrenceRule(text: rule.text).occurrences(from: WallTime(start), before: horizon, zone: clock)
                    )
                }
                for date in observance.properties(ICAL_RDATE_PROPERTY) { walls.insert(WallTime(date.time)) }
                for wall in walls {
                    let instant = Instant(seconds: wall.seconds - offsetBefore)
                    onsets.append((ZoneObservances.Onset(instant: instant, offset: offsetAfter), offsetBefore))
                }
            }
        }
        onsets.sort { $0.onset.instant < $1.onset.instant }
        guard let first = onsets.first else { return nil }
        return ZoneObservances(onsets: onsets.map(\.onset), initialOffset: first.before)
    }
}
