package import Availability
import EWSMessages
import HTTPTransport
import Logging

/// Which mailboxes are looked after together: those with the same ExternalEwsUrl and GroupingInformation
/// (<https://learn.microsoft.com/en-us/exchange/client-developer/exchange-web-services/how-to-maintain-affinity-between-group-of-subscriptions-and-mailbox-server>).
extension FoundPlace {
    package var knowsGroupings: Bool { !isRefusedGroupings }

    /// Requests of as many mailboxes as one takes, one after the other.
    package func groupings(of mailboxes: [MailboxAddress]) async throws(SourceFailure) -> [MailboxAddress: String] {
        let endpoint = try await endpoint()
        guard let server else { throw SourceFailure(.autodiscoverFailed(endpoint.host, []), retry: .later) }
        var groupings: [MailboxAddress: String] = [:]
        var elsewhere: [(mailbox: MailboxAddress, host: String)] = []
        var rest = mailboxes[...]
        while !rest.isEmpty {
            let portion = Array(rest.prefix(GetUserSettingsRequest.userLimit))
            rest = rest.dropFirst(portion.count)
            for (mailbox, user) in zip(portion, try await settings(of: portion, from: server)) {
                let url = user.settings[.externalEwsUrl]
                let information = user.settings[.groupingInformation]
                guard user.errorCode == .noError, url != nil || information != nil else { continue }
                groupings[mailbox] = "\(url?.lowercased() ?? "") \(information ?? "")"
                if let host = url.flatMap({ try? EWSEndpoint(url: $0) })?.host, host != endpoint.host {
                    elsewhere.append((mailbox, host))
                }
            }
        }
        tell(elsewhere, endpoint)
        return groupings
    }

    /// In the order of the mailboxes.
    private func settings(
        of mailboxes: [MailboxAddress],
        from server: AutodiscoverServer
    ) async throws(SourceFailure) -> [GetUserSettingsResponse.UserResponse] {
        let request = GetUserSettingsRequest(
            users: mailboxes.map(\.text),
            settings: [.externalEwsUrl, .groupingInformation]
        )
        let classifier = FailureClassifier(
            endpoint: server.endpoint,
            user: autodiscover.login.account,
            clock: autodiscover.clock
        )
        let response: HTTPResponse
        do throws(Autodiscover.LoginTrouble) {
            response = try await autodiscover.loggedIn(server, server.soapURL, request.encoded(to: server.soapURL))
        } catch {
            switch error {
            case .noAnswer(let error): throw classifier.failure(error)
            case .notLetIn(let failure):
                // It is not shown here again.
                if failure.retry == .never { refuseGroupings() }
                throw failure
            }
        }
        guard let reply = try? GetUserSettingsResponse.decode(response.body), case .success(let message) = reply.result,
            message.errorCode == .noError, message.users.count == mailboxes.count
        else {
            let what = "HTTP status \(response.status) from \(server.soapURL)"
            throw SourceFailure(.unexpectedAnswer(what), retry: .later)
        }
        return message.users
    }

    /// They are asked for at the one server that was found: Exchange 2013 and later pass requests on to where a mailbox is.
    private func tell(_ elsewhere: [(mailbox: MailboxAddress, host: String)], _ endpoint: EWSEndpoint) {
        guard let first = elsewhere.first else { return }
        let others = elsewhere.count > 1 ? " and of \(elsewhere.count - 1) others" : ""
        logger.notice(
            """
            Autodiscover names another server than \(endpoint.host) for the mailbox of \(first.mailbox)\(others) \
            (\(excerpt(first.host))); notifications of them are asked for at \(endpoint.host) all the same
            """,
            metadata: ["event": "mailboxes-elsewhere", "user": "\(first.mailbox)"]
        )
    }
}
