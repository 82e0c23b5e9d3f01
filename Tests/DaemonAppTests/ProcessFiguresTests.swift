import Foundation
import Testing

@testable import DaemonApp

@Suite("What the kernel says of the process")
struct ProcessFiguresTests {
    /// Field 14 is utime, 15 stime, 22 starttime, 23 vsize and 24 rss (proc(5)).
    private static let rest =
        "S 1 4242 4242 0 -1 4194560 900 0 0 0 250 50 0 0 20 0 9 0 123456 78901248 2048 18446744073709551615"

    @Test(
        "the fields are those of proc(5), whatever the program is called",
        arguments: ["freebusyd", "a b", "evil) S 1 2 3", "((", ""]
    )
    func fields(name: String) throws {
        let figures = try #require(
            ProcessFigures(stat: "4242 (\(name)) \(Self.rest)\n", ticks: 100, pageSize: 4_096)
        )
        #expect(figures.cpuSeconds == 3)
        #expect(figures.startedAfterBoot == 1_234.56)
        #expect(figures.virtualBytes == 78_901_248)
        #expect(figures.residentBytes == 8_388_608)
    }

    @Test("what is something else is nothing", arguments: ["", "4242", "4242 (x)", "4242 (x) S 1 2 3", "4242 (x) S"])
    func garbage(stat: String) {
        #expect(ProcessFigures(stat: stat, ticks: 100, pageSize: 4_096) == nil)
    }

    @Test("another descriptor that is opened is one more")
    func descriptors() throws {
        // Other tests open and close descriptors meanwhile: so many that they do not matter.
        let before = try #require(ProcessFigures.openDescriptors)
        let opened = (0..<500).map { _ in open("/dev/null", O_RDONLY) }
        defer { for descriptor in opened { close(descriptor) } }
        let after = try #require(ProcessFigures.openDescriptors)
        #expect(opened.allSatisfy { $0 >= 0 })
        #expect((400...600).contains(after - before))
    }
}
