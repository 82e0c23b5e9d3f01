package import Foundation

/// What is known about a mailbox, turned into an unbroken sequence of presences from the distant past on.
///
/// Built once (n log n in the number of intervals) and asked for any moment. Nothing here knows what time it is.
package struct PresenceTimeline: Sendable {
    /// A stretch with one presence for one reason; it ends where the next one starts.
    package struct Segment: Hashable, Sendable {
        package var start: Date
        package var presence: Presence
        package var reason: PresenceReason
    }

    /// Ascending, neighbours differ, the first starts at `Date.distantPast`.
    package let segments: [Segment]

    private let coveredUntil: Date?

    package init(_ knowledge: MailboxKnowledge, rules: PresenceRules) {
        coveredUntil = knowledge.calendar?.covered.end
        var sweep = Sweep(knowledge, rules: rules)
        segments = sweep.run()
    }

    /// Where `time` falls.
    package func segment(at time: Date) -> Segment { segments[index(at: time)] }

    /// The moment after `time` at which the presence changes; `nil` if nothing known changes it.
    ///
    /// That what is known runs out is no change of the presence: it will have been read again by then.
    package func nextChange(after time: Date) -> Date? {
        let here = index(at: time)
        let next = segments[(here + 1)...].first { $0.presence != segments[here].presence }
        return next?.start == coveredUntil ? nil : next?.start
    }

    /// The moment after `time` at which presence or reason changes.
    package func nextBoundary(after time: Date) -> Date? {
        let next = index(at: time) + 1
        return next < segments.count ? segments[next].start : nil
    }

    /// When the presence that holds at `time` began.
    package func since(_ time: Date) -> Date {
        let here = index(at: time)
        let before = segments[..<here].lastIndex { $0.presence != segments[here].presence }
        return segments[before.map { $0 + 1 } ?? 0].start
    }

    /// Binary search for the last segment that starts at or before `time`.
    private func index(at time: Date) -> Int {
        var low = 0
        var high = segments.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if segments[middle].start <= time { low = middle } else { high = middle }
        }
        return low
    }
}

/// One pass over all starts and ends, counting what is open of each presence.
private struct Sweep {
    private enum Layer {
        case override(Presence)
        case automaticReply(Presence)
        case calendar(Presence)
        case coverage
    }

    private struct Edge {
        var time: Date
        var opens: Bool
        var layer: Layer
    }

    private var edges: [Edge] = []
    private var override: Presence?
    private var automaticReply: Presence?
    private var isCovered = false
    /// How many intervals are open, by `Presence.rank`.
    private var open = [0, 0, 0, 0]

    init(_ knowledge: MailboxKnowledge, rules: PresenceRules) {
        if let calendar = knowledge.calendar {
            add(.coverage, from: calendar.covered.start, to: calendar.covered.end)
            for interval in calendar.intervals {
                add(.calendar(rules.presence(for: interval.busyType)), from: interval.start, to: interval.end)
            }
        }
        if let reply = knowledge.automaticReply?.reply {
            switch reply.state {
            case .disabled: break
            case .enabled: add(.automaticReply(rules.automaticReply), from: .distantPast, to: .distantFuture)
            case .scheduled:
                if let duration = reply.duration {
                    add(.automaticReply(rules.automaticReply), from: duration.start, to: duration.end)
                }
            }
        }
        if let override = knowledge.override {
            let end = override.endTime(in: knowledge.calendar, rules: rules)
            add(.override(override.presence), from: override.setAt, to: end ?? .distantFuture)
        }
    }

    mutating func run() -> [PresenceTimeline.Segment] {
        edges.sort { $0.time < $1.time }
        var segments: [PresenceTimeline.Segment] = []
        var next = edges.startIndex
        var time = Date.distantPast
        while true {
            while next < edges.endIndex, edges[next].time <= time {
                apply(edges[next])
                next += 1
            }
            let (presence, reason) = current()
            if segments.last.map({ $0.presence != presence || $0.reason != reason }) ?? true {
                segments.append(.init(start: time, presence: presence, reason: reason))
            }
            guard next < edges.endIndex, edges[next].time < .distantFuture else { return segments }
            time = edges[next].time
        }
    }

    private mutating func add(_ layer: Layer, from start: Date, to end: Date) {
        guard start < end else { return }
        edges.append(Edge(time: start, opens: true, layer: layer))
        edges.append(Edge(time: end, opens: false, layer: layer))
    }

    private mutating func apply(_ edge: Edge) {
        switch edge.layer {
        case .override(let presence): override = edge.opens ? presence : nil
        case .automaticReply(let presence): automaticReply = edge.opens ? presence : nil
        case .coverage: isCovered = edge.opens
        case .calendar(let presence): open[presence.rank] += edge.opens ? 1 : -1
        }
    }

    /// The strongest of what is open; at equal strength an automatic reply goes before an appointment, since it
    /// carries the announcement.
    private func current() -> (Presence, PresenceReason) {
        if let override { return (override, .override) }
        let calendar = strongestAppointment()
        if let automaticReply, automaticReply.rank >= calendar.0.rank { return (automaticReply, .automaticReply) }
        return calendar
    }

    private func strongestAppointment() -> (Presence, PresenceReason) {
        guard isCovered else { return (.unknown, .noData) }
        if open[Presence.away.rank] > 0 { return (.away, .appointment) }
        if open[Presence.meeting.rank] > 0 { return (.meeting, .appointment) }
        if open[Presence.unknown.rank] > 0 { return (.unknown, .noData) }
        return (.available, .none)
    }
}

extension PresenceOverride {
    /// When the override ends; `nil` where nothing known ends it.
    ///
    /// An interval at the very edge of what was read may have begun long before: there it was cut off. Nothing is missed
    /// by taking it for no start. Windows begin at a midnight that has passed, so whatever truly starts then was a start
    /// within the window before, and ended the override from that. Only an appointment that was not known when it began
    /// may be taken for one that was cut off.
    package func endTime(in calendar: CalendarKnowledge?, rules: PresenceRules) -> Date? {
        switch end {
        case .at(let time): return time
        case .nextAppointment:
            guard let calendar else { return nil }
            let earliest = max(setAt, calendar.covered.start)
            return calendar.intervals.lazy
                .filter { $0.start > earliest && rules.presence(for: $0.busyType) != .available }
                .map(\.start).min()
        }
    }
}
