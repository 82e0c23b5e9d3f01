package import Availability

extension PasswordSource {
    /// How many characters a token has. What is shorter might be guessed; what is longer fits no header of everybody's.
    package static let tokenLength = 32...512

    /// Reads a token of the control API: the first line of the file, without its line end, made of the characters that
    /// RFC 6750 (2.1) gives to tokens.
    ///
    /// - Parameter credentialsDirectory: what `$CREDENTIALS_DIRECTORY` says, if anything.
    package func readToken(credentialsDirectory: String?) throws(TokenError) -> String {
        let text: String
        do throws(PasswordError) {
            text = try readPassword(credentialsDirectory: credentialsDirectory)
        } catch {
            throw TokenError(self, .unreadable(error))
        }
        guard Self.tokenLength.contains(text.utf8.count) else { throw TokenError(self, .length) }
        let isToken = text.utf8.allSatisfy { byte in
            let character = Character(Unicode.Scalar(byte))
            return character.isASCII && (character.isLetter || character.isNumber || "-._~+/=".contains(character))
        }
        guard isToken else { throw TokenError(self, .characters) }
        return text
    }
}

/// A token could not be read, or is none. Never holds any of it.
package struct TokenError: ExplainedError, Hashable {
    /// What stands between the daemon and the token.
    package enum Cause: Hashable, Sendable {
        case unreadable(PasswordError)
        /// Not within ``PasswordSource/tokenLength``.
        case length
        /// Something that no header can carry as a token.
        case characters
    }

    package let source: PasswordSource
    package let cause: Cause

    init(_ source: PasswordSource, _ cause: Cause) {
        self.source = source
        self.cause = cause
    }

    package var diagnosis: Diagnosis {
        let remedy =
            switch source {
            case .file(let path):
                "Make one with `openssl rand -hex 32 >\(path)`. The daemon's user alone must be able to read it."
            case .credential(let name):
                "Hand the credential to the daemon with LoadCredential=\(name):/path/to/file in the unit, the file made "
                    + "with `openssl rand -hex 32`, or use token_file where systemd does not start it."
            }
        return Diagnosis(
            id: "config.token-unreadable",
            summary: "The token in the \(source) \(seen).",
            remedy: remedy
        )
    }

    package var retry: RetryAdvice { .never }

    /// Reads on from the name of a key, as mistakes of the configuration do.
    var objection: Objection {
        Objection("the token in the \(source) \(seen); make one with `openssl rand -hex 32`")
    }

    private var seen: String {
        switch cause {
        case .unreadable(let error): error.seen
        case .length:
            "does not have \(PasswordSource.tokenLength.lowerBound) to \(PasswordSource.tokenLength.upperBound) characters"
        case .characters: "has characters other than letters, digits and -._~+/="
        }
    }
}
