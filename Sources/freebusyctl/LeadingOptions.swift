/// Options that every command takes may also stand before its name: `freebusyctl --json status`.
enum LeadingOptions {
    /// The arguments with such options moved behind the name of the command.
    static func moved(_ arguments: [String]) -> [String] {
        var leading: [String] = []
        var rest = arguments[...]
        while let first = rest.first {
            if first == "--json" || first.hasPrefix("--socket=") {
                leading.append(rest.removeFirst())
            } else if first == "--socket", rest.count > 1 {
                leading += rest.prefix(2)
                rest = rest.dropFirst(2)
            } else {
                break
            }
        }
        guard let command = rest.popFirst() else { return arguments }
        return [command] + leading + rest
    }
}
