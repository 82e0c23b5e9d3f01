import Exchange
import HTTPTransport
import NameService
import Synchronization

/// An HTTP client that answers by what is asked, and keeps what it was sent.
final class RoutedHTTP: HTTPSending {
    /// `POST https://…` and the answer; who is not in it is a host without an address.
    private let answers: Mutex<[String: Result<HTTPResponse, HTTPError>]>
    private let sent = Mutex<[HTTPRequest]>([])
    /// Runs before each answer; tests hold requests up with it.
    private let beforeAnswer: @Sendable (HTTPRequest) async -> Void

    init(
        _ answers: [String: Result<HTTPResponse, HTTPError>],
        beforeAnswer: @escaping @Sendable (HTTPRequest) async -> Void = { _ in }
    ) {
        self.answers = Mutex(answers)
        self.beforeAnswer = beforeAnswer
    }

    var requests: [HTTPRequest] { sent.withLock { $0 } }

    /// Those that carried a login: method and URL.
    var logins: [String] { requests.filter { $0.authentication != .none }.map { "\($0.method) \($0.url)" } }

    func change(_ question: String, to answer: Result<HTTPResponse, HTTPError>) {
        answers.withLock { $0[question] = answer }
    }

    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        sent.withLock { $0.append(request) }
        await beforeAnswer(request)
        let answer = answers.withLock { $0["\(request.method) \(request.url)"] }
        guard let answer else { throw .hostNotFound(host: String(request.url.split(separator: "/")[1])) }
        return try answer.get()
    }

    func stream(_ request: HTTPRequest) async throws(HTTPError) -> ScriptedStream { throw .connectionClosed }
}

/// A DNS that knows these services.
struct ScriptedNames: ServiceLookup {
    var records: [String: [ServiceRecord]] = [:]

    func services(_ name: String) async throws(NameServiceError) -> [ServiceRecord] {
        guard let records = records[name] else { throw .noSuchName }
        return records
    }
}

extension Result where Success == HTTPResponse, Failure == HTTPError {
    /// The login is wanted, or was refused.
    static var unauthorized: Self { .status(401, ["WWW-Authenticate": "Basic realm=\"mail\""]) }

    static func redirect(_ location: String) -> Self { .status(302, ["Location": location]) }

    static func json(_ url: String) -> Self {
        .status(200, ["Content-Type": "application/json"], body: "{\"Protocol\":\"Ews\",\"Url\":\"\(url)\"}")
    }

    /// SOAP Autodiscover on one user.
    static func settings(_ settings: [String: String]) -> Self { .users([user(settings)]) }

    static func users(_ users: [String]) -> Self {
        .soap(
            """
            <GetUserSettingsResponseMessage xmlns="http://schemas.microsoft.com/exchange/2010/Autodiscover"><Response>\
            <ErrorCode>NoError</ErrorCode><UserResponses>\(users.joined())</UserResponses></Response>\
            </GetUserSettingsResponseMessage>
            """
        )
    }

    static func user(_ settings: [String: String] = [:], code: String = "NoError", target: String = "") -> String {
        let settings = settings.map { "<UserSetting><Name>\($0.key)</Name><Value>\($0.value)</Value></UserSetting>" }
        return """
            <UserResponse><ErrorCode>\(code)</ErrorCode><RedirectTarget>\(target)</RedirectTarget><UserSettings>\
            \(settings.joined())</UserSettings></UserResponse>
            """
    }

    /// POX Autodiscover.
    static func pox(_ account: String) -> Self {
        let schemas = "http://schemas.microsoft.com/exchange/autodiscover"
        return .status(
            200,
            ["Content-Type": "text/xml"],
            body: """
                <Autodiscover xmlns="\(schemas)/responseschema/2006"><Response \
                xmlns="\(schemas)/outlook/responseschema/2006a"><Account>\(account)</Account></Response></Autodiscover>
                """
        )
    }

    static func pox(ews url: String) -> Self {
        .pox("<Action>settings</Action><Protocol><Type>EXPR</Type><EwsUrl>\(url)</EwsUrl></Protocol>")
    }
}
