import Availability
import ControlAPI
import Store

extension GroupReport {
    /// - Parameter record: what is stored of the group; `nil` before the first answer.
    init(_ group: UserGroup, record: GroupRecord?) {
        self.init(
            address: group.address.text,
            connector: group.connector,
            users: record?.members ?? 0,
            leftOut: record?.leftOut ?? 0,
            lastRefreshedAt: record?.refreshedAt,
            lastError: record?.failure.map(ErrorReport.init)
        )
    }
}
