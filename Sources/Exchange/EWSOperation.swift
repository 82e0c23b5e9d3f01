/// What a server is asked, by the name that the operation has in Exchange's WSDL.
enum EWSOperation: String, Sendable {
    case getEvents = "GetEvents"
    case getStreamingEvents = "GetStreamingEvents"
    case getUserAvailability = "GetUserAvailability"
    case getUserOofSettings = "GetUserOofSettings"
    case subscribe = "Subscribe"
    case unsubscribe = "Unsubscribe"
}
