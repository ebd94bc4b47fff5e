import ConnectorMessages
import FoundationEssentials

/// What Mainstay does for a connector while one call is served.
struct CallServices: Sendable {
    let broker: HTTPBroker
    let traffic: CallTraffic
    let file: ReleasedFile?

    func serve(_ request: ServiceRequest) async -> ServiceReply {
        let place = "The request for \(request.service)"
        do {
            switch request.service {
            case "mainstay.http/1":
                let exchange = try VendorExchange(json: request.payload, of: place)
                return ServiceReply(.ok, try await broker.serve(exchange, traffic).json)
            case "mainstay.attachment/1":
                let read = try AttachmentRead(json: request.payload, of: place)
                return ServiceReply(.ok, try await piece(read).json)
            default:
                let problem = ConnectorProblem(.unsupported, "There is no '\(request.service)'")
                return ServiceReply(.unsupported, problem)
            }
        } catch let refusal as ServiceRefusal {
            return ServiceReply(refusal.status, refusal.problem)
        } catch {
            let message = (error as? MessageFault)?.message ?? "\(error)"
            return ServiceReply(.invalid, ConnectorProblem(.rejected, message))
        }
    }

    private func piece(_ read: AttachmentRead) async throws(ServiceRefusal) -> AttachmentPiece {
        guard let file, file.handle == read.attachment else {
            throw .denied("Attachment '\(read.attachment.prefix(40))' is not of this call")
        }
        guard (1...ReleasedFile.mostPiece).contains(read.count),
            (0...file.size).contains(read.offset)
        else {
            throw ServiceRefusal(
                .invalid,
                .rejected,
                "\(read.count) bytes from \(read.offset) on were asked for, expected at most "
                    + "\(ReleasedFile.mostPiece) of the \(file.size) that there are"
            )
        }
        let count = min(read.count, file.size - read.offset)
        do {
            let bytes = try await file.read(read.offset, Int(count))
            guard bytes.count == count else { throw ReleasedFile.Shortened() }
            return AttachmentPiece(
                dataBase64: Data(bytes).base64EncodedString(),
                end: read.offset + count == file.size
            )
        } catch {
            throw ServiceRefusal(.failed, .unknown, "The file cannot be read: \(error)")
        }
    }
}

/// A file that a person released to the vendor, while one call sends it.
struct ReleasedFile: Sendable {
    /// How many bytes one read may ask for.
    static let mostPiece: Int64 = 1 << 20

    /// The file has fewer bytes than were announced.
    struct Shortened: Error {}

    let handle: String
    let size: Int64
    let read: @Sendable (_ offset: Int64, _ count: Int) async throws -> [UInt8]
}
