import SIPMessages
import Testing

@Suite struct SIPHeaderTests {
    @Test func `a header keeps what it was made of`() {
        #expect(SIPHeader("Expires", "3600").value == "3600")
    }
}
