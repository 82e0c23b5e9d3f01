/// The version of the programs, as `--version` and `status` tell it.
package enum DaemonVersion {
    package static let text = "0.1.0"
}
