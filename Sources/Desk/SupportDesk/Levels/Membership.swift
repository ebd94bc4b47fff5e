/// That a person works on a level of a product, or of one component of it.
package struct Membership: Sendable, Hashable {
    /// The person.
    package let accountID: Int64
    /// The level worked on.
    package let level: SupportLevel
    /// The product worked on.
    package let productID: Int64
    /// The one component worked on; `nil` for all of the product.
    package let componentID: Int64?

    /// Creates a membership.
    package init(accountID: Int64, level: SupportLevel, productID: Int64, componentID: Int64?) {
        self.accountID = accountID
        self.level = level
        self.productID = productID
        self.componentID = componentID
    }
}

extension Sequence<Membership> {
    /// The accounts responsible for a level of a product: members of the component, then of all.
    ///
    /// Each account comes once; both parts are ordered by id. Who works on one component alone is
    /// not responsible for a ticket of another or of none; nobody is without a product.
    package func responsible(
        at level: SupportLevel,
        product: Int64?,
        component: Int64?
    ) -> [Int64] {
        let those = filter { $0.level == level && $0.productID == product }
        let own = Set(
            those.filter { $0.componentID != nil && $0.componentID == component }.map(\.accountID)
        )
        let wide = Set(those.filter { $0.componentID == nil }.map(\.accountID))
        return own.sorted() + wide.subtracting(own).sorted()
    }
}
