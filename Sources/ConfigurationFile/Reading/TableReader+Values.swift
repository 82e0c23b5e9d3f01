internal import Foundation

/// The kinds of values that keys take.
extension TableReader {
    func boolean(_ key: Key) -> Bool? {
        value(key, "true or false") { if case .boolean(let flag) = $0 { flag } else { nil } }?.value
    }

    func integer(_ key: Key, in range: ClosedRange<Int>) -> Int? {
        let raw = value(key, "an integer") { if case .integer(let number) = $0 { number } else { nil } }
        return raw.flatMap { raw in
            converted(key, raw) { (number) throws(Objection) in
                guard let number = Int(exactly: number), range.contains(number) else {
                    throw Objection("\(number) is out of range, expected \(range.lowerBound) to \(range.upperBound)")
                }
                return number
            }?.value
        }
    }

    /// A string as `convert` makes something of it.
    func text<Value>(
        _ key: Key,
        expecting expected: String = "a string",
        _ convert: (String) throws(Objection) -> Value
    ) -> Located<Value>? {
        let raw = value(key, expected) { if case .string(let text) = $0 { text } else { nil } }
        return raw.flatMap { converted(key, $0, convert) }
    }

    /// In seconds.
    func duration(_ key: Key, in range: ClosedRange<TimeInterval>) -> TimeInterval? {
        text(key, expecting: DurationText.model) { (text) throws(Objection) in
            try DurationText.seconds(text, in: range)
        }?.value
    }

    /// In seconds; `nil` within where the file says `"never"`.
    func durationOrNever(_ key: Key, in range: ClosedRange<TimeInterval>) -> TimeInterval?? {
        text(key, expecting: DurationText.modelOrNever) { (text) throws(Objection) in
            try DurationText.secondsOrNever(text, in: range)
        }?.value
    }

    /// A length of time that can only be told in whole minutes.
    func minutes(_ key: Key, in range: ClosedRange<Int>) -> Int? {
        let seconds = TimeInterval(range.lowerBound * 60)...TimeInterval(range.upperBound * 60)
        return text(key, expecting: DurationText.model) { (text) throws(Objection) in
            let length = try DurationText.seconds(text, in: seconds)
            guard length.truncatingRemainder(dividingBy: 60) == 0 else {
                throw Objection("\"\(text)\" has seconds beside its minutes; leave them out")
            }
            return Int(length / 60)
        }?.value
    }

    /// One of the raw values of `Value`.
    /// - Parameter later: words that the interface has but this version cannot do.
    func choice<Value: RawRepresentable<String> & CaseIterable>(_ key: Key, later: [String] = []) -> Value? {
        let words = Value.allCases.map(\.rawValue)
        let list = words.joined(separator: ", ")
        return text(key, expecting: "one of \(list)") { (text) throws(Objection) in
            if let value = Value(rawValue: text) { return value }
            if later.contains(text) {
                throw Objection("\"\(text)\" is not supported in this version, only \(list)")
            }
            throw Objection("\"\(text)\" is not one of \(list)\(Spelling.hint(for: text, among: words + later))")
        }?.value
    }

    /// An array of strings as `convert` makes something of each. `nil` where any of them is wrong.
    func texts<Value>(
        _ key: Key,
        _ convert: (String) throws(Objection) -> Value
    ) -> [Located<Value>]? {
        let raw = value(key, "an array of strings") { if case .array(let elements) = $0 { elements } else { nil } }
        guard let elements = raw?.value else { return nil }
        let values = elements.compactMap { element -> Located<Value>? in
            guard case .string(let text) = element.value else {
                mistakes.note("\(key.rawValue): expected a string, found \(element.value.kind)", at: element.place)
                return nil
            }
            return converted(key, Located(value: text, place: element.place), convert)
        }
        return values.count == elements.count ? values : nil
    }

    /// A table of its own, such as `[scan]`; one without keys where the file does not have it.
    func table<Inner: TableKey>(_ key: Key, of _: Inner.Type) -> TableReader<Inner> {
        let table = value(key, "the table \(Inner.table)") { if case .table(let table) = $0 { table } else { nil } }
        return TableReader<Inner>(table?.value ?? TOMLTable(place: .start), mistakes: mistakes)
    }

    /// Every table of an array of tables, such as `[[user]]`, in the order of the file.
    func tables<Inner: TableKey>(_ key: Key, of _: Inner.Type) -> [TableReader<Inner>] {
        let array = value(key, "an array of tables, each headed \(Inner.table)") {
            if case .array(let elements) = $0 { elements } else { nil }
        }
        return (array?.value ?? []).compactMap { element in
            guard case .table(let table) = element.value else {
                mistakes.note("expected a table headed \(Inner.table), found \(element.value.kind)", at: element.place)
                return nil
            }
            return TableReader<Inner>(table, mistakes: mistakes)
        }
    }
}
