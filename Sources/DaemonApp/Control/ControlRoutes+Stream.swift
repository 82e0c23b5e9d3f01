import ControlAPI
import HTTPTypes
import Hummingbird
import NIOCore
import ServiceLifecycle

/// Changes of presence as they happen.
extension ControlRoutes {
    /// First the whole state in events `state` of up to 500 users each, ended by an event `live`; then every change in
    /// an event `presence`. Who shows by `Last-Event-ID` which change he saw last gets `live` and those behind it, as
    /// long as they are all known.
    ///
    /// The place in the row of changes is taken before the state is read, so nothing falls between them; a change from
    /// that time comes after the state, and may already be part of it. `live` carries the id of that place; `state` has
    /// none, so that who loses the connection in the middle of it is not taken for one who has seen it all.
    func presenceStream(_ request: Request) async throws -> Response {
        let rules = await integration.rules
        let watch = feed.watch(after: StreamPosition(request.headers))
        return Response(
            status: .ok,
            headers: [.contentType: ServerSentEvent.mediaType],
            body: ResponseBody { writer in
                var mark = LiveMark(users: 0, resumed: watch.isResumed)
                if !watch.isResumed {
                    try await pages(rules: rules) { page in
                        mark.users += page.count
                        try await writer.write(ServerSentEvent.event("state", data: page))
                    }
                }
                try await writer.write(ServerSentEvent.event("live", id: "\(watch.start)", data: mark))
                try await follow(watch, &writer)
                try await writer.finish(nil)
            }
        )
    }

    /// Writes every change behind the place of `watch`, until the feed is closed or has no longer all that is due: who
    /// takes so slowly comes back and gets the whole state.
    private func follow(_ watch: PresenceFeed.Watch, _ writer: inout some ResponseBodyWriter) async throws {
        var position = watch.start
        for await _ in watch.signals.cancelOnGracefulShutdown() {
            guard var changes = feed.changes(after: position) else { return }
            // Nothing happened for a while; writing something shows whether the other end is still there.
            if changes.isEmpty { try await writer.write(ServerSentEvent.comment) }
            while !changes.isEmpty {
                for event in changes {
                    position.number += 1
                    let change = PresenceChange(event)
                    try await writer.write(ServerSentEvent.event("presence", id: "\(position)", data: change))
                }
                guard let more = feed.changes(after: position) else { return }
                changes = more
            }
        }
    }
}

extension StreamPosition {
    /// What a client of server-sent events shows when it comes back
    /// (https://html.spec.whatwg.org/multipage/server-sent-events.html#the-last-event-id-header).
    fileprivate init?(_ headers: HTTPFields) {
        guard let field = headers.first(where: { $0.name.canonicalName == "last-event-id" }) else { return nil }
        self.init(field.value)
    }
}
