/// The header of a users file: what separates the fields, and which of them is what.
struct UserColumns {
    /// Spreadsheets write a semicolon where the comma is for decimals, and a tab on demand.
    private static let separators = [",", ";", "\t"].map(UInt8.init(ascii:))

    /// How many fields each line has.
    let count: Int
    /// Columns that mean nothing here, with what is to be told of them.
    let unknown: [Located<Objection>]

    private let indices: [UserKey: Int]

    /// Reads the header, and makes a reader that stands behind it.
    ///
    /// The separator is the one that shows the most names of columns, and with as many the one that shows the most
    /// fields.
    static func read(_ text: [UInt8], of path: String) throws(Objection) -> (columns: UserColumns, lines: CSVReader) {
        var best: (fields: [Located<String>], lines: CSVReader, rank: (Int, Int))?
        var broken: Located<Objection>?
        for separator in separators {
            var reader = CSVReader(text, separator: separator)
            switch reader.next()?.content {
            case .fields(let fields):
                let rank = (fields.count { key(of: $0.value) != nil }, fields.count)
                if best.map({ $0.rank < rank }) ?? true { best = (fields, reader, rank) }
            case .broken(let fault):
                // The right separator gets furthest.
                if broken.map({ $0.place < fault.place }) ?? true { broken = fault }
            case nil:
                throw Objection("\"\(path)\" is empty; its first line must name the columns \(names)")
            }
        }
        guard let best else {
            let place = broken.map { "line \($0.place.line), column \($0.place.column)" } ?? "its first line"
            let why = broken?.value.message ?? "it cannot be read"
            throw Objection("\"\(path)\" has a broken header, in \(place): \(why)")
        }
        return (try UserColumns(best.fields, of: path), best.lines)
    }

    private init(_ header: [Located<String>], of path: String) throws(Objection) {
        var indices: [UserKey: Int] = [:]
        var unknown: [Located<Objection>] = []
        for (index, field) in header.enumerated() {
            guard let key = Self.key(of: field.value) else {
                let hint = Spelling.hint(for: field.value, among: UserKey.names)
                let objection = Objection("unknown column \"\(field.value)\", which is ignored\(hint)")
                unknown.append(Located(value: objection, place: field.place))
                continue
            }
            guard indices.updateValue(index, forKey: key) == nil else {
                throw Objection("\"\(path)\" has two columns \(key.rawValue)")
            }
        }
        guard indices[.address] != nil else {
            let misspelt = header.first { Spelling.closest(to: $0.value, among: UserKey.names) == "address" }
            let found = misspelt.map { "; is \"\($0.value)\" meant for it?" } ?? "; its first line must name it"
            throw Objection("\"\(path)\" has no column address\(found)")
        }
        count = header.count
        self.unknown = unknown
        self.indices = indices
    }

    /// The field of a line that is in a column; `nil` where the file does not have the column.
    func field<Field>(_ key: UserKey, of fields: [Field]) -> Field? { indices[key].map { fields[$0] } }

    /// The column of this name; letter case and spaces around it do not matter.
    private static func key(of name: String) -> UserKey? { UserKey(rawValue: UserLine.trimmed(name).lowercased()) }

    private static let names = UserKey.names.joined(separator: ",")
}
