/// What the method `push` needs: where the server calls, and who waits there.
package struct PushOptions: Sendable {
    /// What each subscription's token is appended to, such as `https://presence.example.com:21020/ews`.
    package var callbackURL: String
    /// How often the server calls though nothing has happened, 1 to 1,440 minutes.
    package var statusFrequencyInMinutes: Int
    /// Shared with the listener behind `callbackURL`; one for each connector.
    package var inbox: PushInbox

    package init(callbackURL: String, statusFrequencyInMinutes: Int, inbox: PushInbox) {
        self.callbackURL = callbackURL
        self.statusFrequencyInMinutes = statusFrequencyInMinutes
        self.inbox = inbox
    }

    /// The URL of one subscription.
    func url(token: String) -> String {
        "\(String(callbackURL.reversed().drop { $0 == "/" }.reversed()))/\(token)"
    }

    /// 128 bits that nobody can guess, in 32 lower-case hexadecimal digits. The system's generator reads the kernel's
    /// random numbers (getrandom(2)).
    static func makeToken() -> String {
        var generator = SystemRandomNumberGenerator()
        return (0..<32).map { _ in String(UInt8.random(in: 0..<16, using: &generator), radix: 16) }.joined()
    }
}
