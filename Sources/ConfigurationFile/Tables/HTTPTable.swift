/// The keys of `[http]`: the control API over TCP, which this version does not have.
enum HTTPKey: String, TableKey {
    case listen
    case tls
    case tokens

    static let table = "[http]"

    var isForLater: Bool { true }
}
