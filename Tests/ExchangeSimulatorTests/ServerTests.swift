import Testing

@testable import ExchangeSimulator

@Suite("Accounts have a budget of requests at once")
struct RequestBudgetTests {
    @Test("what is over the budget is refused; what is under way goes on, other accounts have their own")
    func limit() async throws {
        let budget = RequestBudget(most: 2)
        func outcome(_ account: String, _ request: () async -> Void = {}) async -> String {
            do throws(SOAPFault) {
                return try await budget.spend(of: account) { () async throws(SOAPFault) in
                    await request()
                    return "done"
                }
            } catch {
                return error.code
            }
        }
        let first = await outcome("a@x") {
            let second = await outcome("a@x") {
                #expect(await outcome("a@x") == "ErrorExceededConnectionCount")
                #expect(await outcome("b@x") == "done")
            }
            #expect(second == "done")
            // One of the two has ended.
            #expect(await outcome("a@x") == "done")
        }
        #expect(first == "done")
    }

    // Defaults as Microsoft's pages on throttling and on notification errors give them.
    @Test(
        "each product has its limits",
        arguments: zip(ExchangeProduct.allCases, [(10, 10), (27, 3), (27, 10), (27, 10), (27, 10)])
    )
    func products(product: ExchangeProduct, limits: (requests: Int, streams: Int)) {
        #expect(product.concurrentRequests == limits.requests)
        #expect(product.hangingConnections == limits.streams)
    }
}

@Suite("Hostile envelopes are what they are called")
struct HostileEnvelopeTests {
    @Test("no honest parser takes them", arguments: [HostileEnvelope.malformed, .doctype])
    func refused(envelope: HostileEnvelope) {
        #expect(throws: XMLElement.Malformed.self) { try XMLElement.parse(Array(envelope.pieces.joined().utf8)) }
    }

    @Test("all end as envelopes do", arguments: HostileEnvelope.allCases)
    func end(envelope: HostileEnvelope) {
        #expect(envelope.pieces.last?.hasSuffix("</s:Envelope>") == true)
    }

    @Test("the oversized one is well-formed, and 64 megabytes and more")
    func oversized() throws {
        let pieces = HostileEnvelope.oversized.pieces
        #expect(pieces.reduce(0) { $0 + $1.utf8.count } > 64 << 20)
        // Its size is in the middle; without that it can be read.
        let short = [pieces.first, pieces.last].compactMap(\.self).joined()
        #expect(try XMLElement.parse(Array(short.utf8)).name == "Envelope")
    }
}
