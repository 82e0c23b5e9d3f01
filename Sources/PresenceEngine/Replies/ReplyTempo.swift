package import Foundation

/// How often automatic replies are looked at, and what counts as at the same time; all in seconds.
package struct ReplyTempo: Hashable, Sendable {
    /// How often each mailbox is hinted about, and read where hints do not help.
    package var interval: TimeInterval
    /// Within how long everybody is read where hints can be trusted: they do not tell of replies that are still to begin.
    package var round: TimeInterval
    /// For how long a server that gave wrong hints is not asked for any.
    package var distrust: TimeInterval
    /// For how long a server may go on hinting at what was the case.
    package var lag: TimeInterval

    /// Readings that the rotation brings about, a second. These are 300 a minute: up to 300 mailboxes are all read within
    /// a minute, 10,000 within 34. Where one takes 50 ms, that keeps a quarter of one of a connector's ten requests busy,
    /// which may go on for as long as the daemon runs.
    static let readingsPerSecond = 5
    /// As many requests for hints a minute are enough for 30,000 mailboxes, and bound what is asked of a server that
    /// allows few at once.
    static let shortestPause: TimeInterval = 0.2
    /// How far two clocks may differ: by more, and nobody logs on any more (Kerberos).
    static let clockSkew: TimeInterval = 300

    package init(
        interval: TimeInterval = 60,
        round: TimeInterval = 86_400,
        distrust: TimeInterval = 86_400,
        lag: TimeInterval = 60
    ) {
        self.interval = interval
        self.round = round
        self.distrust = distrust
        self.lag = lag
    }

    /// How long before a reading a hint may have been given so that the two are compared.
    var closeness: TimeInterval { max(120, 2 * interval) }
}
