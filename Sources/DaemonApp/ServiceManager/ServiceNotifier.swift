import CSystemd
import Dispatch

/// Tells systemd how the daemon is (sd_notify(3)); without systemd it does nothing.
package struct ServiceNotifier: Sendable {
    package init() {}

    /// The daemon answers on its control socket.
    /// - Parameter status: one line that `systemctl status` shows until the next; it must stay true until then.
    package func ready(_ status: String) { send("READY=1\nSTATUS=\(status)") }

    /// The configuration is being read again; `ready` follows.
    package func reloading() {
        // Dispatch's uptime is the clock that systemd asks for (CLOCK_MONOTONIC).
        send("RELOADING=1\nMONOTONIC_USEC=\(DispatchTime.now().uptimeNanoseconds / 1_000)")
    }

    package func stopping() { send("STOPPING=1\nSTATUS=Stopping") }

    /// Still alive. Called from the scheduler's queue and from nowhere else, so that a stuck queue is noticed.
    package func feedWatchdog() { send("WATCHDOG=1") }

    private func send(_ text: String) {
        _ = sd_notify(0, text)
    }
}
