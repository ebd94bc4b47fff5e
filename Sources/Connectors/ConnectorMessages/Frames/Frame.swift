/// One message between Mainstay and the process of a connector.
///
/// As bytes: u32 length of all after itself, u8 kind, u8 length of the name, u16 status, u32 id,
/// all little-endian, then the name and the payload.
package struct Frame: Sendable, Hashable {
    /// What a frame says; those from 64 on go to Mainstay.
    package enum Kind: UInt8, Sendable {
        /// Make the connector; the payload is its options.
        case create = 1
        /// Serve the operation of that name.
        case call = 2
        /// The answer to the request of that id.
        case reply = 3
        /// The answer to the call of that id is no longer wanted.
        case cancel = 4
        /// End.
        case shutdown = 5
        /// The plugin is loaded: the name tells of the sandbox, the payload is the descriptor. With
        /// status 1 it is not, and the payload is the problem.
        case hello = 64
        /// The answer to ``create`` or ``call`` of that id.
        case result = 65
        /// The connector asks for the service of that name.
        case request = 66
        /// A line of the connector's log, as text; the status is its level.
        case log = 67

        /// Whether the process of a connector may send it.
        var isFromHost: Bool { rawValue >= 64 }
    }

    /// How many bytes a payload may have.
    package static let mostPayload = 8 << 20
    /// How many bytes stand before the name.
    static let headCount = 12
    /// How many of these the length counts.
    static let countedHead = 8

    /// What the frame says.
    package var kind: Kind
    /// How a call or a request ended, or a level.
    package var status: UInt16
    /// What belongs together.
    package var id: UInt32
    /// At most 255 bytes.
    package var name: String
    /// JSON, or the text of a log; may be empty.
    package var payload: [UInt8]

    /// Creates a frame; a name beyond 255 bytes and a payload beyond 8 MiB are a mistake.
    package init(
        _ kind: Kind,
        status: UInt16 = 0,
        id: UInt32 = 0,
        name: String = "",
        payload: [UInt8] = []
    ) {
        precondition(name.utf8.count <= 255 && payload.count <= Self.mostPayload)
        self.kind = kind
        self.status = status
        self.id = id
        self.name = name
        self.payload = payload
    }

    /// The frame as it is sent.
    package var bytes: [UInt8] {
        var bytes: [UInt8] = []
        let length = Self.countedHead + name.utf8.count + payload.count
        bytes.reserveCapacity(4 + length)
        Self.append(UInt32(length), to: &bytes)
        bytes.append(kind.rawValue)
        bytes.append(UInt8(name.utf8.count))
        Self.append(status, to: &bytes)
        Self.append(id, to: &bytes)
        bytes += name.utf8
        bytes += payload
        return bytes
    }

    private static func append(_ number: some FixedWidthInteger, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: number.littleEndian) { bytes += $0 }
    }
}

/// Bytes that are no frame, or a frame that may not come now; who sent them cannot be understood
/// again.
package struct ProtocolViolation: Error, Hashable {
    /// What was seen and what was expected.
    package let reason: String

    /// Creates a violation.
    package init(_ reason: String) {
        self.reason = reason
    }
}

/// Cuts the bytes that a connector's process sends into frames.
package struct FrameReader: Sendable {
    private var bytes: [UInt8] = []
    private var start = 0

    /// Creates a reader that has seen nothing.
    package init() {}

    /// Whether the bytes so far end within a frame.
    package var isWithinFrame: Bool { start < bytes.count }

    /// Takes the bytes that came next.
    package mutating func append(_ piece: UnsafeRawBufferPointer) {
        if start == bytes.count {
            bytes.removeAll(keepingCapacity: bytes.capacity <= 1 << 16)
            start = 0
        }
        bytes += piece
    }

    /// The next frame, or `nil` until more bytes come.
    ///
    /// - Throws: ``ProtocolViolation`` when no frame can start with what came.
    package mutating func next() throws(ProtocolViolation) -> Frame? {
        let count = bytes.count - start
        guard count >= 6 else { return nil }
        let length = Int(number(at: 0, as: UInt32.self))
        let nameCount = Int(bytes[start + 5])
        let payloadCount = length - Frame.countedHead - nameCount
        guard let kind = Frame.Kind(rawValue: bytes[start + 4]), kind.isFromHost else {
            throw ProtocolViolation("A frame of kind \(bytes[start + 4]), which no connector sends")
        }
        guard (0...Frame.mostPayload).contains(payloadCount) else {
            throw ProtocolViolation("A frame of \(length) bytes with a name of \(nameCount)")
        }
        guard count >= 4 + length else { return nil }
        let nameStart = start + Frame.headCount
        let payloadStart = nameStart + nameCount
        guard let name = String(validating: bytes[nameStart..<payloadStart], as: UTF8.self) else {
            throw ProtocolViolation("A frame whose name is not UTF-8")
        }
        let frame = Frame(
            kind,
            status: number(at: 6),
            id: number(at: 8),
            name: name,
            payload: Array(bytes[payloadStart..<payloadStart + payloadCount])
        )
        start += 4 + length
        return frame
    }

    private func number<Number: FixedWidthInteger>(
        at offset: Int,
        as type: Number.Type = Number.self
    ) -> Number {
        bytes.withUnsafeBytes {
            Number(littleEndian: $0.loadUnaligned(fromByteOffset: start + offset, as: Number.self))
        }
    }
}
