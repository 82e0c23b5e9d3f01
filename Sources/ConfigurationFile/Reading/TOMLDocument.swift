internal import CTOML

/// A place in a file; both count from 1, columns count Unicode code points.
struct Place: Hashable, Comparable, Sendable {
    var line: Int
    var column: Int

    static let start = Place(line: 1, column: 1)

    static func < (left: Place, right: Place) -> Bool { (left.line, left.column) < (right.line, right.column) }
}

/// A value and where it was written.
struct Located<Value> {
    var value: Value
    var place: Place
}

extension Located: Sendable where Value: Sendable {}

/// A value as the file has it.
enum TOMLValue {
    case table(TOMLTable)
    case array([Located<TOMLValue>])
    case string(String)
    case integer(Int64)
    case float(Double)
    case boolean(Bool)
    /// Any of TOML's dates and times; none of our keys takes one.
    case dateTime

    /// How a message names what was found.
    var kind: String {
        switch self {
        case .table: "a table"
        case .array: "an array"
        case .string: "a string"
        case .integer: "an integer"
        case .float: "a float"
        case .boolean: "a boolean"
        case .dateTime: "a date or time"
        }
    }
}

/// A table with the places of its keys.
struct TOMLTable {
    struct Entry {
        var keyPlace: Place
        var value: Located<TOMLValue>
    }

    var entries: [String: Entry] = [:]
    /// Where the table's header begins.
    var place: Place
}

/// The text is no TOML: where, and why in the parser's words.
struct TOMLSyntaxError: Error {
    var place: Place
    var why: String
}

extension TOMLTable {
    /// The root table of a text. Limits: 1 MiB, 16 levels.
    static func parse(_ bytes: [UInt8]) throws(TOMLSyntaxError) -> TOMLTable {
        let document = bytes.withUnsafeBytes { bytes in
            ctoml_parse(bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count)
        }
        guard let document else { throw TOMLSyntaxError(place: .start, why: "memory is short") }
        defer { ctoml_free(document) }
        var place = ctoml_place()
        var why = ctoml_text()
        if ctoml_error(document, &place, &why) {
            throw TOMLSyntaxError(place: Place(place), why: String(why))
        }
        var count = 0
        return NodeTree(UnsafeBufferPointer(start: ctoml_nodes(document, &count), count: count)).root
    }
}

/// Turns the flat list of nodes back into a tree.
private struct NodeTree {
    private let nodes: UnsafeBufferPointer<ctoml_node>
    /// For each node, the indices of what it holds, in order.
    private var children: [[Int]]

    init(_ nodes: UnsafeBufferPointer<ctoml_node>) {
        self.nodes = nodes
        children = Array(repeating: [], count: nodes.count)
        for (index, node) in nodes.enumerated() where node.parent >= 0 { children[Int(node.parent)].append(index) }
    }

    var root: TOMLTable { nodes.isEmpty ? TOMLTable(place: .start) : table(0) }

    private func table(_ index: Int) -> TOMLTable {
        var table = TOMLTable(place: Place(nodes[index].place))
        for child in children[index] {
            let key = String(nodes[child].key)
            table.entries[key] = TOMLTable.Entry(keyPlace: Place(nodes[child].key_place), value: located(child))
        }
        return table
    }

    private func located(_ index: Int) -> Located<TOMLValue> {
        Located(value: value(index), place: Place(nodes[index].place))
    }

    private func value(_ index: Int) -> TOMLValue {
        let node = nodes[index]
        return switch node.kind {
        case ctoml_table: .table(table(index))
        case ctoml_array: .array(children[index].map(located))
        case ctoml_string: .string(String(node.string))
        case ctoml_integer: .integer(node.integer)
        case ctoml_float: .float(node.floating)
        case ctoml_boolean: .boolean(node.boolean)
        default: .dateTime
        }
    }
}

extension Place {
    fileprivate init(_ place: ctoml_place) {
        self.init(line: Int(place.line), column: Int(place.column))
    }
}

extension String {
    fileprivate init(_ text: ctoml_text) {
        self.init(decoding: UnsafeRawBufferPointer(start: text.bytes, count: text.length), as: UTF8.self)
    }
}
