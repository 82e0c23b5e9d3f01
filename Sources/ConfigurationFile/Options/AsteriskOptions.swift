/// The keys of a `[[hook]]` of kind `asterisk-ami`.
package struct AsteriskOptions: Hashable, Sendable {
    /// The words of the key `transport`.
    package enum Transport: String, CaseIterable, Sendable {
        case tcp, tls
    }

    /// The words of the key `authentication`.
    package enum Authentication: String, CaseIterable, Sendable {
        /// The challenge: the secret itself is never sent.
        case md5
        case plain
    }

    package var host: String
    package var port: UInt16
    package var transport: Transport = .tcp
    package var authentication: Authentication = .md5
    package var username: String
    package var secret: PasswordSource
    /// The name of the presence state of a user, such as `CustomPresence:{extension}`; `nil` where none is set.
    package var presenceState: String? = "CustomPresence:{extension}"
    /// The name of the device state of a user, such as `Custom:{extension}`; `nil` where none is set.
    package var deviceState: String? = "Custom:{extension}"
    package var announcement: AnnouncementChoice = .external
    package var caFile: String?

    package init(host: String, port: UInt16, username: String, secret: PasswordSource) {
        self.host = host
        self.port = port
        self.username = username
        self.secret = secret
    }
}
