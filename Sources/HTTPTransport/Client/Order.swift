/// What a client was asked for.
struct Order {
    let number: UInt64
    let request: HTTPRequest
    let destination: Destination
    let receiver: any ResponseReceiver
    let isStream: Bool

    init(
        _ number: UInt64,
        _ request: HTTPRequest,
        _ destination: Destination,
        _ receiver: any ResponseReceiver,
        isStream: Bool
    ) {
        self.number = number
        self.request = request
        self.destination = destination
        self.receiver = receiver
        self.isStream = isStream
    }
}
