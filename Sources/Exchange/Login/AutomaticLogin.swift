package import Availability
package import HTTPTransport
package import Logging

/// The strongest login that the server takes and this machine can do: it is asked once, without any proof, what it takes.
/// One scheme is used at a time; a weaker one takes its place only where no password was refused, and that is told.
package final class AutomaticLogin: EWSLogin {
    package let account: String
    private let password: Secret?
    private let proofs: TicketProofs?
    private let question: SchemeQuestion
    private let logger: Logger
    private let desk: SchemeDesk

    /// - Parameters:
    ///   - user: as `PasswordLogin` takes it.
    ///   - password: `nil` where there is Kerberos alone.
    ///   - http: through which the server is asked.
    package init(
        user: String,
        password: Secret?,
        tokens: (any NegotiateTokens)?,
        http: any HTTPSending,
        trust: TrustOptions = TrustOptions(),
        clock: any WallClock,
        logger: Logger
    ) {
        account = user
        self.password = password
        proofs = tokens.map { TicketProofs($0) }
        self.logger = logger
        question = SchemeQuestion(http: http, trust: trust, user: user, clock: clock)
        desk = SchemeDesk(
            means: (tokens == nil ? [] : [.negotiate]) + (password.map { Self.means(of: user, $0) } ?? [])
        )
    }

    /// What cannot be sent in NTLM goes by Basic.
    private static func means(of user: String, _ password: Secret) -> [LoginScheme] {
        HTTPAuthentication.fitsNTLM(user: user, password: password) ? [.ntlm, .basic] : [.basic]
    }

    package func proof(for endpoint: EWSEndpoint) async throws(SourceFailure) -> HTTPAuthentication {
        // Ends: each round asks the server or sets one of three schemes aside.
        while true {
            let choice = desk.choice(for: endpoint)
            guard let offered = choice.offered else {
                try await ask(endpoint)
                continue
            }
            switch choice.scheme {
            case .basic: return .basic(user: account, password: password ?? Secret(""))
            case .ntlm: return .ntlm(user: account, password: password ?? Secret(""))
            case .negotiate: if let proof = try await ticket(for: endpoint) { return proof }
            case nil:
                desk.forget(endpoint)
                let diagnosis = LoginRefusal.closedDoor(to: choice.means, endpoint, offered)
                throw SourceFailure(diagnosis ?? .schemeNotOffered([], wanted: choice.means), retry: .later)
            }
        }
    }

    package func refusal(
        of proof: HTTPAuthentication,
        by endpoint: EWSEndpoint,
        headers: HTTPHeaders
    ) async -> LoginRefusal {
        let offered = OfferedSchemes(headers)
        guard let scheme = LoginScheme(of: proof) else { return .another }
        let refusal = LoginRefusal(of: scheme, as: account, by: endpoint, offering: offered)
        guard case .failed(let failure, isFinal: false) = refusal else { return refusal }
        if scheme == .negotiate { await proofs?.discard() }
        // It may take others than it did when it was asked. No password was looked at, then.
        if !offered.names.isEmpty { desk.learn(offered, of: endpoint) }
        guard fallsBack(from: scheme, failure.diagnosis, at: endpoint) else {
            desk.forget(endpoint)
            return refusal
        }
        return .another
    }

    package func allowAnotherAttempt() async {
        desk.forgetAll()
        await proofs?.allowAnotherAttempt()
    }

    /// - Returns: `nil` where there is none and another scheme has taken its place.
    private func ticket(for endpoint: EWSEndpoint) async throws(SourceFailure) -> HTTPAuthentication? {
        guard let proofs else { return nil }
        do {
            return try await proofs.proof(for: endpoint)
        } catch {
            let failure = error.failure(of: account)
            guard !error.isOfCaller, fallsBack(from: .negotiate, failure.diagnosis, at: endpoint) else { throw failure }
            return nil
        }
    }

    /// Asks the server what it takes; whoever comes meanwhile waits for the same answer.
    private func ask(_ endpoint: EWSEndpoint) async throws(SourceFailure) {
        let (question, account, logger, desk) = (question, account, logger, desk)
        let answer = await desk.asking(of: endpoint) {
            let answer = await question.ask(endpoint)
            if case .success(let offered) = answer {
                desk.learn(offered, of: endpoint)
                if let scheme = desk.choice(for: endpoint).scheme {
                    logger.info(
                        """
                        The server \(endpoint.host) offers \(offered.text); \(account) logs in with \(scheme.rawValue)
                        """,
                        metadata: ["event": "login-scheme"]
                    )
                }
            }
            return answer
        }
        _ = try answer.get()
    }

    /// Whether there is a weaker scheme, which is the one from now on.
    private func fallsBack(from scheme: LoginScheme, _ why: Diagnosis, at endpoint: EWSEndpoint) -> Bool {
        guard let (next, isNews) = desk.setAside(scheme, at: endpoint) else { return false }
        if isNews {
            logger.notice(
                """
                The login with \(scheme.rawValue) to \(endpoint.host) did not do; \(next.rawValue) is used from now on. \
                \(why.summary) \(why.remedy)
                """,
                metadata: ["event": "login-fallback"]
            )
        }
        return true
    }
}
