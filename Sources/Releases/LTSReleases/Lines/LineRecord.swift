package import MainstayCore

/// A release line of a product as people keep it.
package struct LineRecord: Sendable, Hashable {
    /// Its number.
    package let id: Int64
    /// The product it is of.
    package let productID: Int64
    /// Its shown name, unique within the product.
    package let name: String
    /// Whether it is kept for long.
    package let kind: LineKind
    /// Its place among the lines of the product: the higher, the newer.
    package let position: Int64

    /// Creates a line.
    package init(id: Int64, productID: Int64, name: String, kind: LineKind, position: Int64) {
        self.id = id
        self.productID = productID
        self.name = name
        self.kind = kind
        self.position = position
    }
}
