import Glibc
import MainstayCore
import SQLDatabase
import Storage
import SupportDesk

extension DataLocation {
    /// The name that tells this installation from a copy of its data: the given one, else host and
    /// folder, links followed.
    package var deployment: String {
        if let name { return name }
        let real = realpath(folder, nil)
        defer { free(real) }
        return "\(Self.host):\(real.map { String(cString: $0) } ?? folder)"
    }

    /// The name of this machine.
    package static var host: String {
        var name = [CChar](repeating: 0, count: 256)
        gethostname(&name, 255)
        return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}

/// A copy of the data, such as a restored backup, tells nobody anything and asks no vendor.
extension Desk {
    /// Makes this installation the one that speaks to the world.
    ///
    /// - Throws: ``UseError`` with ``UseError/Code/forbidden``.
    package func adopt() async throws {
        let name = instance.location.deployment
        _ = try await write { connection, acting, provision in
            try acting.require(.keepDatabase)
            guard try connection.deployment() != name else { return .null }
            try connection.setDeployment(name)
            let draft = EventDraft("adopted", facts: ["deployment": .text(name)])
            try connection.record(draft, by: acting, &provision)
            return .null
        }
    }

    /// Refuses where the data belong to another installation.
    ///
    /// - Throws: ``UseError`` with ``UseError/Code/refused``.
    func requireDeployment() async throws {
        let here = instance.location.deployment
        let known = try await instance.engine.read { try $0.deployment() }
        guard known != here else { return }
        throw UseError(
            .refused,
            "These data belong to '\(known ?? "nobody")', and here is '\(here)': a copy sends "
                + "nothing and asks no vendor",
            hint: "Once the other one is stopped for good: 'mainstay db doctor --adopt'"
        )
    }

    /// Whether the data belong here, as `mainstay db doctor` shows it.
    func deploymentFinding() async throws -> Finding {
        let here = instance.location.deployment
        let known = try await instance.engine.read { try $0.deployment() }
        return Finding(
            "deployment",
            known == here ? .good : .warning,
            known == here
                ? "The data belong here: '\(here)'"
                : "The data belong to '\(known ?? "nobody")', and here is '\(here)': nothing is sent",
            hint: "Once the other one is stopped for good: 'mainstay db doctor --adopt'"
        )
    }
}

extension Connection {
    /// The installation that the data belong to.
    func deployment() throws -> String? { try setting("deployment") }

    /// Gives the data to an installation.
    func setDeployment(_ name: String) throws { try setSetting("deployment", to: name) }
}
