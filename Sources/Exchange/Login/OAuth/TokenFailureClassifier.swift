import Availability
import Foundation
import HTTPTransport
import OAuthMessages

/// Sorts whatever goes wrong with an authority into diagnoses, and says whether to ask it again.
struct TokenFailureClassifier: Sendable {
    let application: OAuthApplication
    let clock: any WallClock

    // MARK: No answer

    func failure(_ error: HTTPError) -> SourceFailure {
        guard let endpoint = try? EWSEndpoint(url: application.tokenEndpoint) else {
            return SourceFailure(.authorityUnusable(application.authority), retry: .never)
        }
        let failure = FailureClassifier(endpoint: endpoint, user: application.clientID, clock: clock).failure(error)
        return SourceFailure(failure.diagnosis.ofAuthority(application.authority), retry: failure.retry)
    }

    /// Nothing was sent: the authority would refuse what the certificate can sign.
    func failure(_ error: SigningIdentityError) -> SourceFailure {
        let seen =
            switch error {
            case .expired(let end): "it ended on \(end.formatted(.iso8601))"
            case .notYetValid(let start): "it holds from \(start.formatted(.iso8601)) on"
            case .noCertificate, .noKey, .encryptedKey, .notRSA, .keyOfAnother, .notSigned: "it cannot sign"
            }
        return SourceFailure(.certificateUnusable(application.clientID, seen), retry: .later)
    }

    // MARK: Answers

    func grant(in response: HTTPResponse) throws(SourceFailure) -> TokenGrant {
        guard response.status == 200 else { throw failure(response) }
        do {
            return try TokenGrant(decoding: response.body)
        } catch {
            let what =
                switch error {
                case .notAnAnswer: "HTTP status 200, but no token as RFC 6749 describes it"
                case .type(let type): "a token of the type “\(type)”"
                case .notAToken: "a token that no header can carry"
                case .expired: "a token that has ended already"
                }
            throw SourceFailure(.unexpectedAnswer(what).ofAuthority(application.authority), retry: .later)
        }
    }

    private func failure(_ response: HTTPResponse) -> SourceFailure {
        let refusal = TokenRefusal(decoding: response.body)
        switch (response.status, refusal) {
        case (429, _), (503, _):
            let seconds = response.headers.retryAfter(at: clock.now)
            return SourceFailure(
                .authorityBusy(application.authority, seconds: seconds),
                retry: seconds.map { .after($0) } ?? .later
            )
        case (400..<500, let refusal?): return failure(refusal, status: response.status)
        case (400, nil): return SourceFailure(.tokenRefused(application, "HTTP status 400"), retry: .later)
        case (401, nil): return unauthorized(nil, "HTTP status 401")
        case (let status, let refusal):
            let what = ["HTTP status \(status)", refusal?.words].compactMap(\.self).joined(separator: ", ")
            return SourceFailure(.unexpectedAnswer(what).ofAuthority(application.authority), retry: .later)
        }
    }

    /// The numbers choose the words; what is done follows from the error that RFC 6749 names.
    private func failure(_ refusal: TokenRefusal, status: Int) -> SourceFailure {
        if Self.tenantNumbers.contains(refusal.number ?? 0) {
            return SourceFailure(.applicationOfAnotherTenant(application, refusal.words), retry: .later)
        }
        if refusal.error == "invalid_client" || status == 401 { return unauthorized(refusal.number, refusal.words) }
        return SourceFailure(.tokenRefused(application, refusal.words), retry: .later)
    }

    /// A secret that was refused is not sent again by itself. A certificate is shown again: no secret goes with it, and it
    /// may be the authority that does not know it yet.
    private func unauthorized(_ number: Int?, _ words: String) -> SourceFailure {
        switch application.proof {
        case .secret: SourceFailure(.secretRefused(application.clientID, number, words), retry: .never)
        case .certificate: SourceFailure(.certificateRefused(application.clientID, number, words), retry: .later)
        }
    }

    /// AADSTS90002 and AADSTS900023: there is no such tenant. AADSTS700016 and AADSTS7000229: the tenant does not know the
    /// application (<https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes>).
    private static let tenantNumbers: Set<Int> = [90_002, 900_023, 700_016, 7_000_229]
}

extension TokenRefusal {
    /// Error and description, as an administrator can look them up.
    fileprivate var words: String { [error, description].compactMap(\.self).joined(separator: ", ") }
}
