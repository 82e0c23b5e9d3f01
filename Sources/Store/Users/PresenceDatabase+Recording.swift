package import Availability
import Foundation
import GRDB

extension PresenceDatabase {
    /// Writes all of `updates` and puts their events into the outbox, in one transaction.
    ///
    /// An update of a user that is no longer stored and enabled is left out: it went while it was read.
    package func record(_ updates: [UserUpdate]) async throws(StoreFailure) {
        try await write { database in
            let disabled = try database.disabledHooks()
            for update in updates {
                guard let user = try database.enabledUserNumber(of: update.mailbox) else { continue }
                if let calendar = update.calendar { try database.write(calendar, of: user) }
                if let reply = update.automaticReply { try database.write(reply, of: user) }
                if let override = update.override { try database.write(override, of: user) }
                if let failure = update.failure { try database.write(failure, of: user) }
                try database.write(update.current, nextBoundary: update.nextBoundary, of: user)
                guard let event = update.event else { continue }
                for (hook, telling) in update.hooks where !disabled.contains(hook) {
                    try database.enqueue(telling == .change ? event : event.takenBack, for: hook)
                }
            }
        }
    }
}

extension Database {
    fileprivate func enabledUserNumber(of mailbox: MailboxAddress) throws -> Int64? {
        guard let row = try row("SELECT id FROM user WHERE address = ? AND enabled", [mailbox.text]) else { return nil }
        var columns = ColumnReader(row)
        return columns.number()
    }

    fileprivate func write(_ calendar: UserUpdate.Calendar, of user: Int64) throws {
        switch calendar {
        case .confirmed(let covered, let readAt):
            try run(
                "UPDATE calendar SET covered_from = ?, covered_until = ?, read_at = ? WHERE user_id = ?",
                [covered.start.seconds, covered.end.seconds, readAt.seconds, user]
            )
        case .replaced(let knowledge):
            try run(
                """
                INSERT INTO calendar (user_id, covered_from, covered_until, read_at, source) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (user_id) DO UPDATE SET covered_from = excluded.covered_from,
                    covered_until = excluded.covered_until, read_at = excluded.read_at, source = excluded.source
                """,
                [
                    user, knowledge.covered.start.seconds, knowledge.covered.end.seconds, knowledge.readAt.seconds,
                    knowledge.source,
                ]
            )
            try replaceIntervals(of: user, by: knowledge.intervals)
        }
    }

    private func replaceIntervals(of user: Int64, by intervals: [BusyInterval]) throws {
        try run("DELETE FROM busy_interval WHERE user_id = ?", [user])
        let insert = try cachedStatement(
            sql: """
                INSERT INTO busy_interval (user_id, position, \(ColumnReader.intervalColumns))
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """
        )
        for (position, interval) in intervals.enumerated() {
            insert.setUncheckedArguments([
                user, position, interval.start.seconds, interval.end.seconds, interval.busyType.rawValue,
                interval.isPrivate, interval.subject, interval.location,
            ])
            try insert.execute()
        }
    }

    fileprivate func write(_ knowledge: AutomaticReplyKnowledge, of user: Int64) throws {
        let reply = knowledge.reply
        try run(
            """
            INSERT OR REPLACE INTO automatic_reply
                (user_id, state, starts_at, ends_at, internal_text, external_text, read_at)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """,
            [
                user, reply.state.rawValue, reply.duration?.start.seconds, reply.duration?.end.seconds,
                reply.internalText, reply.externalText, knowledge.readAt.seconds,
            ]
        )
    }

    fileprivate func write(_ override: UserUpdate.Override, of user: Int64) throws {
        switch override {
        case .cleared:
            try run("DELETE FROM override WHERE user_id = ?", [user])
        case .set(let override):
            var endsAt: Int64?
            if case .at(let end) = override.end { endsAt = end.seconds }
            try run(
                "INSERT OR REPLACE INTO override (user_id, presence, set_at, ends_at) VALUES (?, ?, ?, ?)",
                [user, override.presence.rawValue, override.setAt.seconds, endsAt]
            )
        }
    }

    fileprivate func write(_ failure: UserUpdate.Failure, of user: Int64) throws {
        switch failure {
        case .cleared:
            try run("DELETE FROM failure WHERE user_id = ?", [user])
        case .noted(let failure):
            let diagnosis = failure.diagnosis
            try run(
                "INSERT OR REPLACE INTO failure (user_id, diagnosis, summary, remedy, at, part) VALUES (?, ?, ?, ?, ?, ?)",
                [
                    user, diagnosis.id, diagnosis.summary, diagnosis.remedy, failure.at.seconds, failure.part?.rawValue,
                ]
            )
        }
    }

    fileprivate func write(_ current: CurrentPresence, nextBoundary: Date?, of user: Int64) throws {
        try run(
            """
            INSERT OR REPLACE INTO presence
                (user_id, presence, reason, since, until, internal_text, external_text, sequence, next_boundary)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                user, current.presence.rawValue, current.reason.rawValue, current.since.seconds,
                current.until?.seconds, current.announcement?.internalText, current.announcement?.externalText,
                current.sequence, nextBoundary?.seconds,
            ]
        )
    }
}
