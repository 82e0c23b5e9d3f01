/// What came back for a request: the answer to the operation, or a fault.
package struct EWSReply<Value: Sendable>: Sendable {
    /// A fault is an answer too: the bytes were read, and say that the request was refused.
    package enum Result: Sendable {
        case success(Value)
        case fault(SOAPFault)
    }

    /// `nil` where the server does not tell.
    package var serverVersion: ServerVersion?
    package var result: Result

    package init(serverVersion: ServerVersion?, result: Result) {
        self.serverVersion = serverVersion
        self.result = result
    }
}

extension EWSReply: Equatable where Value: Equatable {}
extension EWSReply.Result: Equatable where Value: Equatable {}
