package import Foundation

/// Asks for the calendars of up to a hundred mailboxes
/// (<https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/getuseravailabilityrequest>).
package struct GetUserAvailabilityRequest: Hashable, Sendable {
    /// The most mailboxes that one request may ask for; more get `ErrorMailboxDataArrayTooBig`.
    package static let mailboxLimit = 100
    /// The longest window, in seconds, that all servers take: 42 days; more gets `ErrorTimeIntervalTooBig`.
    package static let longestWindow: TimeInterval = 42 * 86_400

    /// Why a request cannot be made.
    package enum Mistake: Error, Hashable {
        /// There must be 1 to 100 mailboxes.
        case mailboxCount(Int)
        /// The window must be longer than nothing, at most 42 days, and lie in the years 1 to 9999.
        case window
        /// The length of a stretch must be 5 to 1,440 minutes.
        case mergedInterval(Int)
    }

    /// SMTP addresses. The answers come in this order.
    package let mailboxes: [String]
    /// From and until when.
    package let window: Duration
    /// The highest view that is wanted.
    package let view: FreeBusyViewType
    /// What a digit of a merged view stands for, in minutes.
    package let mergedIntervalInMinutes: Int

    package init(
        mailboxes: [String],
        window: Duration,
        view: FreeBusyViewType,
        mergedIntervalInMinutes: Int = 15
    ) throws(Mistake) {
        guard 1...Self.mailboxLimit ~= mailboxes.count else { throw .mailboxCount(mailboxes.count) }
        let length = window.endTime.timeIntervalSince(window.startTime)
        guard length > 0, length <= Self.longestWindow, Self.years ~= window.startTime, Self.years ~= window.endTime
        else { throw .window }
        guard 5...1_440 ~= mergedIntervalInMinutes else { throw .mergedInterval(mergedIntervalInMinutes) }
        self.mailboxes = mailboxes
        self.window = window
        self.view = view
        self.mergedIntervalInMinutes = mergedIntervalInMinutes
    }

    /// What four digits can tell.
    private static let years =
        Date(timeIntervalSince1970: -62_135_596_800)...Date(timeIntervalSince1970: 253_402_300_799)

    /// The whole SOAP message.
    package func encoded(in context: RequestContext) -> [UInt8] {
        context.envelope { writer in
            writer.element("m:GetUserAvailabilityRequest") { writer in
                Self.writeUTC(&writer)
                writer.element("m:MailboxDataArray") { writer in
                    for mailbox in mailboxes { Self.write(mailbox, &writer) }
                }
                writer.element("t:FreeBusyViewOptions") { writer in
                    writer.element("t:TimeWindow") { writer in
                        writer.element("t:StartTime", text: EWSDateTime.text(window.startTime))
                        writer.element("t:EndTime", text: EWSDateTime.text(window.endTime))
                    }
                    writer.element("t:MergedFreeBusyIntervalInMinutes", text: String(mergedIntervalInMinutes))
                    writer.element("t:RequestedView", text: view.rawValue)
                }
            }
        }
    }

    private static func write(_ mailbox: String, _ writer: inout XMLWriter) {
        writer.element("t:MailboxData") { writer in
            writer.element("t:Email") { $0.element("t:Address", text: mailbox) }
            writer.element("t:AttendeeType", text: "Required")
            writer.element("t:ExcludeConflicts", text: "false")
        }
    }

    /// The zone that times are told in, which servers insist on. The two transitions have to be there and to differ; at a
    /// bias of 0 they change nothing
    /// (<https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/timezone-availability>).
    private static func writeUTC(_ writer: inout XMLWriter) {
        writer.element("t:TimeZone") { writer in
            writer.element("t:Bias", text: "0")
            for (name, order, month) in [("t:StandardTime", "5", "10"), ("t:DaylightTime", "5", "3")] {
                writer.element(name) { writer in
                    writer.element("t:Bias", text: "0")
                    writer.element("t:Time", text: "02:00:00")
                    writer.element("t:DayOrder", text: order)
                    writer.element("t:Month", text: month)
                    writer.element("t:DayOfWeek", text: "Sunday")
                }
            }
        }
    }
}
