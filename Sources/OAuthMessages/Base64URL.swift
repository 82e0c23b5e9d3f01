import Foundation

/// Base64 with the alphabet of URLs and without padding (<https://www.rfc-editor.org/rfc/rfc7515#section-2>).
enum Base64URL {
    static func encoded(_ bytes: some Sequence<UInt8>) -> String {
        String(
            Data(bytes).base64EncodedString().compactMap { character -> Character? in
                switch character {
                case "+": "-"
                case "/": "_"
                case "=": nil
                default: character
                }
            }
        )
    }
}
