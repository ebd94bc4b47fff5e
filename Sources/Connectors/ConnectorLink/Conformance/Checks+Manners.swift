import ConnectorMessages
import Glibc
import MainstayCore

extension ConformanceCheck {
    /// How the connector behaves as a guest.
    static let manners = [
        ConformanceCheck("MAN-1", "It asks for nothing that its manifest does not name") {
            conformance in
            for name in conformance.played {
                let probe = try Probe(conformance, name)
                for call in try conformance.scene(name).calls {
                    _ = try await probe.call(call.operation, call.request)
                }
                try require(
                    probe.denials.isEmpty,
                    "In scene '\(name)': \(probe.denials.joined(separator: "; "))"
                )
                await probe.link.close()
            }
        },
        ConformanceCheck("MAN-2", "Its log holds nothing like a credential, its outputs nothing") {
            conformance in
            let words = [
                Probe.secret, "authorization:", "bearer ", "password", "api_key", "x-api-key",
            ]
            for probe in try await conformance.playAll({ _ in }) {
                for record in probe.log {
                    try require(record.event != .output, "It writes to its outputs: \(record.text)")
                    guard case .log = record.event else { continue }
                    let text = record.text.lowercased()
                    try require(
                        !words.contains { text.contains($0) },
                        "Its log holds what looks like a credential"
                    )
                }
            }
        },
        ConformanceCheck("MAN-3", "A call that is given up returns within 2 s") { conformance in
            try conformance.needVendor()
            // On a machine with more to do than it can, two of three may be late.
            for _ in 1..<3 {
                do { return try await giveUp(conformance) } catch {}
            }
            try await giveUp(conformance)
        },
        ConformanceCheck("MAN-4", "200 calls leave memory, threads and descriptors as they were") {
            conformance in
            let probe = try Probe(conformance, "updates")
            var before: Footprint?
            for number in 0..<200 {
                if number == 20 { before = await Footprint(probe.link) }
                if number % 2 == 0 {
                    _ = try await probe.call(.fetchUpdates, ["cursor": ""])
                } else {
                    _ = try await probe.call(.mapStatus, ["status": "x"])
                }
            }
            guard let before, let after = await Footprint(probe.link),
                before.process == after.process
            else { throw CheckFailure("The process ended in between") }
            let grown = after.memoryKB - before.memoryKB
            try require(grown < 8 << 10, "Its memory grew by \(grown) KiB")
            try require(
                after.threads <= before.threads,
                "It has \(after.threads) threads, before there were \(before.threads)"
            )
            try require(
                after.descriptors <= before.descriptors,
                "It has \(after.descriptors) descriptors, before there were \(before.descriptors)"
            )
            await probe.link.close()
        },
        ConformanceCheck("MAN-5", "In normal use the sandbox refuses it nothing") { conformance in
            for probe in try await conformance.playAll(isExamined: true, { _ in }) {
                let refused = probe.findings.filter { $0.hasPrefix("refused ") }
                try require(refused.isEmpty, Set(refused).sorted().joined(separator: ", "))
            }
        },
        ConformanceCheck("MAN-6", "Extensions that nobody knows are not there") { conformance in
            let probe = try await conformance.start()
            let found = probe.findings.filter { $0.hasPrefix("extension ") }
            try require(found.isEmpty, "It has \(found.joined(separator: ", "))")
        },
        ConformanceCheck("MAN-7", "Our own writes come back as ours") { conformance in
            if !conformance.manifest.operations.contains(where: \.writes) {
                throw CheckSkip("It writes nothing")
            }
            let probe = try Probe(conformance, "own_writes")
            let updates = try await probe.play("own_writes")
                .flatMap { $0.json?["updates"]?.list ?? [] }
            try require(!updates.isEmpty, "Scene 'own_writes' gives no update")
            let others = updates.filter { $0["actor"]?.text != "us" }
            try require(
                others.isEmpty,
                "Update \(others.first?["updateID"]?.json ?? "") is not by 'us'"
            )
            await probe.link.close()
        },
    ]

    /// Gives up a call that waits for the vendor.
    private static func giveUp(_ conformance: ConnectorConformance) async throws {
        let probe = try Probe(conformance, "updates", .hanging)
        let call = Task { try await probe.call(.fetchUpdates, ["cursor": ""]) }
        for _ in 0..<5_000 where probe.vendor.asked == 0 {
            try await Task.sleep(for: .milliseconds(1))
        }
        call.cancel()
        let fault: LinkFault? =
            switch await call.result {
            case .success: nil
            case .failure(let error): error as? LinkFault
            }
        try require(
            fault == nil || fault?.code == .cancelled,
            fault?.message ?? ""
        )
        try await probe.expectAlive()
    }
}

/// What a process holds, as the kernel tells everyone.
private struct Footprint {
    let process: Int32
    let memoryKB: Int
    let threads: Int
    /// 0 where only the superuser may count them.
    let descriptors: Int

    init?(_ link: ConnectorLink) async {
        guard let process = await link.process else { return nil }
        self.process = process
        guard let file = fopen("/proc/\(process)/status", "re") else { return nil }
        defer { fclose(file) }
        var values: [Substring: Int] = [:]
        var line = [CChar](repeating: 0, count: 256)
        while fgets(&line, 256, file) != nil {
            let bytes = line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
            let words = String(decoding: bytes, as: UTF8.self).split { " :\t".contains($0) }
            if words.count > 1 { values[words[0]] = Int(words[1]) }
        }
        memoryKB = values["RssAnon"] ?? 0
        threads = values["Threads"] ?? 0
        var count = 0
        if let folder = opendir("/proc/\(process)/fd") {
            while readdir(folder) != nil { count += 1 }
            closedir(folder)
        }
        descriptors = count
    }
}
