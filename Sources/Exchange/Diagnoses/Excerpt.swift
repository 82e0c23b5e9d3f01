/// Text from outside in a sentence of ours: one line of at most 200 characters, never a control character.
///
/// Where it would end the sentence it goes in brackets or quotation marks: nobody knows how it ends itself.
func excerpt(_ text: String) -> String {
    let line = text.unicodeScalars.map { scalar -> Character in
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: " "
        default: Character(scalar)
        }
    }
    return line.count > 200 ? String(line.prefix(200)) + "…" : String(line)
}
