extension Notifications {
    /// Tells the client of a push subscription what it has to hear, until the subscription ends or the task is cancelled.
    func keepPushing(_ number: Int, through callback: some Callback) async {
        while !Task.isCancelled, let turn = table.pushTurn(of: number, now: clock.now()) {
            switch turn {
            case .wait(let until):
                await rest(number, until: until)
            case .send(let batch, let url):
                let answer = await callback.send(SendNotification.text(batch, product: product), to: url)
                guard !Task.isCancelled else { return }
                table.pushed(batch, to: number, answer: answer, now: clock.now())
            }
        }
    }

    /// There may be something to tell, or nothing more to wait for.
    func wake(_ pushes: some Sequence<Int>) {
        for number in pushes { resting[number]?.cancel() }
    }

    /// Returns at the time, when woken, or when cancelled.
    private func rest(_ number: Int, until: ContinuousClock.Instant) async {
        let clock = clock
        let sleep = Task { _ = try? await clock.sleep(until) }
        resting[number] = sleep
        await withTaskCancellationHandler {
            await sleep.value
        } onCancel: {
            sleep.cancel()
        }
        resting[number] = nil
    }
}
