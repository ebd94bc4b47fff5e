/// A connector that the host holds, until `destroy`.
///
/// A class, because C keeps a pointer to it.
final class ServedConnector: Sendable {
    fileprivate let connector: any VendorConnector
    private let host: HostTable

    init(_ connector: any VendorConnector, _ host: HostTable) {
        self.connector = connector
        self.host = host
    }

    /// The functions that C calls, for this connector.
    var exported: UnsafePointer<mst_connector> {
        let table = UnsafeMutablePointer<mst_connector>.allocate(capacity: 1)
        table.initialize(
            to: mst_connector(
                size: UInt32(MemoryLayout<mst_connector>.size),
                reserved: 0,
                connector_ctx: Unmanaged.passRetained(self).toOpaque(),
                open_case: openCase,
                add_comment: addComment,
                fetch_updates: fetchUpdates,
                map_status: mapStatus,
                close_case: closeCase,
                extension: optionalInterface,
                destroy: { table in
                    let context = table.pointee.connector_ctx
                    if let context { Unmanaged<ServedConnector>.fromOpaque(context).release() }
                    UnsafeMutablePointer(mutating: table).deallocate()
                }
            )
        )
        return UnsafePointer(table)
    }

    fileprivate static func held(
        by table: UnsafePointer<mst_connector>
    ) -> ServedConnector? {
        table.pointee.connector_ctx.map {
            Unmanaged<ServedConnector>.fromOpaque($0).takeUnretainedValue()
        }
    }

    fileprivate func serve(
        _ json: mst_bytes,
        _ sink: mst_sink,
        _ context: UnsafeMutableRawPointer?,
        _ work: @escaping Work
    ) -> mst_status {
        let (connector, request) = (connector, json.copied)
        return host.waiting { try await work(connector, request) }.give(to: sink, context)
    }

    fileprivate var isLookup: Bool { connector is any CaseLookup }
    fileprivate var takesAttachments: Bool { connector is any CaseAttachments }
}

/// One operation: reads the request, asks the connector, writes the reply.
private typealias Work = @Sendable (any VendorConnector, [UInt8]) async throws -> JSONValue

private let place = "The request"

private func serve(
    _ table: UnsafePointer<mst_connector>,
    _ json: mst_bytes,
    _ sink: mst_sink,
    _ context: UnsafeMutableRawPointer?,
    _ work: @escaping Work
) -> mst_status {
    ServedConnector.held(by: table)?.serve(json, sink, context, work) ?? MST_FAILED
}

private let openCase: mst_operation = { table, json, sink, context in
    serve(table, json, sink, context) {
        try await $0.openCase(CaseDraft(json: $1, of: place)).json
    }
}

private let addComment: mst_operation = { table, json, sink, context in
    serve(table, json, sink, context) {
        try await $0.addComment(OutgoingComment(json: $1, of: place)).json
    }
}

private let fetchUpdates: mst_operation = { table, json, sink, context in
    serve(table, json, sink, context) {
        try await $0.fetchUpdates(since: UpdateQuery(json: $1, of: place).cursor).json
    }
}

// It waits for nothing, so no other thread is asked.
private let mapStatus: mst_operation = { table, json, sink, context in
    guard let served = ServedConnector.held(by: table) else { return MST_FAILED }
    let outcome = CallOutcome {
        let query = try StatusQuery(json: json.copied, of: place)
        return StateAnswer(state: served.connector.state(of: query.status)).json
    }
    return outcome.give(to: sink, context)
}

private let closeCase: mst_operation = { table, json, sink, context in
    serve(table, json, sink, context) {
        try await $0.closeCase(CloseRequest(json: $1, of: place)).json
    }
}

// MARK: Optional interfaces

private typealias OptionalInterface =
    @convention(c) (
        UnsafePointer<mst_connector>, UnsafePointer<CChar>
    ) -> UnsafeRawPointer?

private let optionalInterface: OptionalInterface = { table, id in
    guard let served = ServedConnector.held(by: table) else { return nil }
    switch String(cString: id) {
    case MST_EXTENSION_LOOKUP where served.isLookup: return UnsafeRawPointer(lookup.pointer)
    case MST_EXTENSION_ATTACHMENTS where served.takesAttachments:
        return UnsafeRawPointer(attachments.pointer)
    default: return nil
    }
}

/// A structure that lives as long as the process.
///
/// Unchecked, because a pointer is not Sendable: what it points to is never written again.
private struct Lasting<Value>: @unchecked Sendable {
    let pointer: UnsafePointer<Value>

    init(_ value: Value) {
        let place = UnsafeMutablePointer<Value>.allocate(capacity: 1)
        place.initialize(to: value)
        pointer = UnsafePointer(place)
    }
}

private let lookup = Lasting(
    mst_lookup(
        size: UInt32(MemoryLayout<mst_lookup>.size),
        reserved: 0,
        read_case: { table, json, sink, context in
            serve(table, json, sink, context) { connector, request in
                guard let connector = connector as? any CaseLookup else {
                    throw ConnectorError.unsupported("read cases")
                }
                return try await connector.readCase(CaseQuery(json: request, of: place).caseID).json
            }
        }
    )
)

private let attachments = Lasting(
    mst_attachments(
        size: UInt32(MemoryLayout<mst_attachments>.size),
        reserved: 0,
        add_attachment: { table, json, sink, context in
            serve(table, json, sink, context) { connector, request in
                guard let connector = connector as? any CaseAttachments else {
                    throw ConnectorError.unsupported("send files")
                }
                let file = try OutgoingAttachment(json: request, of: place)
                return try await connector.addAttachment(file).json
            }
        }
    )
)
