/// What a server is asked, by the name that the operation has in Exchange's WSDL.
enum EWSOperation: String, Sendable {
    case expandDL = "ExpandDL"
    case getEvents = "GetEvents"
    case getMailTips = "GetMailTips"
    case getStreamingEvents = "GetStreamingEvents"
    case getUserAvailability = "GetUserAvailability"
    case getUserOofSettings = "GetUserOofSettings"
    case subscribe = "Subscribe"
    case unsubscribe = "Unsubscribe"
}
