import Availability
import Exchange
import Foundation
import HTTPTransport
import Logging
import TestSupport

/// What the tests of applications share.
extension Given {
    static let endpoint = "https://login.example.com/contoso.com/oauth2/v2.0/token"

    static func application(_ proof: OAuthApplication.Proof = .secret(Secret("battery staple"))) -> OAuthApplication {
        OAuthApplication(
            tenant: "contoso.com",
            clientID: "app-1",
            proof: proof,
            authority: "https://login.example.com",
            scope: "https://outlook.office365.com/.default"
        )
    }

    static func login(
        _ authority: ScriptedHTTP,
        _ application: OAuthApplication = application(),
        clock: ManualScheduler = ManualScheduler(now: now)
    ) -> OAuthLogin {
        OAuthLogin(application, http: authority, clock: clock, random: { 0 })
    }

    /// A connector to Exchange Online that logs in as an application.
    static func applicationConnector(
        _ http: any HTTPSending,
        authority: ScriptedHTTP = ScriptedHTTP(.token("t1")),
        account: String? = nil,
        access: EWSConnectorOptions.Access = .impersonation,
        clock: ManualScheduler = ManualScheduler(now: now)
    ) throws -> EWSConnector {
        let options = EWSConnectorOptions(
            name: "online",
            place: NamedPlace(try EWSEndpoint(url: "https://outlook.office365.com/EWS/Exchange.asmx")),
            login: login(authority, clock: clock),
            accountAddress: account.flatMap(MailboxAddress.init),
            access: access
        )
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        return EWSConnector(options, http: http, logger: logger, clock: clock, random: { $0.lowerBound })
    }
}

extension OAuthLogin {
    /// The token that a request would carry now.
    func token() async throws(SourceFailure) -> String {
        let endpoint: EWSEndpoint
        do {
            endpoint = try EWSEndpoint(url: "https://outlook.office365.com/EWS/Exchange.asmx")
        } catch {
            throw SourceFailure(error.diagnosis, retry: error.retry)
        }
        guard case .token("Bearer", let secret) = try await proof(for: endpoint) else { return "no token" }
        return secret.reveal()
    }

    /// Why there is no token.
    func failure() async -> SourceFailure? {
        do {
            _ = try await token()
            return nil
        } catch {
            return error
        }
    }
}

extension Result where Success == HTTPResponse, Failure == HTTPError {
    static func token(_ token: String, lifetime: Int = 3_600) -> Self {
        .status(200, body: #"{"token_type":"Bearer","expires_in":\#(lifetime),"access_token":"\#(token)"}"#)
    }

    static func refusal(_ status: Int, _ error: String, _ description: String) -> Self {
        .status(status, body: #"{"error":"\#(error)","error_description":"\#(description)"}"#)
    }

    /// What Exchange answers to a token that it does not take.
    static func tokenRefused(_ reason: String?, _ category: String = "invalid_token", status: Int = 401) -> Self {
        var headers: HTTPHeaders = [
            "WWW-Authenticate": """
            Bearer client_id="00000002-0000-0ff1-ce00-000000000000", \
            trusted_issuers="00000001-0000-0000-c000-000000000000@*,00000004-0000-0ff1-ce00-000000000000@x", \
            token_types="app_asserted_user_v1 service_asserted_app_v1", error="invalid_token"
            """
        ]
        if let reason {
            headers.append("x-ms-diagnostics", #"2000000;reason="\#(reason)";error_category="\#(category)""#)
        }
        return .status(status, headers)
    }
}

extension HTTPRequest {
    var token: String? {
        guard case .token("Bearer", let secret) = authentication else { return nil }
        return secret.reveal()
    }

    /// In whose name it is made, as the body says.
    var impersonated: String? {
        String(decoding: body, as: UTF8.self).split(separator: "<t:ConnectingSID><t:PrimarySmtpAddress>").dropFirst()
            .first
            .map { String($0.prefix { $0 != "<" }) }
    }
}

/// A server that decides on each request.
final class DecidingHTTP: HTTPSending {
    private let decide: @Sendable (HTTPRequest) -> ScriptedHTTP.Answer

    init(_ decide: @escaping @Sendable (HTTPRequest) -> ScriptedHTTP.Answer) {
        self.decide = decide
    }

    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        // Others come in between.
        for _ in 0..<20 { await Task.yield() }
        return try decide(request).get()
    }

    func stream(_ request: HTTPRequest) async throws(HTTPError) -> ScriptedStream { throw .connectionClosed }
}
