import Availability
package import ControlAPI
package import Foundation

/// `users` for a person: one line a user.
package struct UserListText: TerminalText {
    /// The least that a column of names is of use for.
    private static let leastName = 12

    private static let nameIndex = 1

    package let lines: [String]
    package let highlights: [Highlight]

    /// - Parameters:
    ///   - zone: the zone in which times are told.
    ///   - width: columns of the terminal.
    package init(_ users: [UserSummary], now: Date, zone: TimeZone, width: Int = Paragraph.width) {
        let clock = ClockText(zone: zone, relativeTo: now)
        let withNames = Self.table(users, clock: clock, names: true)
        let hasNames = users.contains { $0.displayName?.isEmpty == false }
        let table =
            hasNames && withNames.fits(narrowing: Self.nameIndex, width: width)
            ? withNames : Self.table(users, clock: clock, names: false)
        lines = table.lines(width: width)
        highlights = table.highlights(width: width)
    }

    private static func table(_ users: [UserSummary], clock: ClockText, names: Bool) -> TextTable {
        var columns = [
            TextTable.Column(heading: "USER", least: 18) { $0.addressCut(to: $1) },
            TextTable.Column(heading: "EXT", least: 6, most: 12) { $0.cutInMiddle(to: $1) },
            TextTable.Column(heading: "PRESENCE", least: 9, isColoured: true),
            TextTable.Column(heading: "UNTIL", least: 16),
            TextTable.Column(heading: "WHY", least: 11),
            TextTable.Column(heading: "DATA", least: 10),
        ]
        if names { columns.insert(TextTable.Column(heading: "NAME", least: leastName), at: nameIndex) }
        let rows = users.map { user in
            var row = [
                user.address,
                user.phoneExtension ?? "-",
                user.enabled ? user.presence : "disabled",
                user.until.map(clock.text) ?? "-",
                user.reason.reasonWords ?? "-",
                user.dataWords,
            ]
            if names { row.insert(user.displayName ?? "-", at: nameIndex) }
            return row
        }
        return TextTable(columns, rows: rows)
    }
}

extension UserSummary {
    /// How good the data is: what went wrong at the last reading, else its freshness and age.
    fileprivate var dataWords: String {
        diagnosis ?? dataAgeSeconds.map { "\(freshness), \(AgeText.text(Double($0)))" } ?? "none"
    }
}

extension String {
    /// A word of the API as people write it.
    var words: String { replacing("_", with: " ") }

    /// A reason of the API as people write it; `nil` where it says that there is none.
    var reasonWords: String? { self == "none" ? nil : words }

    /// The same behind a presence: ` (appointment)`, or nothing.
    var reasonInBrackets: String { reasonWords.map { " (\($0))" } ?? "" }
}
