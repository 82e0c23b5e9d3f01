import HTTPTransport
import Testing

@Suite("A secret")
struct SecretTests {
    @Test(
        "shows in no kind of printing",
        arguments: [
            HTTPAuthentication.basic(user: "anna", password: Secret("hunter2")),
            .ntlm(user: "anna", password: Secret("hunter2")), .token(scheme: "Bearer", Secret("hunter2")),
        ]
    )
    func hidden(_ authentication: HTTPAuthentication) {
        let request = HTTPRequest(url: "https://mail.example.com", authentication: authentication)
        var dumped = ""
        dump(request, to: &dumped)
        let secret = Secret("hunter2")
        let texts = [
            dumped, "\(request)", "\(secret)", String(describing: secret), String(reflecting: secret),
            String(reflecting: request), "\(Mirror(reflecting: secret).children.map { "\($0)" })",
            "\(Optional(secret) as Any)", "\([secret])", "\(["password": secret])",
        ]
        for text in texts { #expect(!text.contains("hunter2")) }
        #expect("\(secret)" == "***")
        #expect(secret.reveal() == "hunter2")
    }
}
