extension CallbackOptions {
    /// What `push` needs; `nil` with any other notification, and where something of it is wrong or missing.
    /// - Parameters:
    ///   - notification: `nil` where it could not be read. Then nobody can tell whether a callback is wanted, and only
    ///     the values of the keys are checked.
    ///   - listeners: those of the connectors before this one.
    static func read(
        _ reader: TableReader<ConnectorKey>,
        for notification: ConnectorOptions.Notification?,
        environment: ConfigurationEnvironment,
        listeners: inout CallbackListeners
    ) -> CallbackOptions? {
        // Like the other lengths of time it may stand where it has nothing to do.
        let frequency = reader.minutes(.statusFrequency, in: 1...1_440)
        guard notification == nil || notification == .push else {
            for key in [ConnectorKey.callbackURL, .callbackListen, .callbackCertificate, .callbackPrivateKey] {
                reader.refuse(key, usedOnlyWith: .notification, [ConnectorOptions.Notification.push.rawValue])
            }
            return nil
        }
        if notification == .push { reader.require(.callbackURL) }
        let url = reader.text(.callbackURL, CallbackAddress.url)?.value
        let listen = reader.text(.callbackListen) { (text) throws(Objection) in try CallbackAddress.listen(text) }
        let identity = Identity.read(reader, url: url, isWanted: notification == .push, environment)
        guard notification == .push, let url, listen != nil || !reader.has(.callbackListen) else { return nil }
        guard identity != nil || !url.isHTTPS else { return nil }
        var options = CallbackOptions(url: url, identity: identity)
        options.listen = listen?.value ?? options.listen
        options.statusFrequencyInMinutes = frequency ?? options.statusFrequencyInMinutes
        listeners.add(options, at: listen?.place ?? reader.place, in: reader)
        return options
    }
}

extension CallbackOptions.Identity {
    /// The two files that https needs and http has no use for.
    fileprivate static func read(
        _ reader: TableReader<ConnectorKey>,
        url: String?,
        isWanted: Bool,
        _ environment: ConfigurationEnvironment
    ) -> Self? {
        if let url, !url.isHTTPS {
            for key in [ConnectorKey.callbackCertificate, .callbackPrivateKey] where !reader.isIdle(key) {
                let message = "\(key.rawValue) is only used with an https callback_url; leave it out"
                reader.mistakes.note(message, at: reader.place(of: key))
            }
            return nil
        }
        if isWanted, url != nil { reader.require(.callbackCertificate, .callbackPrivateKey) }
        let certificate = reader.text(.callbackCertificate, environment.file)?.value
        let privateKey = reader.text(.callbackPrivateKey, environment.secretFile)?.value
        guard let certificate, let privateKey else { return nil }
        return Self(certificate: certificate, privateKey: privateKey)
    }
}

/// The addresses on which connectors wait for Exchange. Several may share one as long as it shows one certificate.
struct CallbackListeners {
    private var known: [(callback: CallbackOptions, place: Place)] = []

    /// Notes a mistake where the address cannot be had beside one that was there before.
    mutating func add(_ callback: CallbackOptions, at place: Place, in reader: TableReader<ConnectorKey>) {
        defer { known.append((callback, place)) }
        let listen = callback.listen
        guard let first = known.first(where: { $0.callback.listen.overlaps(listen) }) else { return }
        if first.callback.listen != listen {
            let other = "\(first.callback.listen) of line \(first.place.line)"
            note("\(listen) cannot be had beside \(other); give both the same address, or another port")
        } else if first.callback.identity != callback.identity {
            let other = "\(listen) has another certificate or key in line \(first.place.line)"
            note("\(other); give both connectors the same, or another port")
        }

        func note(_ message: String) {
            reader.mistakes.note("\(ConnectorKey.callbackListen.rawValue): \(message)", at: place)
        }
    }
}

extension String {
    fileprivate var isHTTPS: Bool { hasPrefix("https:") }
}
