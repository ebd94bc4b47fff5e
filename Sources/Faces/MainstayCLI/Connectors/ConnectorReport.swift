import ConnectorLink
import ConnectorMessages
import MainstayCore
import MainstayService
import Storage
import SupportDesk

extension [ConnectorLibraryView]: Shown {
    /// The installed connectors.
    static var name: String { "connectors" }

    /// Writes them for people, each with its links.
    func write(to buffer: inout TextBuffer, on screen: Screen) {
        if isEmpty { return buffer.line("No connectors are installed.") }
        for (place, view) in enumerated() {
            if place > 0 { buffer.line() }
            buffer.add(view.library.id, .bold, on: screen)
            buffer.line(
                "  \(view.library.version)  \(makeSafe(view.manifest.descriptor.displayName))"
            )
            buffer.add("  contract", .dim, on: screen)
            buffer.line("    \(view.manifest.abi), \(view.manifest.architecture)")
            buffer.add("  sha256", .dim, on: screen)
            buffer.line("      \(view.library.librarySHA)")
            if view.links.isEmpty { continue }
            var table = GridTable(["  LINK", "VENDOR", "STATE", "SANDBOX", "ADDRESS"])
            for link in view.links {
                table.add([
                    "  \(link.connector.name)", link.vendor, link.connector.state.rawValue,
                    link.config.allowsWeakSandbox ? "weak allowed" : "full", link.config.url,
                ])
            }
            table.write(to: &buffer, on: screen)
        }
    }

    /// The connectors with stable keys.
    var json: JSONValue {
        .list(
            map { view in
                [
                    "id": .text(view.library.id), "version": .text(view.library.version),
                    "displayName": .text(view.manifest.descriptor.displayName),
                    "abi": .text(view.manifest.abi), "sha256": .text(view.library.librarySHA),
                    "installedAt": .time(view.library.installedAt),
                    "links": .list(view.links.map(\.json)),
                ]
            }
        )
    }
}

extension ConnectorView: Shown {
    /// A link to a vendor's system.
    static let name = "connector"

    /// Writes the link for people.
    func write(to buffer: inout TextBuffer, on screen: Screen) {
        buffer.add(connector.name, .bold, on: screen)
        buffer.line("  \(connector.state.rawValue)")
        var fields = [
            ("vendor", vendor), ("connector", connector.library), ("address", config.url),
            ("credential", config.authentication?.words ?? "none"),
            ("asked", "every \(config.pollSeconds) s by 'case sync --keep-going'"),
        ]
        if config.allowsPlain { fields.append(("without TLS", "allowed")) }
        if config.allowsWeakSandbox { fields.append(("weak sandbox", "allowed")) }
        for (key, value) in config.options.sorted(by: { $0.key < $1.key }) {
            fields.append((key, value.text ?? value.json))
        }
        for (name, value) in fields {
            buffer.add("  \(name)", .dim, on: screen)
            buffer.add(spaces: max(1, 14 - name.utf8.count))
            buffer.line(makeSafe(value))
        }
        if states.isEmpty { return }
        buffer.line()
        var table = GridTable(["ITS STATUS", "MEANS"])
        for (word, state) in states.sorted(by: { $0.key < $1.key }) {
            table.add([word, state.words])
        }
        table.write(to: &buffer, on: screen)
    }

    /// The link with stable keys.
    var json: JSONValue {
        [
            "name": .text(connector.name), "state": .text(connector.state.rawValue),
            "vendor": .text(vendor), "connector": .text(connector.library),
            "url": .text(config.url), "authentication": .text(config.authentication?.words),
            "options": .object(config.options), "pollSeconds": .int(config.pollSeconds),
            "allowsPlain": .bool(config.allowsPlain),
            "allowsWeakSandbox": .bool(config.allowsWeakSandbox),
            "statusMap": .object(states.mapValues { .text($0.rawValue) }),
        ]
    }
}
