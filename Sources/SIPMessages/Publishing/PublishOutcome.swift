/// What became of a PUBLISH, by its final response (RFC 3903, 4 to 6; RFC 3261, 21).
package enum PublishOutcome: Hashable, Sendable {
    /// The server keeps it under this tag, which the next request names, for so many seconds from when it was asked.
    case published(tag: String, expires: Int)
    case removed
    /// 412: the server does not know the tag. To be published anew.
    case conditionFailed
    /// 423: the server keeps nothing for so short a time; these seconds at least, up to ``longestExpires``.
    case tooBrief(minExpires: Int)
    /// 401 or 407.
    case challenged(DigestChallenge)
    /// 3xx: the addresses to ask instead, best first, at most ``mostContacts``.
    case redirected([SIPURI])
    /// The server, or whoever has this user's presence, wants to be left alone, for so many seconds where it says so.
    case busy(PublishRefusal, retryAfter: Int?)
    /// It did not work this time, and may the next time.
    case failed(PublishRefusal)
    /// The same request will be refused again.
    case refused(PublishRefusal)
    /// A response that can not be right; a clause that says what was seen.
    case misunderstood(String)

    /// A week, in seconds: a server that wants more is not understood.
    package static let longestExpires = 604_800
    package static let mostContacts = 10

    /// `nil` of a provisional response, which is no end.
    ///
    /// - Parameter expires: seconds that were asked for.
    package init?(_ response: SIPResponse, to action: PublishRequest.Action, expires: Int) {
        guard !response.isProvisional else { return nil }
        let refusal = PublishRefusal(response)
        switch response.status {
        case 200..<300: self = Self.accepted(response, to: action, expires: expires)
        case 300..<400: self = Self.redirection(response, refusal)
        case 401, 407: self = DigestChallenge.strongest(in: response).map(Self.challenged) ?? .refused(refusal)
        case 412: self = .conditionFailed
        case 423: self = Self.brief(response)
        default: self = refusal.outcome(retryAfter: RetryAfter.seconds(response.headers["Retry-After"]))
        }
    }

    private static func accepted(
        _ response: SIPResponse,
        to action: PublishRequest.Action,
        expires asked: Int
    ) -> PublishOutcome {
        if action.isRemoval { return .removed }
        let tags = Set(response.headers.all("SIP-ETag"))
        guard let tag = tags.first else { return .misunderstood("a \(response.status) without a SIP-ETag") }
        // It goes into a field of the next request as it is.
        guard tags.count == 1, tag.utf8.count <= 1_024, HeaderText.isToken(tag) else {
            return .misunderstood("a \(response.status) with a SIP-ETag that is none")
        }
        // Must be there, and is not longer than was asked for (RFC 3903, 6, step 6).
        guard let text = response.headers["Expires"] else { return .published(tag: tag, expires: asked) }
        guard let expires = HeaderText.number(text), expires > 0 else {
            return .misunderstood("a \(response.status) with an Expires that cannot be")
        }
        return .published(tag: tag, expires: min(expires, asked))
    }

    private static func brief(_ response: SIPResponse) -> PublishOutcome {
        guard let text = response.headers["Min-Expires"], let seconds = HeaderText.number(text),
            1...longestExpires ~= seconds
        else { return .misunderstood("a 423 without a Min-Expires that can be") }
        return .tooBrief(minExpires: seconds)
    }

    /// 380 says what else could be done, which is for people.
    private static func redirection(_ response: SIPResponse, _ refusal: PublishRefusal) -> PublishOutcome {
        let addresses = response.headers.list("Contact").prefix(mostContacts).compactMap(NameAddress.init)
        let uris = addresses.enumerated().compactMap { place, address -> (Double, Int, SIPURI)? in
            guard let uri = SIPURI(address.uri), uri.scheme != .pres else { return nil }
            return (-(address.parameters["q"].flatMap(Double.init) ?? 1), place, uri)
        }
        guard response.status != 380, !uris.isEmpty else { return .refused(refusal) }
        return .redirected(uris.sorted { ($0.0, $0.1) < ($1.0, $1.1) }.map(\.2))
    }
}

/// `Retry-After: 120 (in a meeting);duration=60` (RFC 3261, 20.33).
enum RetryAfter {
    /// Seconds, up to a day; `nil` where it does not say.
    static func seconds(_ value: String?) -> Int? {
        guard let value else { return nil }
        let digits = value.prefix { "0"..."9" ~= $0 }
        let next = value[digits.endIndex...].first ?? ";"
        guard ";( \t".contains(next) else { return nil }
        return HeaderText.number(digits).map { min($0, 86_400) }
    }
}
