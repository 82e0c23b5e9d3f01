package import Availability

extension ConfigurationMistake {
    /// The mistake with its place, and what to do about it.
    package var explanation: Diagnosis {
        Diagnosis(
            id: diagnosis,
            summary: ConfigurationErrors.ended(description),
            remedy: ConfigurationErrors.remedy(of: diagnosis)
        )
    }
}
