package import Availability
import Foundation

/// What is wrong with the wording of a diagnosis; empty where it can be printed as `summary remedy` in one line.
package func flaws(in diagnosis: Diagnosis) -> [String] {
    var flaws: [String] = []
    for text in [diagnosis.summary, diagnosis.remedy] {
        if text.first?.isUppercase != true { flaws.append("does not begin with a capital letter: \(text)") }
        if text.last.map({ ".?".contains($0) }) != true { flaws.append("does not end as a sentence: \(text)") }
        if text.contains(where: \.isNewline) { flaws.append("is more than one line: \(text)") }
        // With a space behind each, the slips of joining are told from paths such as `../folder`.
        for slip in [".. ", "…. ", "?. ", " . ", ":. ", "  "] where "\(text) ".contains(slip) {
            flaws.append("holds “\(slip)”: \(text)")
        }
    }
    return flaws
}
