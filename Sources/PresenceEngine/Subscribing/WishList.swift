import Availability

/// What is still to be asked of a server for the sake of subscriptions, first come, first served. A mailbox has at most
/// one wish of each kind in it, so it is never longer than a few times the number of users.
struct WishList: Sendable {
    enum Wish: Sendable {
        case subscribe(MailboxAddress, NotificationMethod, NotificationRoute)
        case unsubscribe(Subscription)
        case poll(Subscription)
    }

    private var line: [Wish] = []
    private var head = 0

    var isEmpty: Bool { head == line.count }

    mutating func add(_ wish: Wish) { line.append(wish) }

    mutating func take() -> Wish? {
        guard head < line.count else { return nil }
        let wish = line[head]
        head += 1
        // What was taken is let go of now and then, in one go.
        if head > 1_024, head * 2 > line.count {
            line.removeFirst(head)
            head = 0
        }
        return wish
    }
}
