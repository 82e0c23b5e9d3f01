package import Availability
internal import Foundation

/// How the key that signs webhooks is written: `whsec_` and the base64 of 24 to 64 random bytes
/// (<https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#signature-scheme>).
enum SigningKeyText {
    private static let prefix = "whsec_"
    private static let lengths = 24...64

    /// The bytes of the key; `nil` where the text is none.
    static func key(_ text: String) -> [UInt8]? {
        guard text.hasPrefix(prefix), let bytes = Data(base64Encoded: String(text.dropFirst(prefix.count))),
            lengths.contains(bytes.count)
        else { return nil }
        return Array(bytes)
    }
}

extension PasswordSource {
    /// Reads the key that signs webhooks: the first line of the file, without its line end.
    ///
    /// - Parameter credentialsDirectory: what `$CREDENTIALS_DIRECTORY` says, if anything.
    /// - Returns: 24 to 64 bytes, to be shown to nobody.
    package func readSigningKey(credentialsDirectory: String?) throws(SigningKeyError) -> [UInt8] {
        let text: String
        do throws(PasswordError) {
            text = try readPassword(credentialsDirectory: credentialsDirectory)
        } catch {
            throw SigningKeyError(self, .unreadable(error))
        }
        guard let key = SigningKeyText.key(text) else { throw SigningKeyError(self, .malformed) }
        return key
    }
}

/// A key that signs webhooks could not be read, or is none. Never holds any of it.
package struct SigningKeyError: ExplainedError, Hashable {
    /// What stands between the daemon and the key.
    package enum Cause: Hashable, Sendable {
        case unreadable(PasswordError)
        /// Not `whsec_` and the base64 of 24 to 64 bytes.
        case malformed
    }

    package let source: PasswordSource
    package let cause: Cause

    init(_ source: PasswordSource, _ cause: Cause) {
        self.source = source
        self.cause = cause
    }

    package var diagnosis: Diagnosis {
        let making = "made with `\(Self.recipe)` and given to the receiver as well"
        let remedy =
            switch source {
            case .file(let path):
                "Write a key into \(path), \(making). The daemon's user alone must be able to read it."
            case .credential(let name):
                "Hand the credential to the daemon with LoadCredential=\(name):/path/to/file in the unit, the key in the "
                    + "file \(making), or use secret_file where systemd does not start it."
            }
        return Diagnosis(
            id: "config.signing-key-unreadable",
            summary: "The signing key in the \(source) \(seen).",
            remedy: remedy
        )
    }

    package var retry: RetryAdvice { .never }

    /// Reads on from the name of a key, as mistakes of the configuration do.
    var objection: Objection { Objection("the signing key in the \(source) \(seen); make one with `\(Self.recipe)`") }

    private var seen: String {
        switch cause {
        case .unreadable(let error): error.seen
        case .malformed: "is not whsec_ and the base64 of 24 to 64 bytes"
        }
    }

    private static let recipe = "echo whsec_$(openssl rand -base64 32)"
}
