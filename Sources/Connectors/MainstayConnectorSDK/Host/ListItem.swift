/// One item of a vendor's list, which may be one that cannot be read.
///
/// Decode a list as `[ListItem<Ticket>]`: one bad item then becomes an update of kind `unreadable`
/// and stops nothing.
public struct ListItem<Item: Decodable & Sendable>: Decodable, Sendable {
    /// The item; `nil` when it is not as expected.
    public let item: Item?
    /// All that the vendor sent, to find its id at least.
    public let raw: JSONValue

    /// Reads an item of any shape.
    public init(from decoder: any Decoder) throws {
        item = try? Item(from: decoder)
        raw = try JSONValue(from: decoder)
    }
}
