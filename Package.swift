// swift-tools-version: 6.3
import PackageDescription

// Targets are listed from the lowest floor to the highest. A target may depend only on targets
// above it in this file; `Scripts/check` fails on an import that is not declared here.
// Sources/README.md has the whole plan.

/// What only the program itself needs.
func serverOnly(_ name: String, of package: String) -> Target.Dependency {
    .product(name: name, package: package, condition: .when(traits: ["Server"]))
}

let package = Package(
    name: "mainstay",
    products: [
        .executable(name: "mainstay", targets: ["mainstay"]),
        .executable(name: "mainstay-connector-host", targets: ["mainstay-connector-host"]),
        // What a partner's package uses; never dynamic, so that a plugin is one file.
        .library(name: "MainstayConnectorSDK", targets: ["MainstayConnectorSDK"]),
        .library(name: "MainstayConnectorTesting", targets: ["MainstayConnectorTesting"]),
        .library(name: "requesttracker", type: .dynamic, targets: ["RequestTrackerPlugin"]),
        .library(name: "redmine", type: .dynamic, targets: ["RedminePlugin"]),
    ],
    // A partner's package switches `Server` off and then resolves nothing but this package.
    traits: [
        .trait(name: "Server", description: "The program itself, beside the connector kit"),
        .default(enabledTraits: ["Server"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.2"),
    ],
    targets: [
        // MARK: Core
        .target(name: "MainstayCore", path: "Sources/Core/MainstayCore"),

        // MARK: Code
        .systemLibrary(
            name: "CGit2",
            path: "Sources/Code/CGit2",
            pkgConfig: "libgit2",
            providers: [.apt(["libgit2-dev"])]
        ),
        .systemLibrary(
            name: "CDeflate",
            path: "Sources/Code/CDeflate",
            providers: [.apt(["libdeflate-dev"])]
        ),
        .target(
            name: "BackportAnalysis",
            dependencies: ["MainstayCore"],
            path: "Sources/Code/BackportAnalysis"
        ),
        .target(
            name: "GitAccess",
            dependencies: ["BackportAnalysis", "CDeflate", "CGit2", "MainstayCore"],
            path: "Sources/Code/GitAccess"
        ),

        // MARK: Desk
        .target(
            name: "SupportDesk",
            dependencies: ["MainstayCore"],
            path: "Sources/Desk/SupportDesk"
        ),

        // MARK: Releases
        .target(
            name: "LTSReleases",
            dependencies: ["MainstayCore"],
            path: "Sources/Releases/LTSReleases"
        ),
        .target(
            name: "AdvisoryFormats",
            dependencies: ["MainstayCore"],
            path: "Sources/Releases/AdvisoryFormats"
        ),

        // MARK: Store
        .target(
            name: "SQLDatabase",
            dependencies: ["MainstayCore"],
            path: "Sources/Store/SQLDatabase"
        ),
        .target(
            name: "Storage",
            dependencies: [
                "LTSReleases", "MainstayCore", "SQLDatabase", "SupportDesk",
                serverOnly("Crypto", of: "swift-crypto"),
            ],
            path: "Sources/Store/Storage"
        ),
        .systemLibrary(
            name: "CSQLite",
            path: "Sources/Store/CSQLite",
            providers: [.apt(["libsqlite3-dev"])]
        ),
        .target(
            name: "DatabaseSQLite",
            dependencies: ["CSQLite", "MainstayCore", "SQLDatabase"],
            path: "Sources/Store/DatabaseSQLite"
        ),
        .systemLibrary(
            name: "CLibPQ",
            path: "Sources/Store/CLibPQ",
            pkgConfig: "libpq",
            providers: [.apt(["libpq-dev"])]
        ),
        .target(
            name: "DatabasePostgres",
            dependencies: ["CLibPQ", "MainstayCore", "SQLDatabase"],
            path: "Sources/Store/DatabasePostgres"
        ),

        // MARK: Outside
        .target(name: "CCurl", path: "Sources/Outside/CCurl"),
        .target(
            name: "Outbound",
            dependencies: ["CCurl", "MainstayCore"],
            path: "Sources/Outside/Outbound"
        ),

        // MARK: Connectors
        .target(name: "CMainstayConnector", path: "Sources/Connectors/CMainstayConnector"),
        // SwiftPM links C programs with swiftc; these settings keep Swift's runtime out.
        .executableTarget(
            name: "mainstay-connector-host",
            dependencies: ["CMainstayConnector"],
            path: "Sources/Connectors/mainstay-connector-host",
            linkerSettings: [
                .unsafeFlags([
                    "-enable-experimental-feature", "Embedded", "-nostartfiles", "-Xlinker",
                    "--gc-sections",
                ])
            ]
        ),
        .target(
            name: "ConnectorMessages",
            dependencies: ["MainstayCore"],
            path: "Sources/Connectors/ConnectorMessages"
        ),
        .target(
            name: "MainstayConnectorSDK",
            dependencies: ["CMainstayConnector", "ConnectorMessages", "MainstayCore"],
            path: "Sources/Connectors/MainstayConnectorSDK"
        ),
        .target(
            name: "MainstayConnectorTesting",
            dependencies: ["ConnectorMessages", "MainstayConnectorSDK", "MainstayCore"],
            path: "Sources/Connectors/MainstayConnectorTesting"
        ),
        .target(
            name: "ConnectorLink",
            dependencies: [
                "ConnectorMessages", "MainstayCore", "Outbound",
                serverOnly("Crypto", of: "swift-crypto"),
            ],
            path: "Sources/Connectors/ConnectorLink"
        ),

        .target(
            name: "ConnectorKit",
            dependencies: ["ConnectorLink", "ConnectorMessages", "MainstayCore"],
            path: "Sources/Connectors/ConnectorKit"
        ),

        // MARK: Plugins
        // Two targets each: two exported entries do not link into one runner of tests.
        .target(
            name: "RequestTrackerConnector",
            dependencies: ["MainstayConnectorSDK"],
            path: "Plugins/RequestTracker/Sources"
        ),
        .target(
            name: "RequestTrackerPlugin",
            dependencies: ["MainstayConnectorSDK", "RequestTrackerConnector"],
            path: "Plugins/RequestTracker/Export"
        ),
        .target(
            name: "RedmineConnector",
            dependencies: ["MainstayConnectorSDK"],
            path: "Plugins/Redmine/Sources"
        ),
        .target(
            name: "RedminePlugin",
            dependencies: ["MainstayConnectorSDK", "RedmineConnector"],
            path: "Plugins/Redmine/Export"
        ),

        // MARK: Service
        .systemLibrary(
            name: "CYAML",
            path: "Sources/Service/CYAML",
            providers: [.apt(["libyaml-dev"])]
        ),
        .target(
            name: "MainstayService",
            dependencies: [
                "AdvisoryFormats", "BackportAnalysis", "CYAML", "ConnectorLink",
                "ConnectorMessages", "GitAccess", "LTSReleases", "MainstayCore", "Outbound",
                "SQLDatabase", "Storage", "SupportDesk",
            ],
            path: "Sources/Service/MainstayService"
        ),

        // MARK: Faces
        .target(
            name: "MainstayCLI",
            dependencies: [
                "AdvisoryFormats", "ConnectorKit", "ConnectorLink", "ConnectorMessages",
                "LTSReleases", "MainstayCore", "MainstayService", "SQLDatabase", "Storage",
                "SupportDesk",
                serverOnly("ArgumentParser", of: "swift-argument-parser"),
            ],
            path: "Sources/Faces/MainstayCLI"
        ),
        .executableTarget(
            name: "mainstay",
            dependencies: ["DatabasePostgres", "DatabaseSQLite", "MainstayCLI"],
            path: "Sources/Faces/mainstay"
        ),

        // MARK: Tests
        .target(
            name: "MainstayTesting",
            dependencies: [
                "CLibPQ", "DatabasePostgres", "DatabaseSQLite", "MainstayCore", "SQLDatabase",
            ],
            path: "Tests/MainstayTesting"
        ),
        .testTarget(
            name: "DatabaseContractTests",
            dependencies: [
                "CLibPQ", "DatabasePostgres", "MainstayCore", "MainstayTesting", "SQLDatabase",
            ]
        ),
        .testTarget(name: "MainstayCoreTests", dependencies: ["MainstayCore"]),
        .testTarget(
            name: "BackportAnalysisTests",
            dependencies: ["BackportAnalysis", "MainstayCore"]
        ),
        .testTarget(name: "LTSReleasesTests", dependencies: ["LTSReleases", "MainstayCore"]),
        .testTarget(
            name: "AdvisoryFormatsTests",
            dependencies: [
                "AdvisoryFormats", "BackportAnalysis", "GitAccess", "MainstayCore",
                "MainstayTesting",
            ],
            exclude: ["Snapshots", "validate_advisories.py", "validators.txt"]
        ),
        .testTarget(
            name: "SupportDeskTests",
            dependencies: ["MainstayCore", "SupportDesk"],
            exclude: ["Clocks/Vectors", "Clocks/clock_oracle.c"]
        ),
        .testTarget(
            name: "GitAccessTests",
            dependencies: [
                "BackportAnalysis", "CGit2", "GitAccess", "MainstayCore", "MainstayTesting",
            ]
        ),
        .testTarget(name: "OutboundTests", dependencies: ["MainstayTesting", "Outbound"]),
        .testTarget(
            name: "ConnectorMessagesTests",
            dependencies: ["ConnectorMessages", "MainstayCore", "MainstayTesting"],
            exclude: ["validate_messages.py"]
        ),
        .testTarget(
            name: "MainstayConnectorSDKTests",
            dependencies: [
                "ConnectorLink", "ConnectorMessages", "MainstayConnectorSDK",
                "MainstayConnectorTesting", "MainstayCore", "MainstayTesting",
            ]
        ),
        .testTarget(
            name: "ConnectorKitTests",
            dependencies: [
                "ConnectorKit", "ConnectorLink", "ConnectorMessages", "MainstayCore",
                "MainstayTesting",
            ]
        ),
        .testTarget(
            name: "PluginTests",
            dependencies: [
                "MainstayConnectorSDK", "MainstayConnectorTesting", "RedmineConnector",
                "RequestTrackerConnector",
            ]
        ),
        .testTarget(
            name: "VendorServerTests",
            dependencies: [
                "ConnectorLink", "ConnectorMessages", "MainstayConnectorSDK", "MainstayCore",
                "MainstayTesting", "Outbound", "RedmineConnector", "RequestTrackerConnector",
            ]
        ),
        .testTarget(
            name: "ConnectorLinkTests",
            dependencies: [
                "ConnectorLink", "ConnectorMessages", "MainstayCore", "MainstayTesting", "Outbound",
            ],
            exclude: ["Plugins", "vendor_server.py"]
        ),
        .executableTarget(
            name: "FaultHarness",
            dependencies: [
                "CSQLite", "DatabasePostgres", "DatabaseSQLite", "MainstayCore", "MainstayService",
                "MainstayTesting", "SQLDatabase", "Storage", "SupportDesk",
            ],
            path: "Tests/FaultHarness",
            exclude: ["recorder.c"]
        ),
        .executableTarget(
            name: "StoreBench",
            dependencies: [
                "DatabasePostgres", "DatabaseSQLite", "MainstayCore", "MainstayService",
                "SQLDatabase", "Storage", "SupportDesk",
            ],
            path: "Tests/StoreBench",
            exclude: ["floor.c"]
        ),
        .executableTarget(
            name: "ClockBench",
            dependencies: ["CSQLite", "MainstayCore", "SupportDesk"],
            path: "Tests/ClockBench"
        ),
        .executableTarget(
            name: "ConnectorBench",
            dependencies: ["ConnectorLink", "ConnectorMessages", "MainstayCore"],
            path: "Tests/ConnectorBench"
        ),
        .testTarget(
            name: "DatabaseSQLiteTests",
            dependencies: [
                "CSQLite", "DatabaseSQLite", "FaultHarness", "MainstayCore", "MainstayTesting",
                "SQLDatabase",
            ]
        ),
        .testTarget(
            name: "MainstayCLITests",
            dependencies: [
                "MainstayCLI", "MainstayCore", "MainstayService", "MainstayTesting", "mainstay",
                serverOnly("ArgumentParser", of: "swift-argument-parser"),
            ],
            exclude: ["Snapshots"]
        ),
        .testTarget(
            name: "StorageTests",
            dependencies: [
                "LTSReleases", "MainstayCore", "MainstayTesting", "SQLDatabase", "Storage",
                "SupportDesk",
            ]
        ),
        .testTarget(name: "FaultTests", dependencies: ["FaultHarness", "MainstayTesting"]),
        .testTarget(
            name: "MainstayTestingTests",
            dependencies: ["MainstayCore", "MainstayTesting"]
        ),
        .testTarget(
            name: "MainstayServiceTests",
            dependencies: [
                "AdvisoryFormats", "BackportAnalysis", "ConnectorLink", "ConnectorMessages",
                "GitAccess", "LTSReleases", "MainstayCore", "MainstayService", "MainstayTesting",
                "Outbound", "SQLDatabase", "Storage", "SupportDesk",
            ]
        ),
        .executableTarget(
            name: "MainstayAt",
            dependencies: [
                "DatabasePostgres", "DatabaseSQLite", "MainstayCLI", "MainstayCore",
                "SQLDatabase",
            ],
            path: "Tests/MainstayAt"
        ),
        .testTarget(
            name: "EndToEndTests",
            dependencies: ["MainstayAt", "MainstayCore", "MainstayTesting", "mainstay"],
            exclude: ["Snapshots"]
        ),
    ],
    swiftLanguageModes: [.v6]
)

/// The settings that every Swift target shares.
///
/// The six features are all that Swift 6.3 still keeps behind a flag for language mode 7
/// (`swiftc -print-supported-features`). A misspelt name is silently ignored.
let houseSettings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("ImmutableWeakCaptures"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
    .treatWarning("DeprecatedDeclaration", as: .warning),
]

for target in package.targets where target.type != .system {
    target.swiftSettings = houseSettings + (target.swiftSettings ?? [])
}
