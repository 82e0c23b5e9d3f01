import Foundation

/// The text of an element as the parser handed it on: UTF-8, references resolved.
struct ElementText {
    let bytes: [UInt8]
    /// The name of the element, for errors.
    let element: String

    /// The text as it stands.
    var string: String { String(decoding: bytes, as: UTF8.self) }

    /// The text without white space around it, as most schema types want it (`whiteSpace` is `collapse`).
    var trimmed: String { String(decoding: trimmedBytes, as: UTF8.self) }

    /// As `trimmed`, without making a string.
    var trimmedBytes: ArraySlice<UInt8> {
        var slice = bytes[...]
        while let first = slice.first, Self.isWhiteSpace(first) { slice.removeFirst() }
        while let last = slice.last, Self.isWhiteSpace(last) { slice.removeLast() }
        return slice
    }

    /// The words of a list type, or of any text.
    var words: [String] {
        bytes.split(whereSeparator: Self.isWhiteSpace).map { String(decoding: $0, as: UTF8.self) }
    }

    /// An `xs:dateTime`; see `EWSDateTime`.
    func dateTime() throws(EWSDecodingError.Reason) -> Date {
        guard let date = EWSDateTime.parse(trimmedBytes) else { throw invalid }
        return date
    }

    /// An `xs:boolean`.
    func boolean() throws(EWSDecodingError.Reason) -> Bool {
        switch trimmed {
        case "true", "1": true
        case "false", "0": false
        default: throw invalid
        }
    }

    /// An identifier that means something to the server alone; 1 to 1,000 bytes, so that it can be kept.
    func identifier() throws(EWSDecodingError.Reason) -> String {
        guard 1...1_000 ~= trimmedBytes.count else { throw invalid }
        return trimmed
    }

    /// As `identifier`, but may be empty, which says as little as an element that is not there.
    func optionalIdentifier() throws(EWSDecodingError.Reason) -> String? {
        trimmedBytes.isEmpty ? nil : try identifier()
    }

    /// A value of an enumeration.
    func value<Value: RawRepresentable>(
        _ type: Value.Type
    ) throws(EWSDecodingError.Reason) -> Value where Value.RawValue == String {
        guard let value = Value(rawValue: trimmed) else { throw invalid }
        return value
    }

    /// The complaint that this text is none of its type, quoting its beginning.
    var invalid: EWSDecodingError.Reason { .invalidValue(element: element, text: String(trimmed.prefix(40))) }

    private static func isWhiteSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    }
}
