import Logging

/// Hands entries of swift-log to a ``LogOutput``.
struct DaemonLogHandler: LogHandler {
    let output: LogOutput
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?

    init(output: LogOutput) {
        self.output = output
    }

    /// The one level of the output; setting it on a single logger has no meaning here.
    var logLevel: Logger.Level {
        get { output.level }
        nonmutating set { output.level = newValue }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let merged = metadata.merging(event.metadata ?? [:]) { $1 }
        output.write(event.message.description, level: event.level, metadata: merged)
    }
}
