/// Asks SOAP Autodiscover (`autodiscover.svc`, Exchange 2010 and later) for settings of users
/// (<https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/getusersettings-operation-soap>).
package struct GetUserSettingsRequest: Hashable, Sendable {
    /// A setting of a user
    /// (<https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/setting-soap>).
    package enum Setting: String, Hashable, Sendable {
        /// The URL of the EWS that serves the user, for who is outside the corporate network.
        case externalEwsUrl = "ExternalEwsUrl"
        /// The same for who is inside.
        case internalEwsUrl = "InternalEwsUrl"
        /// Which users are looked after together, as far as notifications go (2013 and later).
        case groupingInformation = "GroupingInformation"
    }

    /// A request for more is refused as a whole: a server takes 90, unless `MaxUsersPerGetUserSettingsRequest` in its
    /// `web.config` says otherwise.
    package static let userLimit = 90

    /// SMTP addresses, at most ``userLimit``.
    package let users: [String]
    package let settings: [Setting]

    package init(users: [String], settings: [Setting]) {
        self.users = users
        self.settings = settings
    }

    /// The whole SOAP message. It names where it goes, as WS-Addressing wants it.
    package func encoded(to url: String) -> [UInt8] {
        var writer = XMLWriter()
        let namespaces = [
            ("xmlns:s", XMLNamespace.soap.rawValue),
            ("xmlns:a", XMLNamespace.autodiscover.rawValue),
            ("xmlns:wsa", "http://www.w3.org/2005/08/addressing"),
        ]
        let action = "\(XMLNamespace.autodiscover.rawValue)/Autodiscover/GetUserSettings"
        writer.element("s:Envelope", attributes: namespaces) { writer in
            writer.element("s:Header") { writer in
                writer.element("a:RequestedServerVersion", text: "Exchange2010")
                writer.element("wsa:Action", text: action)
                writer.element("wsa:To", text: url)
            }
            writer.element("s:Body") { writer in
                writer.element("a:GetUserSettingsRequestMessage") { writer in
                    writer.element("a:Request", content: writeRequest)
                }
            }
        }
        return writer.bytes
    }

    private func writeRequest(_ writer: inout XMLWriter) {
        writer.element("a:Users") { writer in
            for user in users {
                writer.element("a:User") { $0.element("a:Mailbox", text: user) }
            }
        }
        writer.element("a:RequestedSettings") { writer in
            for setting in settings { writer.element("a:Setting", text: setting.rawValue) }
        }
    }
}
