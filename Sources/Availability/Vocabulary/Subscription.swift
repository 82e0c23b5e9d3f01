package import Foundation

/// How a server tells of changes; the raw values are those of the configuration and the database.
package enum NotificationMethod: String, CaseIterable, Hashable, Sendable {
    /// Over channels that are kept open, each for many mailboxes.
    case streaming
    /// When it is asked, mailbox by mailbox.
    case pull
    /// By calling a URL of ours.
    case push
}

/// Where a group of mailboxes is looked after: requests that concern its subscriptions have to reach the same back end.
package struct NotificationRoute: Hashable, Sendable {
    /// The mailbox that stands for the group: its first one by alphabet.
    package var anchor: MailboxAddress
    /// What the server wants to see in every further request of the group; `nil` where it did not say.
    package var affinity: String?

    package init(anchor: MailboxAddress, affinity: String? = nil) {
        self.anchor = anchor
        self.affinity = affinity
    }
}

/// A server's promise to tell of the changes of one calendar.
package struct Subscription: Hashable, Sendable {
    package var mailbox: MailboxAddress
    /// The server's name for it. Servers that start again may give the same one to another mailbox.
    package var id: String
    package var method: NotificationMethod
    package var route: NotificationRoute
    /// Where the next asking goes on, for `pull`; `nil` where the server tells none.
    package var watermark: String?
    /// The last part of the URL that the server calls, for `push`: nobody else can know it.
    package var callbackToken: String?
    package var createdAt: Date

    package init(
        mailbox: MailboxAddress,
        id: String,
        method: NotificationMethod,
        route: NotificationRoute,
        watermark: String? = nil,
        callbackToken: String? = nil,
        createdAt: Date
    ) {
        self.mailbox = mailbox
        self.id = id
        self.method = method
        self.route = route
        self.watermark = watermark
        self.callbackToken = callbackToken
        self.createdAt = createdAt
    }
}
