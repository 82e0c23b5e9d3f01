import Availability
import ControlAPI
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import ServiceLifecycle
import Store

/// The control API: every route of version 1 and what answers it.
struct ControlRoutes: Sendable {
    /// The largest body that is read, in bytes: `force` with every user named.
    static let largestBody = 4 << 20

    let integration: Integration
    let directory: ControlDirectory
    let feed: PresenceFeed
    let scrape: Scrape
    let eventLog: EventLog
    let policy: AccessPolicy

    /// - Parameter entrance: the way by which requests come.
    func router(for entrance: Entrance) -> Router<ControlContext> {
        let router = Router(context: ControlContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: ProblemMiddleware())
        router.add(middleware: AccessMiddleware(entrance: entrance, policy: policy))
        let v1 = router.group("v1")
        v1.serve("status", [.get: { _, _ in try ControlResponse.json(try await status()) }])
        v1.serve("users", [.get: { _, _ in try await users() }])
        v1.serve("users/{user}", [.get: { try await user($0, $1) }])
        v1.serve(
            "users/{user}/override",
            [.put: { try await setOverride($0, $1) }, .delete: { try await clearOverride($0, $1) }]
        )
        v1.serve("users/{user}/enabled", [.put: { try await switchUser($0, $1) }])
        v1.serve("connectors/{connector}/enabled", [.put: { try await switchConnector($0, $1) }])
        v1.serve("enabled", [.put: { request, _ in try await switchIntegration(request) }])
        v1.serve("force", [.post: { request, _ in try await force(request) }])
        v1.serve("hooks", [.get: { _, _ in try await hooks() }])
        v1.serve("hooks/resend", [.post: { _, _ in try await resend(nil) }])
        v1.serve("hooks/{hook}/resend", [.post: { try await resend(try parameter("hook", of: $1)) }])
        v1.serve("log", [.get: { request, _ in try await log(request) }])
        v1.serve("presence-stream", [.get: { request, _ in try await presenceStream(request) }])
        router.group().serve("metrics", [.get: { _, _ in await metrics() }])
        let routes = router.routes.map { (path: $0.path.description, method: $0.method) }
        router.add(middleware: WrongMethodMiddleware(routes: RouteList(routes)))
        return router
    }

    private func status() async throws -> StatusReply {
        try await integration.status()
    }

    /// The list is written page by page, so that ten thousand users need no more memory than five hundred.
    private func users() async throws -> Response {
        let rules = await integration.rules
        return Response(
            status: .ok,
            headers: [.contentType: "application/json"],
            body: ResponseBody { writer in
                try await writer.write(ByteBuffer(string: "["))
                var isFirst = true
                try await pages(rules: rules) { page in
                    var buffer = ByteBuffer()
                    for summary in page {
                        if !isFirst { buffer.writeString(",") }
                        isFirst = false
                        buffer.writeBytes(try ControlJSON.encode(summary))
                    }
                    try await writer.write(buffer)
                }
                try await writer.write(ByteBuffer(string: "]"))
                try await writer.finish(nil)
            }
        )
    }

    private func user(_ request: Request, _ context: some RequestContext) async throws -> Response {
        let time = try request.uri.queryParameters["at"].map { text in
            let text = String(text)
            guard let time = try? Date(text, strategy: .iso8601) else { throw ControlProblem.badTime(text) }
            return time
        }
        let zone = try zone(of: request)
        return try ControlResponse.json(try await detail(of: try user(in: context), at: time, zone: zone))
    }

    /// The user that the path names, by address or extension.
    func user(in context: some RequestContext) throws -> String {
        try parameter("user", of: context)
    }

    /// What stands in the path at this place.
    func parameter(_ name: String, of context: some RequestContext) throws -> String {
        let text = try context.parameters.require(name)
        return text.removingPercentEncoding ?? text
    }

    /// The zone in which whoever asks wants to be told times.
    func zone(of request: Request) throws -> TimeZone {
        guard let text = request.uri.queryParameters["zone"].map(String.init) else { return .gmt }
        guard let zone = TimeZone(identifier: text) else { throw ControlProblem.badZone(text) }
        return zone
    }

    /// All that is known of a user, now or at `time`.
    func detail(of text: String, at time: Date?, zone: TimeZone) async throws -> UserDetail {
        let record = try await directory.find(text)
        let rules = await integration.rules
        return UserDetail(
            record,
            subscription: await integration.subscription(of: record.user.address),
            search: try await directory.database.search(for: record.user.address),
            switchedOff: await integration.switchedOff(record.user),
            rules: rules,
            at: time,
            now: directory.clock.now,
            zone: zone
        )
    }

    private func force(_ request: Request) async throws -> Response {
        let body = try await request.body.collect(upTo: Self.largestBody)
        var wanted = ForceRequest()
        if body.readableBytes > 0 {
            do {
                wanted = try ControlJSON.decode(from: Data(body.readableBytesView))
            } catch {
                throw ControlProblem.badBody(
                    "The body is no list of users.",
                    form: #"{"users": ["ADDRESS", …]}, or no body"#
                )
            }
        }
        let names = wanted.users ?? []
        let addresses = try await directory.addresses(of: names)
        let progress = try await integration.force(names.isEmpty ? nil : addresses)
        return ControlResponse.lines(progress.map { ForceLine($0) })
    }

    /// All users, page by page.
    func pages(
        rules: PresenceRules,
        _ write: ([ControlAPI.UserSummary]) async throws -> Void
    ) async throws {
        let now = directory.clock.now
        var last: MailboxAddress?
        while true {
            let page = try await directory.page(after: last)
            if !page.isEmpty { try await write(page.map { ControlAPI.UserSummary($0, rules: rules, now: now) }) }
            guard page.count == ControlDirectory.pageSize else { return }
            last = page.last?.user.address
        }
    }
}
