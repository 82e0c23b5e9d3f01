import Hummingbird

/// The part of `/_sim/` that shows and changes distribution groups.
struct GroupRoutes: Sendable {
    let groups: Groups

    func add(to group: RouterGroup<SimulatorContext>) {
        group.get("") { _, _ in ControlJSON.response(await groups.all.map(GroupReport.init)) }
        group.put(":address") { request, context in
            guard let order = await ControlJSON.order(GroupOrder.self, from: request) else {
                let form = "{\"members\": [ADDRESS, …], \"hidden\", \"told\", \"response_code\"}"
                return ControlJSON.problem("expected \(form)")
            }
            let group = order.group(context.address)
            await groups.put(group)
            return ControlJSON.response(GroupReport(group))
        }
        group.delete(":address") { _, context in
            guard await groups.remove(context.address) else {
                return ControlJSON.problem("no such group", status: .notFound)
            }
            return ControlJSON.response(await groups.all.map(GroupReport.init))
        }
    }
}

/// `PUT /_sim/groups/ADDRESS`: makes a group, or replaces it.
private struct GroupOrder: Decodable {
    var members: [String]
    var hidden: Bool?
    /// How many members are told at most.
    var told: Int?
    /// What questions about it are answered with.
    var responseCode: String?

    func group(_ address: String) -> Group {
        Group(
            address: address,
            members: members.map { $0.lowercased() },
            isHidden: hidden ?? false,
            told: told.map { max(0, $0) },
            failure: responseCode.map { MailboxError(code: $0, message: "The simulator was told to fail.") }
        )
    }
}

/// A group as the control interface shows it.
private struct GroupReport: Encodable {
    var address: String
    var members: [String]
    var hidden: Bool
    var told: Int?
    var failure: String?

    init(_ group: Group) {
        address = group.address
        members = group.members
        hidden = group.isHidden
        told = group.told
        failure = group.failure?.code
    }
}
