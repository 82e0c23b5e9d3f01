/// Finds what somebody meant who wrote something that does not exist.
enum Spelling {
    /// `; did you mean "…"?` for the known word closest to `word`, or nothing where none is close.
    static func hint(for word: String, among known: [String]) -> String {
        closest(to: word, among: known).map { "; did you mean \"\($0)\"?" } ?? ""
    }

    /// The known word with the fewest slips from `word`: at most one for each three letters of the known word. Where none
    /// is as close, one that begins with it.
    static func closest(to word: String, among known: [String]) -> String? {
        let written = folded(word)
        // Far longer words are no misspellings, and comparing them would cost time.
        guard written.count <= 64 else { return nil }
        let near = known.map { (word: $0, slips: distance(written, folded($0))) }
            .filter { $0.slips <= max(1, $0.word.count / 3) }
        if let nearest = near.min(by: { $0.slips < $1.slips }) { return nearest.word }
        // Or the first whose end was left out: `keytab` for `keytab_file`.
        return written.count < 4 ? nil : known.first { folded($0).starts(with: written + ["_"]) }
    }

    /// Letter case and `-` for `_` are no slips.
    private static func folded(_ word: String) -> [Character] {
        word.lowercased().map { $0 == "-" ? "_" : $0 }
    }

    /// How many letters must be inserted, removed, replaced or swapped with their neighbour to get from one word to
    /// the other (the optimal string alignment distance).
    static func distance(_ left: [Character], _ right: [Character]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for row in left.indices {
            var current = [row + 1]
            for column in right.indices {
                var best = min(last[column + 1] + 1, current[column] + 1)
                best = min(best, last[column] + (left[row] == right[column] ? 0 : 1))
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    best = min(best, beforeLast[column - 1] + 1)
                }
                current.append(best)
            }
            (beforeLast, last) = (last, current)
        }
        return last[right.count]
    }
}
