import SQLDatabase
import Storage

extension Connection {
    /// Returns a connector by its short name.
    ///
    /// - Throws: ``UseError`` with ``UseError/Code/unknown``.
    func knownConnector(_ name: String) throws -> ConnectorInstance {
        if let connector = try connector(named: name) { return connector }
        let names = try connectors().map(\.name)
        throw UseError.unknown("connector", name, among: names, list: "connector list")
    }
}
