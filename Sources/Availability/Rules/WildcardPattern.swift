/// A pattern in which `*` stands for any number of characters, also none, and `?` for exactly one. All others stand for
/// themselves, and the whole text must match.
struct WildcardPattern {
    private let pattern: [Character]

    init(_ pattern: String) {
        self.pattern = Array(pattern)
    }

    /// Takes at most as many steps as text and pattern have characters, multiplied: of all the stars only the last one
    /// met is ever tried again, since a longer share for an earlier one could not match anything more.
    func matches(_ text: String) -> Bool {
        let text = Array(text)
        var (place, reached) = (0, 0)
        var star: (place: Int, reached: Int)?
        while reached < text.count {
            if place < pattern.count, pattern[place] == "*" {
                star = (place, reached)
                place += 1
            } else if place < pattern.count, pattern[place] == "?" || pattern[place] == text[reached] {
                place += 1
                reached += 1
            } else if let last = star {
                star = (last.place, last.reached + 1)
                place = last.place + 1
                reached = last.reached + 1
            } else {
                return false
            }
        }
        return pattern[place...].allSatisfy { $0 == "*" }
    }
}
