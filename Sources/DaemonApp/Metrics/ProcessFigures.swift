import Foundation

/// What the kernel says of this process (proc(5)), for the metrics that every program has
/// (<https://prometheus.io/docs/instrumenting/writing_clientlibs/#process-metrics>).
struct ProcessFigures: Hashable, Sendable {
    /// In user and system mode together.
    var cpuSeconds: Double
    /// When it began, in seconds after the machine did.
    var startedAfterBoot: Double
    var virtualBytes: Double
    var residentBytes: Double

    /// - Parameters:
    ///   - stat: what `/proc/self/stat` holds.
    ///   - ticks: of the kernel's clock in a second.
    ///   - pageSize: of memory, in bytes.
    /// - Returns: `nil` where it does not hold what proc(5) says.
    init?(stat: String, ticks: Double, pageSize: Double) {
        // The second field is the name of the program in parentheses, which may hold anything, parentheses too.
        guard let name = stat.lastIndex(of: ")") else { return nil }
        let fields = stat[name...].split(whereSeparator: \.isWhitespace).dropFirst().map { Double($0) }
        // Counted from 1 as in proc(5), whose third field is the first after the name.
        func field(_ number: Int) -> Double? { fields.indices.contains(number - 3) ? fields[number - 3] : nil }
        guard let user = field(14), let system = field(15), let start = field(22), let size = field(23),
            let pages = field(24)
        else { return nil }
        cpuSeconds = (user + system) / ticks
        startedAfterBoot = start / ticks
        virtualBytes = size
        residentBytes = pages * pageSize
    }
}

extension ProcessFigures {
    /// Of this process now; `nil` where there is no `/proc`.
    static var now: ProcessFigures? {
        guard let stat = try? String(contentsOfFile: "/proc/self/stat", encoding: .utf8) else { return nil }
        return ProcessFigures(
            stat: stat,
            ticks: Double(sysconf(Int32(_SC_CLK_TCK))),
            pageSize: Double(sysconf(Int32(_SC_PAGESIZE)))
        )
    }

    /// Descriptors that are open now, without the one that looks.
    static var openDescriptors: Int? {
        (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")).map { max(0, $0.count - 1) }
    }

    /// How many may be open at once, the soft limit; `nil` where there is none.
    static var descriptorLimit: Double? {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return nil }
        return limit.rlim_cur == rlim_t.max ? nil : Double(limit.rlim_cur)
    }

    /// Seconds since the machine started, its sleep included: what the kernel dates processes by.
    static var secondsSinceBoot: Double? {
        let text = try? String(contentsOfFile: "/proc/uptime", encoding: .utf8)
        return text?.split(separator: " ").first.flatMap { Double($0) }
    }
}
