import Hummingbird

/// The part of `/_sim/` that shows and changes what stands in calendars. Ids travel in the body: those of calendar files
/// hold slashes.
struct CalendarRoutes: Sendable {
    let mailboxes: Mailboxes
    let diary: Diary

    func add(to group: RouterGroup<SimulatorContext>) {
        addMany(to: group)
        addOne(to: group.group("/mailboxes/:address"))
    }

    /// All mailboxes in one request.
    private func addMany(to group: RouterGroup<SimulatorContext>) {
        group.post("changes") { request, _ in
            guard let orders = await ControlJSON.order([ChangeOrder].self, from: request) else {
                return ControlJSON.problem("expected [{\"user\", \"do\": book, move or cancel, \"id\", \"start\", …}]")
            }
            return await change(orders)
        }
        group.get("truth") { request, _ in
            await inWindow(of: request) { window in
                var truth: [String: [BusyIntervalReport]] = [:]
                for (address, occurrences) in await mailboxes.occurrences(in: window) {
                    truth[address] = occurrences.map(BusyIntervalReport.init)
                }
                return ControlJSON.response(truth)
            }
        }
    }

    private func addOne(to group: RouterGroup<SimulatorContext>) {
        group.get("appointments") { request, context in
            await occurrences(request, context) { $0.map(AppointmentReport.init) }
        }
        group.get("truth") { request, context in
            await occurrences(request, context) { $0.map(BusyIntervalReport.init) }
        }
        group.post("appointments") { request, context in
            guard let order = await ControlJSON.order(BookingOrder.self, from: request) else {
                return ControlJSON.problem("expected {\"start\", \"end\", \"busy_type\", \"subject\", …}")
            }
            return await changed(try await diary.book(order, for: context.address))
        }
        group.post("appointments/move") { request, context in
            guard let order = await ControlJSON.order(MoveOrder.self, from: request) else {
                return ControlJSON.problem("expected {\"id\", \"start\", \"end\"}")
            }
            return await changed(try await diary.move(order, of: context.address))
        }
        group.post("appointments/cancel") { request, context in
            guard let order = await ControlJSON.order(CancelOrder.self, from: request) else {
                return ControlJSON.problem("expected {\"id\"}")
            }
            return await changed(await diary.cancel(order, of: context.address))
        }
    }

    /// One after another, up to the first that cannot be done.
    private func change(_ orders: [ChangeOrder]) async -> Response {
        var ids: [String] = []
        for order in orders {
            do throws(ControlMistake) {
                ids.append(try await order.carryOut(in: diary).id)
            } catch {
                let report = ChangesReport(ids: ids, problem: "change \(ids.count + 1): \(error.description)")
                return ControlJSON.response(report, status: .badRequest)
            }
        }
        return ControlJSON.response(ChangesReport(ids: ids))
    }

    /// Shows the appointment that was changed.
    private func changed(_ change: @autoclosure () async throws(ControlMistake) -> Occurrence?) async -> Response {
        do throws(ControlMistake) {
            guard let occurrence = try await change() else {
                return ControlJSON.problem("no such mailbox or appointment", status: .notFound)
            }
            return ControlJSON.response(AppointmentReport(occurrence))
        } catch {
            return ControlJSON.problem(error.description)
        }
    }

    private func occurrences(
        _ request: Request,
        _ context: SimulatorContext,
        show: ([Occurrence]) -> some Encodable
    ) async -> Response {
        await inWindow(of: request) { window in
            guard let all = await mailboxes.occurrences(of: context.address, in: window) else {
                return ControlJSON.noSuchMailbox
            }
            return ControlJSON.response(show(all))
        }
    }

    /// The window is `?from=…&until=…`, by default the coming seven days; `to` means the same as `until`.
    private func inWindow(of request: Request, _ answer: (Range<Instant>) async -> Response) async -> Response {
        let parameters = request.uri.queryParameters
        do throws(ControlMistake) {
            let from = try ControlTime.instant(parameters["from"].map(String.init) ?? "+0s", now: diary.now())
            let end = parameters["until"] ?? parameters["to"]
            let until = try ControlTime.instant(end.map(String.init) ?? "+7d", now: diary.now())
            guard from < until else { return ControlJSON.problem("the window ends before it starts") }
            return await answer(from..<until)
        } catch {
            return ControlJSON.problem(error.description)
        }
    }
}
