import Availability
import Foundation
import Glibc
import Logging
import TestSupport
import Testing

@testable import Hooks

/// One after the other, because some of them count what the process has open.
@Suite("The hook exec", .serialized)
struct ExecHookTests {
    let folder: TemporaryFolder
    let scheduler = ManualScheduler(now: monday)
    let log = LogBook()
    let told: PresenceEvent

    init() throws {
        folder = try TemporaryFolder()
        let announcement = Announcement(internalText: "Back soon", externalText: "Away")
        told = event("id-1", of: try mailbox("ada"), until: later(60), announcement: announcement, sequence: 42)
    }

    @Test("gives the event on standard input, to its end")
    func standardInput() async throws {
        try await hook("cat; echo; echo end").deliver(told)
        #expect(log.output == [String(decoding: try EventJSON.encode(told), as: UTF8.self), "end"])
    }

    @Test("gives a clean environment with the fields of the event, and nothing else")
    func environment() async throws {
        setenv("FREEBUSYD_TEST_SECRET", "secret", 1)
        try await hook("/usr/bin/env").deliver(told)
        // What the shell adds by itself.
        let variables = log.output.filter { !$0.hasPrefix("PWD=") && !$0.hasPrefix("_=") && !$0.hasPrefix("OLDPWD=") }
        let expected = [
            "FREEBUSYD_ANNOUNCEMENT=Back soon", "FREEBUSYD_EXTENSION=101", "FREEBUSYD_FRESHNESS=fresh",
            "FREEBUSYD_ID=id-1", "FREEBUSYD_PRESENCE=meeting", "FREEBUSYD_PREVIOUS=available",
            "FREEBUSYD_REASON=appointment", "FREEBUSYD_SEQUENCE=42", "FREEBUSYD_SINCE=2026-11-23T08:00:00Z",
            "FREEBUSYD_UNTIL=2026-11-23T08:01:00Z", "FREEBUSYD_USER=ada@example.com", "LANG=C.UTF-8",
            "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        ]
        #expect(variables.sorted() == expected)
    }

    @Test("gives the arguments as they are, without a shell")
    func arguments() async throws {
        let script = try folder.write(
            "#!/bin/sh\nfor a in \"$@\"; do echo \"<$a>\"; done\n",
            to: "hook",
            permissions: 0o700
        )
        let options = ExecHook.Options(program: script, arguments: ["a b", "$HOME", "*", ""])
        try await ExecHook(name: "pbx", options: options, scheduler: scheduler, logger: log.logger).deliver(told)
        #expect(log.output == ["<a b>", "<$HOME>", "<*>", "<>"])
    }

    @Test("runs in the folder /, in a session of its own, with no descriptor but the three")
    func surroundings() async throws {
        // The sixth field is the session (proc(5)). Below, a descriptor as a careless library would leave it: not closed
        // on exec.
        let leak = open("/dev/null", O_RDONLY)
        defer { close(leak) }
        try await hook("pwd; cut -d ' ' -f 6 /proc/$$/stat; echo $$; exec ls -1 /proc/self/fd").deliver(told)
        let lines = log.output
        #expect(lines.first == "/")
        #expect(lines.dropFirst().first == lines.dropFirst(2).first)
        // The fourth is the folder that `ls` reads.
        #expect(Array(lines.dropFirst(3)) == ["0", "1", "2", "3"])
    }

    @Test("no signal is blocked or ignored in the program, whatever the daemon does with it")
    func signals() async throws {
        signal(SIGPIPE, SIG_IGN)
        try await hook("grep -E '^Sig(Blk|Ign):' /proc/self/status | cut -f 2").deliver(told)
        let masks = log.output.compactMap { UInt64($0, radix: 16) }
        #expect(masks.count == 2)
        // The C library ignores the two behind 31, which are its own.
        #expect(masks.allSatisfy { $0 & 0x7FFF_FFFF == 0 })
    }

    @Test("an exit with 0 is a delivery; what was written is told at info")
    func success() async throws {
        try await hook("echo out; echo err >&2").deliver(told)
        #expect(log.lines("Hook pbx wrote: ").map(\.level) == [.info, .info])
        #expect(log.output == ["out", "err"])
        #expect(log.lines.first?.metadata["user"] == "ada@example.com")
        #expect(scheduler.deadlines.isEmpty)
    }

    @Test("another exit is a failure; what was written is told as a warning")
    func exitStatus() async throws {
        let failure = await failure(of: try hook("echo refused; exit 3"))
        #expect(failure?.diagnosis.id == "hook.exit-status")
        #expect(failure?.diagnosis.summary.hasSuffix("exited with status 3 after writing “refused”.") == true)
        #expect(failure.map { flaws(in: $0.diagnosis) } == [])
        #expect(failure?.retry == .later)
        #expect(log.lines("Hook pbx wrote: ").map(\.level) == [.warning])
    }

    @Test("an end by a signal is a failure of its own")
    func killed() async throws {
        let failure = await failure(of: try hook("kill -9 $$"))
        #expect(failure?.diagnosis.id == "hook.killed")
        #expect(failure?.diagnosis.summary.hasSuffix("signal 9.") == true)
        #expect(failure.map { flaws(in: $0.diagnosis) } == [])
    }

    @Test("a program that is not there, not executable, or no program, is a failure that says which")
    func notExecutable() async throws {
        let plain = try folder.write("echo hello", to: "plain", permissions: 0o600)
        let noScript = try folder.write("hello", to: "no-script", permissions: 0o700)
        for (path, seen) in [(folder.file("none"), "no such file"), (plain, "may not be run"), (noScript, "program")] {
            let options = ExecHook.Options(program: path)
            let hook = ExecHook(name: "pbx", options: options, scheduler: scheduler, logger: log.logger)
            let failure = await failure(of: hook)
            #expect(failure?.diagnosis.id == "hook.not-executable")
            #expect(failure?.diagnosis.summary.contains(seen) == true)
            #expect(failure.map { flaws(in: $0.diagnosis) } == [])
        }
        #expect(scheduler.deadlines.isEmpty)
    }

    @Test("a program that never reads its input has delivered nevertheless, however long the event is")
    func ignoredInput() async throws {
        let text = String(repeating: "x", count: 500_000)
        let long = event("1", of: told.user, announcement: Announcement(internalText: text, externalText: text))
        try await hook("exec <&-; exit 0").deliver(long)
        try await hook("wc -c").deliver(long)
        #expect(log.output == ["\(try EventJSON.encode(long).count)"])
    }

    @Test("a program that writes without end is not held up, and its lines are cut")
    func endlessLine() async throws {
        try await hook("head -c 3000000 /dev/zero | tr '\\0' 'x'; echo").deliver(told)
        #expect(log.output.map(\.count) == [1_000])
        #expect(log.output.first?.hasSuffix("x…") == true)
        #expect(log.lines.count == 1)
    }

    @Test(
        "a flood of lines is told by its first five and how many were left out",
        arguments: [(5, nil), (6, "1 more line"), (100_000, "99995 more lines")]
    )
    func flood(lines: Int, leftOut: String?) async throws {
        try await hook("seq \(lines)", lineLimit: 5).deliver(told)
        let expected = ["1", "2", "3", "4", "5"] + (leftOut.map { ["… \($0) left out"] } ?? [])
        #expect(log.lines.map(\.message) == expected.map { "Hook pbx wrote: \($0)" })
        #expect(log.lines.allSatisfy { $0.metadata["hook"] == "pbx" && $0.metadata["user"] == "ada@example.com" })
    }

    @Test("what a failing program wrote last is its reason, however much it wrote before, in bounds and printable")
    func lastWords() async throws {
        let flood = await failure(of: try hook("seq 100000; printf ' no\\troute \\033[31m to  host\\n\\n'; exit 3"))
        let reason = "exited with status 3 after writing “no route [31m to host”."
        #expect(flood?.diagnosis.summary.hasSuffix(reason) == true)
        #expect(flood.map { flaws(in: $0.diagnosis) } == [])
        let long = await failure(of: try hook("head -c 100000 /dev/zero | tr '\\0' 'x'; exit 3"))
        let words = String(repeating: "x", count: 199) + "…"
        #expect(long?.diagnosis.summary.hasSuffix("after writing “\(words)”.") == true)
        let silent = await failure(of: try hook("exit 3"))
        #expect(silent?.diagnosis.summary.hasSuffix("exited with status 3.") == true)
    }

    @Test("what a program writes that fails again and again is told at each doubling, and at every success")
    func repeatedFailures() async throws {
        let failing = try hook("cat > /dev/null; echo refused; [ -e \(folder.file("mended")) ]")
        for _ in 1...10 { _ = await failure(of: failing) }
        #expect(log.lines.map(\.level).filter { $0 == .warning }.count == 4)
        try folder.write("", to: "mended")
        try await failing.deliver(told)
        #expect(log.lines.last?.level == .info)
    }

    @Test("what a program leaves in the background does not hold up the delivery")
    func background() async throws {
        let pipe = try Fifo(folder)
        try await hook("exec 3>\(pipe.path); (read line <\(pipe.path).2) & echo started").deliver(told)
        #expect(log.output == ["started"])
        // Lets the one in the background end, which the test would otherwise leave behind.
        try await pipe.release()
        #expect(await pipe.end() == "")
    }

    @Test("when the time is over, the program and all it started are asked to end")
    func timeLimit() async throws {
        let pipe = try Fifo(folder)
        let hook = try hook("exec 3>\(pipe.path); sleep 1000 & echo started >&3; wait")
        async let failure = failure(of: hook)
        #expect(await pipe.line() == "started")
        await scheduler.advance(by: 9.5)
        #expect(scheduler.deadlines.count == 1)
        await scheduler.advance(by: 0.5)
        let ending = await failure
        #expect(ending?.diagnosis.id == "hook.timed-out")
        #expect(ending.map { flaws(in: $0.diagnosis) } == [])
        // The pipe ends when nobody has it open any more: the shell and its `sleep` are gone.
        #expect(await pipe.end() == "")
        #expect(scheduler.deadlines.isEmpty)
    }

    @Test("what does not listen is killed after the grace, grandchildren too")
    func grace() async throws {
        let pipe = try Fifo(folder)
        let script = "trap '' TERM; exec 3>\(pipe.path); (sleep 1000; sleep 1000) & echo started >&3; wait; sleep 1000"
        let hook = try hook(script)
        async let failure = failure(of: hook)
        #expect(await pipe.line() == "started")
        await scheduler.advance(by: 10)
        #expect(scheduler.deadlines.values.first == later(12))
        await scheduler.advance(by: 2)
        #expect(await failure?.diagnosis.id == "hook.timed-out")
        #expect(await pipe.end() == "")
    }

    @Test("a grandchild that does not listen goes with the program that does")
    func deafGrandchild() async throws {
        let pipe = try Fifo(folder)
        let script = "exec 3>\(pipe.path); sh -c 'trap \"\" TERM; echo started >&3; sleep 1000' & wait"
        let hook = try hook(script)
        async let failure = failure(of: hook)
        #expect(await pipe.line() == "started")
        await scheduler.advance(by: 10)
        #expect(await failure?.diagnosis.id == "hook.timed-out")
        #expect(await pipe.end() == "")
    }

    @Test("200 deliveries leave no zombie, no descriptor and no deadline behind")
    func many() async throws {
        let hook = try hook("echo $$")
        let told = told
        let before = descriptors()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<200 { group.addTask { try await hook.deliver(told) } }
            try await group.waitForAll()
        }
        let processes = log.output.compactMap { Int32($0) }
        #expect(processes.count == 200)
        // A zombie could still be signalled.
        #expect(processes.filter { kill($0, 0) == 0 }.isEmpty)
        let after = descriptors()
        #expect(after.memories == 0)
        #expect(after.handles == 0)
        // Other tests of this process may have pipes open at the moment, but not hundreds.
        #expect(after.pipes < before.pipes + 50)
        #expect(scheduler.deadlines.isEmpty)
    }

    private func hook(_ script: String, lineLimit: Int = 100) throws -> ExecHook {
        let program = try folder.write("#!/bin/sh\n\(script)\n", to: "hook", permissions: 0o700)
        let options = ExecHook.Options(program: program, lineLimit: lineLimit)
        return ExecHook(name: "pbx", options: options, scheduler: scheduler, logger: log.logger)
    }

    private func failure(of hook: ExecHook) async -> HookFailure? {
        do throws(HookFailure) {
            try await hook.deliver(told)
            return nil
        } catch {
            return error
        }
    }

    private func descriptors() -> (memories: Int, handles: Int, pipes: Int) {
        let folder = "/proc/self/fd"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        let targets = names.compactMap {
            try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\($0)")
        }
        return (
            targets.count { $0.contains("memfd:hook-event") },
            targets.count { $0.contains("[pidfd]") },
            targets.count { $0.hasPrefix("pipe:") }
        )
    }
}
