import HTTPTypes
import Hummingbird

/// `/EWS/Exchange.asmx`: from HTTP to an operation and back.
struct ExchangeEndpoint: Sendable {
    /// Whose versions are known and whose build is shown.
    let product: ExchangeProduct
    let credentials: BasicCredentials
    let mailboxes: Mailboxes
    let notifications: Notifications
    let backEnds: BackEnds
    let conduct: ServerConduct
    let budget: RequestBudget
    let operations: ExchangeOperations

    /// No request is larger: four megabytes.
    private static let largestRequest = 4 * 1024 * 1024

    /// In the order Exchange does it: the connection, who asks, how much, then what.
    func respond(to request: Request, context: SimulatorContext) async -> Response {
        let reaction = conduct.reaction()
        if reaction == .hangUp {
            conduct.count("hung up")
            await context.hangUp()
            // Nobody reads this: the connection is closed.
            return Response(status: .serviceUnavailable)
        }
        guard credentials.accepts(request.headers[.authorization]) else {
            conduct.count("unauthorized")
            return Response(status: .unauthorized, headers: [.wwwAuthenticate: BasicCredentials.challenge])
        }
        guard let body = try? await request.body.collect(upTo: Self.largestRequest) else {
            conduct.count("too large")
            return Response(status: .contentTooLarge, headers: [.connection: "close"])
        }
        do throws(SOAPFault) {
            if case .busy(let milliseconds) = reaction { throw .busy(milliseconds: milliseconds) }
            var exchangeRequest = try ExchangeRequest(
                Array(body.readableBytesView),
                caller: credentials.username,
                product: product
            )
            let operation = try operations.operation(for: exchangeRequest.operation)
            conduct.count(operation.requestElement)
            // After the count: a test sees also what was refused.
            if let impersonated = exchangeRequest.impersonated {
                try await mailboxes.checkImpersonation(of: impersonated)
            }
            let affinity = Affinity(request.headers)
            exchangeRequest.backEnd = backEnds.choose(for: affinity, actor: exchangeRequest.actor)
            var response =
                switch try await answer(exchangeRequest, by: operation) {
                case .document(let xml): response(.ok) { $0.append(xml) }
                case .stream(let wish):
                    Response(
                        status: .ok,
                        headers: [.contentType: Self.contentType],
                        body: StreamBody(notifications: notifications, wish: wish, context: context).body
                    )
                }
            if affinity.prefersServer, affinity.cookie == nil {
                let cookie = BackEnds.cookie(for: exchangeRequest.backEnd)
                response.headers[.setCookie] = "\(Affinity.cookieName)=\(cookie); path=/; HttpOnly"
            }
            return response
        } catch {
            conduct.count("fault \(error.code)")
            let behind = conduct.takeUnasked() ? Self.unasked : ""
            return response(.internalServerError, behind: behind, content: error.write)
        }
    }

    /// Within the account's budget, and as slowly as ordered. What streams may cost is counted when they open.
    private func answer(
        _ request: ExchangeRequest,
        by operation: any ExchangeOperation
    ) async throws(SOAPFault) -> ExchangeAnswer {
        if operation is GetStreamingEvents { return try await operation.answer(request) }
        return try await budget.spend(of: request.actor) { () async throws(SOAPFault) in
            if let delay = conduct.delay { try? await Task.sleep(for: delay) }
            return try await operation.answer(request)
        }
    }

    private static let contentType = "text/xml; charset=utf-8"

    /// A second response that nobody asked for: a client must not take it for the answer to its next request.
    private static let unasked = "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 10\r\n\r\n<unasked/>"

    /// An envelope as an HTTP response; Exchange sends faults with status 500.
    /// - Parameter behind: what follows on the connection, beyond the length the response says it has.
    private func response(
        _ status: HTTPResponse.Status,
        behind: String = "",
        content: (inout XMLWriter) -> Void
    ) -> Response {
        let text = ResponseEnvelope.text(product: product, content: content)
        return Response(
            status: status,
            headers: [.contentType: Self.contentType, .contentLength: String(text.utf8.count)],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text + behind))
        )
    }
}
