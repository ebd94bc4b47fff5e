import ConnectorMessages
import MainstayCore

extension ConformanceCheck {
    /// The file, before any of it is run.
    static let package = [
        ConformanceCheck("PKG-1", "The manifest is valid and pins the library") { conformance in
            let manifest = conformance.manifest
            let path = conformance.folder + "/" + manifest.library
            let seen = try LinkedPlugin.sha256(of: path)
            try require(
                seen == manifest.sha256,
                "\(path) has SHA-256 \(seen), the manifest says \(manifest.sha256)"
            )
        },
        ConformanceCheck("PKG-2", "The library is built for the machine named") { conformance in
            let names = [62: "x86_64", 183: "aarch64"]
            let machine = try conformance.library().machine
            try require(
                names[machine] == conformance.manifest.architecture,
                "The library is for machine \(names[machine] ?? "\(machine)"), the manifest says "
                    + conformance.manifest.architecture
            )
        },
        ConformanceCheck("PKG-3", "The library needs only what is there everywhere") {
            conformance in
            let known = [
                "libc.so.", "libm.so.", "libstdc++.so.", "libgcc_s.so.", "ld-linux", "libswift",
                "lib_Foundation", "libFoundationEssentials", "libdispatch.so", "libBlocksRuntime",
            ]
            let strange = try conformance.library().needed
                .filter { name in !known.contains { name.hasPrefix($0) } }
            try require(strange.isEmpty, "The library needs \(strange.joined(separator: ", "))")
        },
        ConformanceCheck("PKG-4", "The library looks for others beside itself or nowhere") {
            conformance in
            let path = try conformance.library().runPath
            try require(
                path == nil || path == "$ORIGIN" || conformance.runtimeFolder != nil,
                "The library has RUNPATH \(path ?? ""), expected none or $ORIGIN"
            )
        },
        ConformanceCheck("PKG-5", "Code and stack are what they should be") { conformance in
            let library = try conformance.library()
            try require(!library.hasTextRelocations, "The library changes its code to be loaded")
            try require(!library.hasExecutableStack, "The library wants an executable stack")
        },
    ]

    /// Loading it.
    static let load = [
        ConformanceCheck("LOAD-1", "It loads, with all symbols bound") { conformance in
            try await conformance.start(["file", "not_a_library", "architecture", "load", "symbol"])
        },
        ConformanceCheck("LOAD-2", "The entry is exported once, fast and quiet") { conformance in
            let count = try conformance.library().entries
            try require(count == 1, "The library exports \(count) entries")
            let probe = try await conformance.start()
            let line = probe.findings.first { $0.hasPrefix("entry ") && $0.hasSuffix(" us") }
            let time = line.flatMap { Int($0.split(separator: " ")[1]) } ?? .max
            try require(time < 100_000, "The entry takes \(time) us, expected less than 100 ms")
            try require(
                !probe.log.contains { $0.event == .output },
                "The library writes to its outputs while it is loaded"
            )
        },
        ConformanceCheck("LOAD-3", "The entry gives the same plugin again") { conformance in
            let probe = try await conformance.start()
            try require(!probe.findings.contains("entry differs"), "The second one differs")
        },
        ConformanceCheck("LOAD-4", "Major 2 is refused, minor 99 is not") { conformance in
            let probe = try await conformance.start(["refused"])
            for wrong in ["entry takes major 2", "entry refuses minor 99"] {
                try require(!probe.findings.contains(wrong), "The \(wrong)")
            }
        },
        ConformanceCheck("LOAD-5", "Magic, version and sizes are those of the contract") {
            conformance in
            let codes = ["magic", "version", "size", "create", "descriptor", "bad_version"]
            try await conformance.start(codes)
        },
        ConformanceCheck("LOAD-6", "It says of itself what the manifest says") { conformance in
            let probe = try Probe(conformance)
            do throws(LinkFault) {
                _ = try await probe.call(.mapStatus, ["status": "x"])
            } catch  where error.code == .descriptor {
                throw CheckFailure(error.message)
            }
            await probe.link.close()
        },
        ConformanceCheck("LOAD-7", "It works with a larger host") { conformance in
            let probe = try Probe(conformance, isExamined: true)
            let ended = try await probe.call(.mapStatus, ["status": "x"])
            try require(ended.status == .ok, "map_status ends with \(Probe.told(ended))")
            await probe.link.close()
        },
    ]

    /// Making the connector.
    static let make = [
        ConformanceCheck("MAKE-1", "Good options make it, and it asks for nothing") {
            conformance in
            let probe = try await conformance.start()
            try require(
                !probe.findings.contains("request in create"),
                "It makes a request while it is made"
            )
        },
        ConformanceCheck("MAKE-2", "An option that is missing or of another kind is refused") {
            conformance in
            for option in conformance.manifest.options where option.isRequired {
                var options = conformance.replay.options
                options[option.key] = nil
                try await conformance.expectRefusal(options, "option '\(option.key)' missing")
                options[option.key] = .list([.int(1)])
                try await conformance.expectRefusal(options, "option '\(option.key)' a list")
            }
        },
        ConformanceCheck("MAKE-3", "An option that is not known is ignored") { conformance in
            var options = conformance.replay.options
            options["x-unknown"] = ["a": [1, "b"]]
            let probe = try Probe(conformance, options: options)
            _ = try await probe.call(.mapStatus, ["status": "x"])
            await probe.link.close()
        },
        ConformanceCheck("MAKE-4", "It ends cleanly, with no thread left in a request") {
            conformance in
            for name in conformance.played {
                let probe = try Probe(conformance, name)
                try await probe.play(name)
                let isClean = await probe.end()
                try require(
                    isClean == true,
                    "After scene '\(name)' the process had to be killed, or a thread was left"
                )
            }
        },
    ]
}

extension ConnectorConformance {
    func library() throws(CheckFailure) -> LibraryFile {
        try LibraryFile(path: folder + "/" + manifest.library)
    }

    /// Starts a process that examines, and makes one call.
    ///
    /// - Throws: ``CheckFailure`` where it is refused for one of the reasons named, any where none is.
    @discardableResult
    func start(_ codes: [String] = []) async throws -> Probe {
        let probe = try Probe(self, isExamined: true)
        do throws(LinkFault) {
            _ = try await probe.call(.mapStatus, ["status": "x"])
        } catch {
            let isMeant = error.code != .refused || codes.isEmpty
            if isMeant || codes.contains(error.refusal ?? "") { throw CheckFailure(error.message) }
            throw CheckSkip("It is refused for another reason")
        }
        await probe.link.close()
        return probe
    }

    fileprivate func expectRefusal(_ options: [String: JSONValue], _ what: String) async throws {
        let probe = try Probe(self, options: options)
        do throws(LinkFault) {
            _ = try await probe.call(.mapStatus, ["status": "x"])
        } catch {
            try require(
                error.code == .options && error.problem != nil,
                "With \(what): \(error.message)"
            )
            return
        }
        await probe.link.close()
        throw CheckFailure("It is made with \(what)")
    }
}
