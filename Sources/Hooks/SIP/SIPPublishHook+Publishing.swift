import Availability
import Foundation
import SIPMessages

extension SIPPublishHook {
    /// Requests for one delivery: a login apart, one that is refused for its tag or its time, and another one in its place.
    private static let mostRequests = 6
    /// Seconds before its end from which on a publication counts as gone.
    private static let shortestLife: TimeInterval = 2

    /// Has the server show this document. One that it shows already is not sent again: it would tell all watchers the
    /// same once more. The server is only asked whether it still has it.
    func publish(_ document: String, of presentity: SIPURI, _ key: Publication.Key) async throws(HookFailure) {
        await begin(key)
        defer { end(key) }
        let action: PublishRequest.Action
        if let entry = book[key], entry.expiresAt > scheduler.now.addingTimeInterval(Self.shortestLife) {
            let isShown = try await isShown(document, key, entry)
            action = isShown ? .refresh(tag: entry.entityTag) : .modify(tag: entry.entityTag, Array(document.utf8))
        } else {
            action = .publish(Array(document.utf8))
        }
        try await carryOut(action, of: presentity, key, document: document, for: .delivery)
    }

    /// Takes publications back; those that nothing is known of are gone already.
    func withdraw(_ keys: [Publication.Key]) async throws(HookFailure) {
        for key in keys {
            await begin(key)
            defer { end(key) }
            // What the book does not know may still be stored, and would come back with the next start.
            guard let entry = book[key], entry.expiresAt > scheduler.now, let presentity = SIPURI(key.presentity) else {
                try await forget(key)
                continue
            }
            try await carryOut(.remove(tag: entry.entityTag), of: presentity, key, document: nil, for: .delivery)
        }
    }

    /// Asks until the server has done it and the store knows.
    ///
    /// - Parameter document: what is published anew where the server knows the tag no more; where it is `nil`, nothing is.
    func carryOut(
        _ action: PublishRequest.Action,
        of presentity: SIPURI,
        _ key: Publication.Key,
        document: String?,
        for purpose: SendWindow<UInt64>.Purpose
    ) async throws(HookFailure) {
        var (action, place) = (action, SIPURI?.none)
        for _ in 0..<Self.mostRequests {
            let (seconds, begin) = (expires, scheduler.now)
            let response = try await client.ask(request(presentity, action, seconds), at: place, for: purpose)
            let outcome = PublishOutcome(response, to: action, expires: seconds)
            switch outcome {
            case .published(let tag, let lifetime):
                pausedUntil = .distantPast
                if action.hasTag { heard() }
                let lifetime = Double(lifetime)
                let entry = PublicationBook.Entry(
                    entityTag: tag,
                    expiresAt: begin.addingTimeInterval(lifetime),
                    refreshAt: begin.addingTimeInterval(plan.delay(lifetime: lifetime)),
                    documentMark: document?.hashValue ?? book[key]?.documentMark,
                    isConfirmed: true
                )
                return try await keep(entry, document: action.hasDocument ? document : nil, key)
            case .removed:
                pausedUntil = .distantPast
                return try await forget(key)
            case .conditionFailed where action.hasTag:
                guard let next = try await anew(action, key, document) else { return }
                action = next
            case .failed(let refusal) where refusal.status == 500 && action.hasTag && book[key]?.isConfirmed == false:
                // So some servers answer to a tag of another server, or of an earlier version of their own.
                guard let next = try await anew(action, key, document) else { return }
                action = next
            case .tooBrief(let least) where least > seconds: expires = max(expires, least)
            case .redirected(let uris):
                guard let uri = uris.first(where: { options.transport != .tls || $0.isSecured }) else {
                    throw .rejected(target, seen: "it answers \(response.status) and names no place that is safe")
                }
                place = uri
            default: throw failure(outcome)
            }
        }
        throw .misunderstood(target, seen: "it goes in circles: \(Self.mostRequests) requests, and no end of it")
    }

