import Foundation
import PrometheusMetrics

/// The standard metrics of a process, as they are at a scrape.
struct ProcessReport: Sendable {
    /// Found once, since it must not move while the clock of the machine is being adjusted.
    let startedAt: Date?

    /// - Parameter now: the wall clock.
    init(now: Date) {
        guard let figures = ProcessFigures.now, let uptime = ProcessFigures.secondsSinceBoot else {
            startedAt = nil
            return
        }
        startedAt = now + figures.startedAfterBoot - uptime
    }

    /// What cannot be found out is left out.
    var families: [MetricFamily] {
        let figures = ProcessFigures.now
        let found: [(String, MetricFamily.Kind, String, Double?)] = [
            (
                "process_cpu_seconds_total", .counter, "Total user and system CPU time spent in seconds.",
                figures?.cpuSeconds
            ),
            (
                "process_open_fds", .gauge, "Number of open file descriptors.",
                ProcessFigures.openDescriptors.map(Double.init)
            ),
            (
                "process_max_fds", .gauge, "Maximum number of open file descriptors.",
                ProcessFigures.descriptorLimit
            ),
            (
                "process_virtual_memory_bytes", .gauge, "Virtual memory size in bytes.",
                figures?.virtualBytes
            ),
            (
                "process_resident_memory_bytes", .gauge, "Resident memory size in bytes.",
                figures?.residentBytes
            ),
            (
                "process_start_time_seconds", .gauge, "Start time of the process since unix epoch in seconds.",
                startedAt?.timeIntervalSince1970
            ),
        ]
        return found.compactMap { name, kind, help, value in
            value.map { MetricFamily(name, kind, help: help, value: $0) }
        }
    }
}
