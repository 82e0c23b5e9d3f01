import Foundation
import NIOCore
import NIOPosix
package import NameService

/// A connection over TCP, with or without TLS, to whatever takes and gives bytes.
///
/// Bytes are fetched with ``read()``: in order, and no faster than they are fetched, since the other side is held back as
/// soon as a bounded number of them waits here. Once the connection has ended, ``read()`` gives what came before that and
/// then says why, and ``write(_:)`` does nothing. It runs on the threads that all of SwiftNIO shares.
package final class StreamConnection: Sendable {
    /// Bytes that may wait to be sent before the other side counts as stalled.
    package static let mostUnsent = 1 << 20

    private let channel: any Channel
    private let gate: NIOLoopBound<StreamGate>
    /// Where it leads: an address and a port.
    package let address: String

    private init(_ channel: any Channel, _ gate: NIOLoopBound<StreamGate>, address: String) {
        self.channel = channel
        self.gate = gate
        self.address = address
    }

    deinit {
        channel.close(promise: nil)
    }

    /// Connects to a host: its addresses are tried in turn.
    ///
    /// - Parameters:
    ///   - host: a name or an IP address; with TLS also what its certificate must be for.
    ///   - timeLimit: seconds that it may take, all in all.
    package static func connect(
        to host: String,
        port: UInt16,
        names: NameService,
        security: StreamSecurity,
        timeLimit: Double
    ) async throws(ConnectionFailure) -> StreamConnection {
        let begin = NIODeadline.now()
        let addresses: [HostAddress]
        do throws(NameServiceError) {
            addresses = try await names.addresses(of: host)
        } catch {
            throw .name(error, host: host)
        }
        let left = timeLimit - (NIODeadline.now() - begin).seconds
        do throws(ConnectionFailure) {
            return try await connect(
                to: addresses,
                port: port,
                serverName: host,
                security: security,
                timeLimit: left
            )
        } catch .timeLimit {
            throw .timeLimit(seconds: timeLimit)
        }
    }

    /// Connects to the first of these addresses that takes it; each gets an equal part of the time that is left.
    ///
    /// - Parameters:
    ///   - serverName: for whom the certificate must be where there is TLS: a name, or an IP address.
    ///   - timeLimit: seconds that it may take, all in all.
    /// - Throws: why the last address did not take it; but what is wrong with TLS at one is not tried at another.
    package static func connect(
        to addresses: [HostAddress],
        port: UInt16,
        serverName: String,
        security: StreamSecurity,
        timeLimit: Double
    ) async throws(ConnectionFailure) -> StreamConnection {
        let deadline = NIODeadline.now() + .seconds(timeLimit)
        var failure = ConnectionFailure.name(.noSuchRecord, host: serverName)
        for (index, address) in addresses.enumerated() {
            let left = (deadline - .now()).seconds
            guard left > 0 else { throw .timeLimit(seconds: timeLimit) }
            do throws(ConnectionFailure) {
                return try await connect(
                    to: address,
                    port: port,
                    serverName: serverName,
                    security: security,
                    timeLimit: left / Double(addresses.count - index)
                )
            } catch {
                switch error {
                case .timeLimit: failure = .timeLimit(seconds: timeLimit)
                case .notReached: failure = error
                default: throw error
                }
            }
        }
        throw failure
    }

    /// The bytes that came since the last time, at least one. Waits for them.
    ///
    /// One reader at a time. Whoever is cancelled while reading ends the connection.
    ///
    /// - Throws: why the connection ended, when all that came before that was read; then always the same.
    package func read() async throws(ConnectionFailure) -> [UInt8] {
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { reader in
                channel.eventLoop.execute { self.gate.value.give(to: reader) }
            }
        } onCancel: {
            close()
        }
        return try outcome.get()
    }

    /// Sends these bytes behind all others; returns at once. That they cannot be sent is told by ``read()``.
    package func write(_ bytes: [UInt8]) {
        channel.eventLoop.execute { self.gate.value.send(bytes) }
    }

    /// Ends the connection; returns at once. Nothing happens where it has ended already.
    package func close() {
        channel.eventLoop.execute { self.gate.value.end(.finished) }
    }

    // MARK: One address

    private static func connect(
        to address: HostAddress,
        port: UInt16,
        serverName: String,
        security: StreamSecurity,
        timeLimit: Double
    ) async throws(ConnectionFailure) -> StreamConnection {
        let text = address.version == .v6 ? "[\(address.text)]:\(port)" : "\(address.text):\(port)"
        guard let place = try? SocketAddress(ipAddress: address.text, port: Int(port)) else {
            throw .notReached(address: text, errno: EADDRNOTAVAIL)
        }
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let ready = loop.makePromise(of: Void.self)
        let limit = loop.scheduleTask(in: .seconds(timeLimit)) {
            ready.fail(ConnectionFailure.timeLimit(seconds: timeLimit))
        }
        let connecting = StreamGate.bootstrap(on: loop, serverName: serverName, security: security, ready: ready)
            .connectTimeout(.seconds(timeLimit))
            .connect(to: place)
        connecting.cascadeFailure(to: ready)
        do {
            let connected = connecting.flatMap { channel in
                ready.futureResult.flatMapThrowing {
                    NIOLoopBound(
                        try channel.pipeline.syncOperations.handler(type: StreamGate.self),
                        eventLoop: loop
                    )
                }.flatMapErrorThrowing { error in
                    channel.close(promise: nil)
                    throw error
                }.map { (channel, $0) }
            }
            let (channel, gate) = try await connected.get()
            limit.cancel()
            return StreamConnection(channel, gate, address: text)
        } catch {
            limit.cancel()
            switch error {
            case let error as ConnectionFailure: throw error
            case let error as IOError: throw .notReached(address: text, errno: error.errnoCode)
            case ChannelError.connectTimeout: throw .timeLimit(seconds: timeLimit)
            default: throw ConnectionFailure(error, certificate: nil)
            }
        }
    }
}

extension TimeAmount {
    fileprivate static func seconds(_ seconds: Double) -> TimeAmount {
        .nanoseconds(Int64((max(seconds, 0) * 1_000_000_000).rounded()))
    }

    fileprivate var seconds: Double { Double(nanoseconds) / 1_000_000_000 }
}
