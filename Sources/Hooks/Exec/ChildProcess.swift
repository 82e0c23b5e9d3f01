import CProgram
import Foundation

/// A program that was started and whose end was not yet collected: so its number cannot become another process's.
struct ChildProcess {
    let number: pid_t
    /// A pidfd, readable once the program has ended.
    let handle: Int32
    /// The reading end of its output; `nil` when closed.
    var outputEnd: Int32?
    var output: CapturedOutput

    /// - Throws: the `errno` that says why it could not be started; nothing is left over then.
    init(_ call: ProgramCall) throws(SystemError) {
        var input: Int32 = -1
        let error = call.input.withUnsafeBytes { cprogram_memory_file($0.baseAddress, $0.count, &input) }
        guard error == 0 else { throw SystemError(code: error) }
        defer { close(input) }
        var ends: [Int32] = [-1, -1]
        let pipeError = cprogram_pipe(&ends)
        guard pipeError == 0 else { throw SystemError(code: pipeError) }
        defer { close(ends[1]) }
        var number: pid_t = -1
        var handle: Int32 = -1
        let environment = call.environment.map { "\($0)=\($1)" }
        let startError = withCStrings([call.path] + call.arguments) { arguments in
            withCStrings(environment) { environment in
                cprogram_start(call.path, arguments, environment, input, ends[1], &number, &handle)
            }
        }
        guard startError == 0 else {
            close(ends[0])
            throw SystemError(code: startError)
        }
        self.number = number
        self.handle = handle
        outputEnd = ends[0]
        output = CapturedOutput(limit: call.outputLimit)
    }

    /// Sends a signal to the program and to all it started that did not leave its session.
    func signal(_ signal: Int32) {
        kill(-number, signal)
    }

    /// Reads what is there, up to what a pipe holds.
    /// - Returns: whether more may come; not so once all writers have closed it.
    mutating func readOutput() -> Bool {
        guard let outputEnd else { return false }
        var buffer = [UInt8](repeating: 0, count: 8_192)
        for _ in 0..<8 {
            let count = read(outputEnd, &buffer, buffer.count)
            if count < 0 { return errno == EAGAIN || errno == EINTR }
            guard count > 0 else { return false }
            output.append(buffer.prefix(count))
        }
        return true
    }

    /// Collects the end of the program, so that no zombie stays. Only once `handle` can be read: it would wait.
    func collect() -> ProgramOutcome.End {
        var status: Int32 = 0
        while waitpid(number, &status, 0) < 0 && errno == EINTR {}
        // As WIFEXITED, WEXITSTATUS and WTERMSIG, which are macros: the low seven bits are the signal, if any.
        let signal = status & 0x7F
        return signal == 0 ? .exited(status: (status >> 8) & 0xFF) : .killed(signal: signal)
    }
}

/// Lends an array of C strings that ends with a null pointer, as `argv` and `environ` are.
private func withCStrings<Result>(_ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result) -> Result {
    let strings = texts.map { strdup($0) }
    defer { for string in strings { free(string) } }
    return body(strings + [nil])
}
