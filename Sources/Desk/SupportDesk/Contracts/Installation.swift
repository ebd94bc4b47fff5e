package import MainstayCore

/// What a customer runs.
package struct Installation: Sendable, Hashable {
    /// Its number.
    package let id: Int64
    /// Whose it is.
    package let customerID: Int64
    /// The event of the customer that told of it last.
    package var eventSeq: Int64
    /// The product.
    package let productID: Int64
    /// Which release of it.
    package let version: String
    /// Since when.
    package let sinceDay: CalendarDay
    /// Its last day; `nil`: it runs.
    package var untilDay: CalendarDay?

    /// Creates an installation that runs.
    ///
    /// - Throws: ``DeskError`` with ``DeskError/Code/text`` for a version that is no name.
    package init(
        id: Int64,
        of customer: Int64,
        seq: Int64,
        product: Int64,
        version: String,
        since: CalendarDay
    ) throws(DeskError) {
        self.id = id
        customerID = customer
        eventSeq = seq
        productID = product
        self.version = try DeskText.name(version)
        sinceDay = since
    }

    /// The codes of the row as events hold them; `installation_id` is its number.
    package var facts: JSONValue {
        [
            "installation_id": .int(id), "product_id": .int(productID), "version": .text(version),
            "since_day": .text(sinceDay.description),
            "until_day": .text(untilDay?.description),
        ]
    }
}
