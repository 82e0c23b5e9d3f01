internal import Availability

/// One line of a users file, read field by field. Whatever is wrong is noted and comes back as `nil`, as does an empty
/// field.
struct UserLine {
    /// Where the line begins.
    let place: Place
    /// All that is wrong with the line.
    private(set) var faults: [Located<Objection>] = []

    private let fields: [Located<String>]
    private let columns: UserColumns

    init(_ fields: [Located<String>], at place: Place, _ columns: UserColumns) {
        self.fields = fields.map { Located(value: Self.trimmed($0.value), place: $0.place) }
        self.place = place
        self.columns = columns
        if fields.count != columns.count {
            let numbers = "\(fields.count) here, but \(columns.count) in the header"
            note(Objection("the number of fields is \(numbers)"), at: place)
        }
    }

    /// Notes what is wrong with the line as a whole.
    mutating func note(_ objection: Objection, at place: Place) {
        faults.append(Located(value: objection, place: place))
    }

    /// What `convert` makes of a field, without the spaces around it.
    mutating func value<Value>(_ key: UserKey, _ convert: (String) throws(Objection) -> Value?) -> Value? {
        // Which field is which, nobody can tell then.
        guard fields.count == columns.count, let field = columns.field(key, of: fields) else { return nil }
        guard !field.value.isEmpty else {
            if key == .address { note(Objection("address: nothing is written here"), at: field.place) }
            return nil
        }
        do throws(Objection) {
            return try convert(field.value)
        } catch {
            note(Objection("\(key.rawValue): \(error.message)"), at: field.place)
            return nil
        }
    }

    /// Whether nothing is written in any field.
    var isBlank: Bool { fields.allSatisfy(\.value.isEmpty) }

    /// Whether something is written in a column.
    func has(_ key: UserKey) -> Bool {
        fields.count == columns.count && columns.field(key, of: fields)?.value.isEmpty == false
    }

    /// A text without spaces and tabs around it. RFC 4180 leaves them to the field, but they mean nothing in any of ours.
    static func trimmed(_ text: String) -> String {
        let scalars = text.unicodeScalars
        guard let first = scalars.firstIndex(where: { !isSpace($0) }) else { return "" }
        guard let last = scalars.lastIndex(where: { !isSpace($0) }) else { return "" }
        return first == scalars.startIndex && scalars.index(after: last) == scalars.endIndex
            ? text : String(scalars[first...last])
    }

    private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        scalar.isASCII ? scalar == " " || scalar == "\t" : scalar.properties.generalCategory == .spaceSeparator
    }
}
