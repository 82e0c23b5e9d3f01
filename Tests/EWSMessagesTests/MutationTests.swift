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
    ]

    /// Whether the bytes were taken; an error must point into them.
    private static func isTaken(_ bytes: [UInt8], _ number: Int) -> Bool {
        func takes<Value>(_ decode: ([UInt8]) throws(EWSDecodingError) -> EWSReply<Value>) -> Bool {
            do {
                _ = try decode(bytes)
                return true
            } catch {
                #expect((0...bytes.count).contains(error.byteOffset))
                #expect(error.line >= 0)
                return false
            }
        }
        if number == 1 {
            return takes { bytes throws(EWSDecodingError) in try GetUserOofSettingsResponse.decode(bytes) }
        }
        return takes { bytes throws(EWSDecodingError) in try GetUserAvailabilityResponse.decode(bytes) }
    }

    @Test("a document that ends early is refused wherever it ends", arguments: 0..<3)
    func truncated(number: Int) {
        let document = Self.documents[number]
        #expect(Self.isTaken(document, number))
        for length in 0..<document.count {
            #expect(!Self.isTaken(Array(document.prefix(length)), number), "\(length) bytes")
        }
    }

    @Test("flipped, lost and doubled bytes are survived", arguments: 0..<3)
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
