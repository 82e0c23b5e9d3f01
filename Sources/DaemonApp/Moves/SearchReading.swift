import Availability

/// One going round of the connectors with questions for mailboxes.
///
/// A connector that cannot be asked for one mailbox is not asked for the others: each would cost another time limit.
struct SearchReading {
    private let sources: [String: any CalendarSource]
    private let window: TimeWindow
    private var silent: Set<String> = []

    /// - Parameters:
    ///   - sources: of the connectors that run.
    ///   - window: the stretch of a calendar that is read to see whether it can be.
    init(_ sources: [any CalendarSource], window: TimeWindow) {
        self.sources = Dictionary(sources.map { ($0.name, $0) }) { first, _ in first }
        self.window = window
    }

    /// Asks one connector after the other, until one can read the mailbox.
    mutating func answers(to question: SearchPlan.Question) async -> [String: SearchPlan.Answer] {
        var answers: [String: SearchPlan.Answer] = [:]
        for name in question.connectors {
            let answer = await answer(of: name, on: question.absence.mailbox)
            answers[name] = answer
            if answer == .reads { break }
        }
        return answers
    }

    private mutating func answer(of connector: String, on mailbox: MailboxAddress) async -> SearchPlan.Answer {
        guard let source = sources[connector], !silent.contains(connector) else { return .silent }
        do throws(SourceFailure) {
            if case .failure(let failure)? = try await source.readBusyTimes(of: [mailbox], within: window).first {
                return .refuses(failure.diagnosis.id)
            }
        } catch {
            if error.isOfRequest { return .refuses(error.diagnosis.id) }
            silent.insert(connector)
            return .silent
        }
        // One side of a hybrid organisation may tell the busy times of the other; the automatic reply shows whose it is.
        do throws(SourceFailure) {
            let reading = try await source.readAutomaticReply(of: mailbox)
            if case .failure(let failure) = reading, failure.diagnosis.isAbsence {
                return .refuses(failure.diagnosis.id)
            }
            return .reads
        } catch {
            return error.diagnosis.isAbsence ? .refuses(error.diagnosis.id) : .reads
        }
    }
}
