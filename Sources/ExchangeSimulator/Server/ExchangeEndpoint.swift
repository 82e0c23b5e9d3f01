import HTTPTypes
import Hummingbird

/// `/EWS/Exchange.asmx`: from HTTP to an operation and back.
struct ExchangeEndpoint: Sendable {
    /// Whose versions are known and whose build is shown.
    let product: ExchangeProduct
    let credentials: BasicCredentials
    let mailboxes: Mailboxes
    let conduct: ServerConduct
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
            let exchangeRequest = try ExchangeRequest(
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
            let answer = try await operation.answer(exchangeRequest)
            return response(.ok) { $0.append(answer) }
        } catch {
            conduct.count("fault \(error.code)")
            return response(.internalServerError, content: error.write)
        }
    }

    /// An envelope as an HTTP response; Exchange sends faults with status 500.
    private func response(_ status: HTTPResponse.Status, content: (inout XMLWriter) -> Void) -> Response {
        let text = ResponseEnvelope.text(product: product, content: content)
        return Response(
            status: status,
            headers: [.contentType: "text/xml; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text))
        )
    }
}
