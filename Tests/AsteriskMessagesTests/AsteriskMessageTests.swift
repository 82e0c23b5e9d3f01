import AsteriskMessages
import Testing

@Suite struct AsteriskMessageTests {
    @Test func `names of fields are found in any case`() {
        let message = AsteriskMessage([.init("Response", "Success"), .init("ActionID", "7")])
        #expect(message["actionid"] == "7")
        #expect(message["Message"] == nil)
    }
}
