// swift-tools-version: 6.2
// The manifest is the architecture: one section a floor, arrows only point down, siblings never import each other.
// `make floors` holds the targets to that; docs/architecture.md says what each is for.
import PackageDescription

/// What every Swift target of ours is built with.
let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let asyncHTTPClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let hummingbirdTLS = Target.Dependency.product(name: "HummingbirdTLS", package: "hummingbird")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let nio = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioTLS = Target.Dependency.product(name: "NIOTLS", package: "swift-nio")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")

let package = Package(
    name: "freebusyd",
    products: [
        .executable(name: "exchange-simulator", targets: ["exchange-simulator"]),
        .executable(name: "freebusyctl", targets: ["freebusyctl"]),
        .executable(name: "freebusyd", targets: ["freebusyd"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0", traits: []),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // MARK: Floor 0: C libraries, one module map and one small shim each
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CGSSAPI", providers: [.apt(["libkrb5-dev"])]),
        .systemLibrary(name: "CICal", pkgConfig: "libical", providers: [.apt(["libical-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .target(name: "CProgram"),
        .systemLibrary(name: "CResolver"),
        .systemLibrary(name: "CSystemd", pkgConfig: "libsystemd", providers: [.apt(["libsystemd-dev"])]),
        .target(name: "CTOML"),
        .systemLibrary(name: "CXML2", pkgConfig: "libxml-2.0", providers: [.apt(["libxml2-dev"])]),

        // MARK: Floor 1: vocabulary, rules, ports; the queue that actors run on
        .target(name: "Availability", swiftSettings: strict),
        .target(name: "SerialQueue", swiftSettings: strict),

        // MARK: Floor 2: one subject each, nothing of each other
        .target(name: "AsteriskMessages", dependencies: ["COpenSSL"], swiftSettings: strict),
        .target(name: "ConfigurationFile", dependencies: ["Availability", "CTOML"], swiftSettings: strict),
        .target(name: "ControlAPI", swiftSettings: strict),
        .target(name: "EWSMessages", dependencies: ["CXML2"], swiftSettings: strict),
        .target(name: "HTTPTransport", dependencies: ["CCurl", "COpenSSL", "SerialQueue"], swiftSettings: strict),
        .target(name: "Kerberos", dependencies: ["CGSSAPI", "SerialQueue"], swiftSettings: strict),
        .target(name: "NameService", dependencies: ["CResolver", "SerialQueue"], swiftSettings: strict),
        .target(name: "OAuthMessages", dependencies: ["COpenSSL"], swiftSettings: strict),
        .target(name: "PrometheusMetrics", swiftSettings: strict),
        .target(name: "SIPMessages", dependencies: ["COpenSSL"], swiftSettings: strict),
        .target(name: "Store", dependencies: ["Availability", grdb], swiftSettings: strict),

        // MARK: Floor 3: the world behind ports, and the engine that sees only the ports
        .target(name: "ControlClient", dependencies: ["ControlAPI", "HTTPTransport"], swiftSettings: strict),
        .target(name: "ControlText", dependencies: ["Availability", "ControlAPI"], swiftSettings: strict),
        .target(
            name: "Exchange",
            dependencies: [
                "Availability", "EWSMessages", "HTTPTransport", "Kerberos", "NameService", "OAuthMessages", logging,
            ],
            swiftSettings: strict
        ),
        .target(
            name: "Hooks",
            dependencies: [
                "AsteriskMessages", "Availability", "COpenSSL", "CProgram", "HTTPTransport", "NameService",
                "SerialQueue", "SIPMessages", logging, nio, nioPosix, nioSSL, nioTLS,
            ],
            swiftSettings: strict
        ),
        .target(
            name: "PresenceEngine",
            dependencies: ["Availability", "SerialQueue", logging],
            swiftSettings: strict
        ),

        // MARK: Floor 4: wiring and life cycle
        .target(
            name: "DaemonApp",
            dependencies: [
                "Availability", "ConfigurationFile", "ControlAPI", "CSystemd", "Exchange", "Hooks", "HTTPTransport",
                "Kerberos", "NameService", "OAuthMessages", "PresenceEngine", "PrometheusMetrics", "SerialQueue",
                "Store", hummingbird, hummingbirdCore, hummingbirdTLS, lifecycle, logging, nio, nioSSL,
            ],
            swiftSettings: strict
        ),

        // MARK: Floor 5: programs
        .executableTarget(
            name: "freebusyctl",
            dependencies: ["ControlAPI", "ControlClient", "ControlText", argumentParser],
            swiftSettings: strict
        ),
        .executableTarget(
            name: "freebusyd",
            dependencies: [
                "Availability", "ConfigurationFile", "ControlAPI", "ControlText", "DaemonApp", argumentParser,
            ],
            swiftSettings: strict
        ),

        // MARK: Apart: an Exchange server of our own that shares no code with the client
        .executableTarget(
            name: "exchange-simulator",
            dependencies: ["ExchangeSimulator", argumentParser, logging],
            swiftSettings: strict
        ),
        .target(
            name: "ExchangeSimulator",
            dependencies: [
                "CICal", "CXML2", asyncHTTPClient, hummingbird, hummingbirdCore, hummingbirdTLS, lifecycle, logging,
                nio, nioSSL,
            ],
            swiftSettings: strict
        ),

        // MARK: Tests
        .target(name: "TestSupport", dependencies: ["Availability"], path: "Tests/TestSupport", swiftSettings: strict),
        .testTarget(
            name: "AsteriskMessagesTests",
            dependencies: ["AsteriskMessages", "TestSupport"],
            swiftSettings: strict
        ),
        .testTarget(name: "AvailabilityTests", dependencies: ["Availability", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "ConfigurationFileTests",
            dependencies: ["Availability", "ConfigurationFile", "TestSupport"],
            exclude: ["Fixtures"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ControlClientTests",
            dependencies: ["ControlAPI", "ControlClient", "HTTPTransport", "TestSupport"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ControlTextTests",
            dependencies: ["ControlAPI", "ControlText", "TestSupport"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "DaemonAppTests",
            dependencies: [
                "Availability", "ConfigurationFile", "ControlAPI", "DaemonApp", "Hooks", "HTTPTransport",
                "PresenceEngine", "PrometheusMetrics", "Store", "TestSupport", hummingbird, logging,
            ],
            swiftSettings: strict
        ),
        .testTarget(name: "EWSMessagesTests", dependencies: ["EWSMessages", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "ExchangeSimulatorTests",
            dependencies: ["ExchangeSimulator", "TestSupport"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ExchangeTests",
            dependencies: [
                "Availability", "EWSMessages", "Exchange", "HTTPTransport", "Kerberos", "NameService", "OAuthMessages",
                "TestSupport", logging,
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "HooksTests",
            dependencies: [
                "AsteriskMessages", "Availability", "Hooks", "HTTPTransport", "NameService", "SIPMessages", "Store",
                "TestSupport", logging, nio, nioPosix, nioSSL,
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "HTTPTransportTests",
            dependencies: ["HTTPTransport", "TestSupport"],
            exclude: ["Support/misbehaving-server.py"],
            swiftSettings: strict
        ),
        .testTarget(name: "KerberosTests", dependencies: ["Kerberos", "TestSupport"], swiftSettings: strict),
        .testTarget(name: "NameServiceTests", dependencies: ["NameService", "TestSupport"], swiftSettings: strict),
        .testTarget(name: "OAuthMessagesTests", dependencies: ["OAuthMessages", "TestSupport"], swiftSettings: strict),
        .testTarget(name: "PrometheusMetricsTests", dependencies: ["PrometheusMetrics"], swiftSettings: strict),
        .testTarget(name: "SIPMessagesTests", dependencies: ["SIPMessages", "TestSupport"], swiftSettings: strict),
        .testTarget(name: "StoreTests", dependencies: ["Availability", "Store", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "PresenceEngineTests",
            dependencies: ["Availability", "PresenceEngine", "TestSupport", logging],
            swiftSettings: strict
        ),
    ],
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx17
)
