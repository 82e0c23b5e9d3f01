import Availability
import ConfigurationFile

/// Reads a configuration with two connectors and these users: one in the file itself, the others in `users.csv`.
/// - Parameter file: the configuration file; that of the users is in the same folder.
func configuration(
    withUsers bytes: [UInt8],
    file: String = "/etc/freebusyd/c.toml"
) throws(ConfigurationErrors) -> Configuration {
    let text = """
        [users]
        file = "users.csv"
        [[user]]
        address = "zoe@example.com"
        extension = "1999"
        [[connector]]
        name = "hq"
        server = "mail.example.com"
        username = "svc@example.com"
        password_credential = "exchange"
        mail_domains = ["example.com"]
        [[connector]]
        name = "branch"
        server = "mail.example.org"
        username = "svc@example.org"
        password_credential = "exchange"
        """
    let folder = file.lastIndex(of: "/").map { String(file[...$0]) } ?? ""
    return try Configuration.parse(
        text: text,
        file: file,
        environment: .fixture(with: ["\(folder)users.csv": bytes])
    )
}

/// The users of `users.csv`, as `address extension display_name on|off connector`, `-` where nothing is known.
func listed(_ configuration: Configuration) -> [String] {
    configuration.users.dropFirst().map { user in
        let words = [user.address.text, user.phoneExtension ?? "-", user.displayName ?? "-"]
        return (words + [user.isEnabled ? "on" : "off", user.connector]).joined(separator: " ")
    }
}
