import TestSupport
import Testing

@testable import EWSMessages

/// Documents with damage must be read or refused, never bring the process down. The seed is fixed, so that every run
/// tries the same damage.
@Suite("Damaged documents")
struct MutationTests {
    private static let documents: [[UInt8]] = [
        Documents.availability([
            Documents.mailbox(
                """
                <t:FreeBusyViewType>Detailed</t:FreeBusyViewType><t:MergedFreeBusy>0123</t:MergedFreeBusy>\
                <t:CalendarEventArray>\(Documents.event("2026-11-23T08:00:00", "2026-11-23T09:00:00.5+0100", "Busy"))\
                </t:CalendarEventArray>\(Documents.workingHours)
                """
            ),
            Documents.failedMailbox("ErrorServerBusy", text: "&lt;&#xE4;&#x10;"),
        ]),
        Documents.outOfOffice(Documents.scheduledReply),
        Documents.envelope("<s:Fault><faultcode>ErrorServerBusy</faultcode><detail/></s:Fault>"),
        Documents.answer("Subscribe", "<m:SubscriptionId>a</m:SubscriptionId><m:Watermark>b</m:Watermark>"),
        Documents.answer("Unsubscribe", ""),
        Documents.answer("GetEvents", Documents.pushed),
        Documents.push(Documents.pushed),
        Documents.streaming(
            Documents.notifications(Documents.events("m:Notification", content: "<t:MovedEvent/>"))
                + "<m:ErrorSubscriptionIds><SubscriptionId xmlns=\"\">c</SubscriptionId></m:ErrorSubscriptionIds>"
                + "<m:ConnectionStatus>OK</m:ConnectionStatus>"
        ),
        Documents.mailTipsAnswer([
            Documents.mailTips(Documents.awayTip), Documents.failedMailTips("ErrorServerBusy", text: "&#x10;"),
        ]),
        Documents.answer(
            "ExpandDL",
            "<m:DLExpansion IncludesLastItemInRange=\"true\"><t:Mailbox><t:EmailAddress>a</t:EmailAddress>"
                + "<t:MailboxType>Contact</t:MailboxType></t:Mailbox></m:DLExpansion>"
        ),
    ]

    /// Whether the bytes were taken; an error must point into them.
    private static func isTaken(_ bytes: [UInt8], _ number: Int) -> Bool {
        do {
            switch number {
            case 1: _ = try GetUserOofSettingsResponse.decode(bytes)
            case 3: _ = try SubscribeResponse.decode(bytes)
            case 4: _ = try UnsubscribeResponse.decode(bytes)
            case 5: _ = try GetEventsResponse.decode(bytes)
            case 6: _ = try SendNotification.decode(bytes)
            case 7: if let error = EventStream.failure(bytes) { throw error }
            case 8: _ = try GetMailTipsResponse.decode(bytes)
            case 9: _ = try ExpandDLResponse.decode(bytes)
            default: _ = try GetUserAvailabilityResponse.decode(bytes)
            }
            return true
        } catch let error as EWSDecodingError {
            #expect((0...bytes.count).contains(error.byteOffset))
            #expect(error.line >= 0)
        } catch {
            Issue.record(error)
        }
        return false
    }

    @Test("a document that ends early is refused wherever it ends", arguments: documents.indices)
    func truncated(number: Int) {
        let document = Self.documents[number]
        #expect(Self.isTaken(document, number))
        // A stream may end between two envelopes, so before the first.
        let shortest = number == 7 ? 1 : 0
        for length in shortest..<document.count {
            #expect(!Self.isTaken(Array(document.prefix(length)), number), "\(length) bytes")
        }
    }

    @Test("flipped, lost and doubled bytes are survived", arguments: documents.indices)
    func flipped(number: Int) {
        var random = SplitMix(seed: 20_261_122)
        var taken = 0
        let rounds = 2_000
        for _ in 0..<rounds {
            var bytes = Self.documents[number]
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let position = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[position] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                case 1: bytes[position] = UInt8.random(in: 0...255, using: &random)
                case 2: bytes.remove(at: position)
                default: bytes.insert(bytes[position], at: position)
                }
            }
            if Self.isTaken(bytes, number) { taken += 1 }
        }
        // Damage in a text goes through, damage to a tag does not: both must have been tried.
        #expect(taken > 0 && taken < rounds)
    }
}
