internal import Synchronization

/// Makes the one symbol of a shared object from a connector; `Export.swift` is all that calls it.
///
///     @implementation @c
///     public func mainstay_connector_entry(_ hostABI: UInt32) -> UnsafePointer<mst_plugin>? {
///         ConnectorExport.plugin(AcmeConnector.self, hostABI: hostABI)
///     }
public enum ConnectorExport {
    /// The version of this kit.
    package static let version = "1.0.0"

    /// What a host with that version of the contract is given; `nil` for another major version.
    ///
    /// The same pointer each time: a shared object has one type of connector.
    public static func plugin(
        _ type: any VendorConnector.Type,
        hostABI: UInt32
    ) -> UnsafePointer<mst_plugin>? {
        guard hostABI >> 16 == MST_ABI_MAJOR else { return nil }
        return
            exported.withLock { known in
                if let known, known.type == type { return known }
                let new = ExportedPlugin(type)
                known = new
                return new
            }
            .plugin
    }

    /// What a plugin with that connector says of itself.
    package static func descriptor(of type: any VendorConnector.Type) -> ConnectorDescriptor {
        var descriptor = type.descriptor
        if descriptor.services.isEmpty {
            descriptor.services = ["mainstay.http/1"]
            if type is any CaseAttachments.Type {
                descriptor.services.append("mainstay.attachment/1")
            }
        }
        descriptor.sdk = "swift \(version)"
        return descriptor
    }
}

/// The function that makes a connector gets no context, so its type has to stand somewhere.
private let exported = Mutex<ExportedPlugin?>(nil)

/// A plugin that was given to the host; it lives as long as the process.
///
/// Unchecked, because a pointer is not Sendable: what it points to is never written again.
private struct ExportedPlugin: @unchecked Sendable {
    let plugin: UnsafePointer<mst_plugin>
    let type: any VendorConnector.Type

    init(_ type: any VendorConnector.Type) {
        let text = Array(ConnectorExport.descriptor(of: type).json.json.utf8CString.dropLast())
        let kept = UnsafeMutableBufferPointer<CChar>.allocate(capacity: text.count)
        _ = kept.initialize(from: text)
        let plugin = UnsafeMutablePointer<mst_plugin>.allocate(capacity: 1)
        plugin.initialize(
            to: mst_plugin(
                magic: MST_ABI_MAGIC,
                size: UInt32(MemoryLayout<mst_plugin>.size),
                abi_major: UInt16(MST_ABI_MAJOR),
                abi_minor: UInt16(MST_ABI_MINOR),
                reserved: 0,
                descriptor: mst_bytes(data: kept.baseAddress, count: kept.count),
                create: create
            )
        )
        self.plugin = UnsafePointer(plugin)
        self.type = type
    }
}

private func create(
    _ host: UnsafePointer<mst_host>,
    _ configuration: mst_bytes,
    _ problem: mst_sink,
    _ context: UnsafeMutableRawPointer?
) -> UnsafePointer<mst_connector>? {
    guard let type = exported.withLock({ $0?.type }) else { return nil }
    let table = HostTable(pointer: host)
    let configuration = configuration.copied
    let made = Mutex<(any VendorConnector)?>(nil)
    let outcome = table.waiting {
        let connector = try await type.init(
            options: ConnectorOptions(json: configuration),
            host: table.connectorHost
        )
        made.withLock { $0 = connector }
        return .null
    }
    if let connector = made.withLock({ $0 }) {
        return ServedConnector(connector, table).exported
    }
    outcome.give(to: problem, context)
    return nil
}
