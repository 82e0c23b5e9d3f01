import Availability

/// What can be wrong with a distribution group, while others can be expanded.
extension Diagnosis {
    static func groupNotFound(_ group: String) -> Diagnosis {
        Diagnosis(
            id: "group.not-found",
            summary: "The server knows no distribution group \(group), or hides it.",
            remedy: "Correct the address in [[user_group]], and show the group in address lists (Set-DistributionGroup "
                + "\(group) -HiddenFromAddressListsEnabled $false): hidden ones cannot be expanded."
        )
    }

    static func groupAmbiguous(_ group: String) -> Diagnosis {
        Diagnosis(
            id: "group.ambiguous",
            summary: "The address \(group) fits several entries of the server's directory.",
            remedy: "Use the primary SMTP address of the group in [[user_group]], and look for others that have it "
                + "too (Get-Recipient \(group))."
        )
    }

    static func groupDenied(_ group: String, user: String) -> Diagnosis {
        Diagnosis(
            id: "group.no-access",
            summary: "The server does not tell \(excerpt(user)) the members of \(group).",
            remedy: "Let the account see the group in its address lists (its address book policy, "
                + "Get-AddressBookPolicy) and read the members of it in Active Directory."
        )
    }

    static func groupIncomplete(_ group: String, told count: Int) -> Diagnosis {
        Diagnosis(
            id: "group.incomplete",
            summary: "The server told a part of the members of \(group), \(count) in number, and there is no way to "
                + "ask for the others.",
            remedy: "Divide the group into smaller ones and put those into it, or name them in [[user_group]]."
        )
    }
}
