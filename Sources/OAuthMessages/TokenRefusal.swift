import Foundation

/// An authority's answer without a token (<https://www.rfc-editor.org/rfc/rfc6749#section-5.2>).
package struct TokenRefusal: Hashable, Sendable {
    /// Such as `invalid_client`; at most 60 characters.
    package let error: String
    /// What the authority says for people, its first line, at most 300 characters.
    package let description: String?
    /// The number behind `AADSTS`, which tells apart what shares an `error`
    /// (<https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes>). Microsoft asks programs not to
    /// depend on these numbers: they choose the words that an administrator reads, and nothing else.
    package let number: Int?

    /// `nil` where the body is no such answer.
    package init?(decoding body: [UInt8]) {
        guard body.count <= TokenGrant.largest,
            let fields = try? JSONDecoder().decode(Fields.self, from: Data(body)), !fields.error.isEmpty
        else { return nil }
        error = Self.line(fields.error, upTo: 60)
        let description = fields.description.map { Self.line($0, upTo: 300) } ?? ""
        self.description = description.isEmpty ? nil : description
        number = Self.number(in: description)
    }

    private struct Fields: Decodable {
        var error: String
        var description: String?

        enum CodingKeys: String, CodingKey {
            case error
            case description = "error_description"
        }
    }

    /// What comes after the first line is for Microsoft: ids of the trace, and the time.
    private static func line(_ text: String, upTo limit: Int) -> String {
        let scalars = text.unicodeScalars.prefix { !$0.properties.isLineEnd }.prefix(limit)
        let words = String(String.UnicodeScalarView(scalars))
        // Older answers have all of it in one line.
        let end = words.range(of: "Trace ID:")?.lowerBound ?? words.endIndex
        return words[..<end].trimmingCharacters(in: .whitespaces)
    }

    private static func number(in description: String) -> Int? {
        guard let start = description.range(of: "AADSTS")?.upperBound else { return nil }
        return Int(description[start...].prefix { $0.isASCII && $0.isNumber }.prefix(9))
    }
}

extension Unicode.Scalar.Properties {
    fileprivate var isLineEnd: Bool {
        switch generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}