    private func request(_ presentity: SIPURI, _ action: PublishRequest.Action, _ expires: Int) -> PublishRequest {
        PublishRequest(
            of: presentity,
            action,
            expires: expires,
            // These are for whoever sends it to fill in.
            via: ViaHeader(.udp, host: "freebusyd.invalid", port: nil, unique: "0"),
            callID: "0",
            sequence: 1,
            tag: String(UInt32.random(in: .min ... .max), radix: 36),
            userAgent: "freebusyd"
        )
    }

    /// What to ask after the server turned out not to know the tag; `nil` where there is nothing more to do.
    private func anew(
        _ action: PublishRequest.Action,
        _ key: Publication.Key,
        _ document: String?
    ) async throws(HookFailure) -> PublishRequest.Action? {
        let wasAlive = book[key].map { $0.expiresAt > scheduler.now } ?? false
        // Where what follows fails, it is published anew at its next turn.
        if var entry = book[key] {
            entry.expiresAt = .distantPast
            book.set(entry, for: key)
        }
        if wasAlive { lost() }
        guard !action.isRemovalOfTag, let document, !document.isEmpty else {
            try await forget(key)
            return nil
        }
        return .publish(Array(document.utf8))
    }

    private func failure(_ outcome: PublishOutcome?) -> HookFailure {
        switch outcome {
        case .busy(let refusal, let seconds): .sip(target, busy: refusal, retryAfter: seconds)
        case .failed(let refusal): .sip(target, failed: refusal)
        case .refused(let refusal): .sip(target, refused: refusal)
        case .misunderstood(let seen): .misunderstood(target, seen: "it sends \(seen)")
        case .conditionFailed: .misunderstood(target, seen: "it misses a tag where none was named (412)")
        case .tooBrief(let least):
            .misunderstood(target, seen: "it wants at least \(least) s, which is what was asked for (423)")
        default: .misunderstood(target, seen: "its answer is none to this request")
        }
    }
}

// MARK: Book and store

extension SIPPublishHook {
    private func isShown(
        _ document: String,
        _ key: Publication.Key,
        _ entry: PublicationBook.Entry
    ) async throws(HookFailure) -> Bool {
        if let mark = entry.documentMark { return mark == document.hashValue }
        return try await stored(key) == document
    }

    func stored(_ key: Publication.Key) async throws(HookFailure) -> String? {
        do throws(StoreFailure) {
            return try await store.documents(of: [key])[key]
        } catch {
            throw HookFailure(error.diagnosis, retry: .later)
        }
    }

    /// The book knows the new tag even where the disk does not: it is the one that the server will want.
    private func keep(
        _ entry: PublicationBook.Entry,
        document: String?,
        _ key: Publication.Key
    ) async throws(HookFailure) {
        book.set(entry, for: key)
        let publication = Publication(
            key: key,
            entityTag: entry.entityTag,
            expiresAt: entry.expiresAt,
            document: document
        )
        try await write(.keep(publication))
    }

    /// The book last: what cannot be written is tried again only where the book still knows of it.
    func forget(_ key: Publication.Key) async throws(HookFailure) {
        try await write(.forget(key))
        book.set(nil, for: key)
    }

    private func write(_ change: PublicationWriter.Change) async throws(HookFailure) {
        do throws(StoreFailure) {
            try await writer.write(change)
        } catch {
            throw HookFailure(error.diagnosis, retry: .later)
        }
    }

    /// Waits until nobody else has this publication on its way: its tags come in a row.
    private func begin(_ key: Publication.Key) async {
        while !book.begin(key) {
            await withCheckedContinuation { turns[key, default: []].append($0) }
        }
    }

    func end(_ key: Publication.Key) {
        book.end(key)
        for turn in turns.removeValue(forKey: key) ?? [] { turn.resume() }
        wakeForRefreshes()
    }
}

extension PublishRequest.Action {
    /// Whether it is about something that the server should know.
    fileprivate var hasTag: Bool {
        if case .publish = self { false } else { true }
    }

    fileprivate var hasDocument: Bool {
        switch self {
        case .publish, .modify: true
        case .refresh, .remove: false
        }
    }

    fileprivate var isRemovalOfTag: Bool {
        if case .remove = self { true } else { false }
    }
}

extension SIPURI {
    fileprivate var isSecured: Bool { scheme == .sips || parameter("transport")?.lowercased() == "tls" }
}
