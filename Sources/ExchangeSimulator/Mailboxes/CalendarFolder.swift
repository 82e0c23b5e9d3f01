import Foundation

/// A folder of `.ics` files, one a mailbox, with the automatic replies beside them.
struct CalendarFolder {
    var path: String
    /// For files that are not named like an address.
    var domain = "example.com"

    /// No calendar is larger.
    private static let largestFile = 16 * 1024 * 1024

    /// Reads all of it.
    /// - Throws: `SimulatorMistake`, naming the file.
    func mailboxes(shift: WeekShift, now: Instant) throws(SimulatorMistake) -> [Mailbox] {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: path)
        } catch {
            throw SimulatorMistake("\(path): cannot be read")
        }
        var mailboxes: [Mailbox] = []
        for name in names.sorted() where name.hasSuffix(".ics") {
            guard let bytes = FileManager.default.contents(atPath: "\(path)/\(name)"), bytes.count <= Self.largestFile
            else { throw SimulatorMistake("\(path)/\(name): cannot be read or is larger than 16 MB") }
            let text = String(decoding: bytes, as: UTF8.self)
            guard let calendar = CalendarFile(text: text, shift: shift, now: now) else {
                throw SimulatorMistake("\(path)/\(name): is no iCalendar file")
            }
            mailboxes.append(Mailbox(address: address(of: name), source: name, calendar: calendar, now: now))
        }
        try addReplies(to: &mailboxes, now: now)
        return mailboxes
    }

    /// `alice@example.com.ics` names its mailbox; `team.ics` is team@example.com.
    private func address(of fileName: String) -> String {
        let name = fileName.dropLast(".ics".count).lowercased()
        return name.contains("@") ? name : "\(name)@\(domain)"
    }

    /// An address without a calendar is a mistake: most likely a misspelt one.
    private func addReplies(to mailboxes: inout [Mailbox], now: Instant) throws(SimulatorMistake) {
        let file = "\(path)/\(AutomaticReplyEntry.fileName)"
        guard let bytes = FileManager.default.contents(atPath: file) else { return }
        let entries: [String: AutomaticReplyEntry]
        do {
            entries = try JSONDecoder().decode([String: AutomaticReplyEntry].self, from: bytes)
        } catch {
            throw SimulatorMistake("\(file): is no JSON object of addresses and automatic replies")
        }
        for (address, entry) in entries {
            guard let index = mailboxes.firstIndex(where: { $0.address == address.lowercased() }) else {
                throw SimulatorMistake("\(file): \(address) has no calendar in this folder")
            }
            do {
                mailboxes[index].automaticReply = try entry.reply(now: now)
            } catch {
                throw SimulatorMistake("\(file): \(address): \(error.description)")
            }
        }
    }
}

/// Something about the options or files that stops the simulator from starting.
package struct SimulatorMistake: Error, CustomStringConvertible {
    /// One sentence for the person who started it.
    package var description: String

    init(_ description: String) {
        self.description = description
    }
}
