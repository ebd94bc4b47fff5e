/// How deep support goes, from the customer alone to a vendor.
///
/// Ordered from 0 up. The raw value is the number shown and stored.
package enum SupportLevel: Int64, Sendable, Hashable, Comparable, CaseIterable {
    /// The customer, alone.
    case selfService
    /// Registers every request and knows the usual solutions.
    case firstContact
    /// Looks deeper, with a log of its own.
    case analysis
    /// Knows the product's code.
    case specialists
    /// A vendor, outside or a department of the house.
    case vendor

    /// Compares by depth.
    package static func < (left: SupportLevel, right: SupportLevel) -> Bool {
        left.rawValue < right.rawValue
    }

    /// The name shown where the product gives none.
    package var defaultName: String {
        switch self {
        case .selfService: "Self-service"
        case .firstContact: "First contact"
        case .analysis: "Analysis"
        case .specialists: "Specialists"
        case .vendor: "Vendor"
        }
    }
}

/// The levels that a product has, what they are called and what they need to receive a ticket.
package struct ProductLevels: Sendable, Hashable {
    private let names: [SupportLevel: String]
    private let requirements: [SupportLevel: Set<String>]

    /// Creates the levels from the rows of a product.
    ///
    /// `names` has one entry per level; without any, the product has all five with their default
    /// names. `requirements` names the items that a handover to a level must hold.
    package init(
        names: [SupportLevel: String] = [:],
        requirements: [SupportLevel: Set<String>] = [:]
    ) {
        let all = SupportLevel.allCases.map { ($0, $0.defaultName) }
        self.names = names.isEmpty ? Dictionary(uniqueKeysWithValues: all) : names
        self.requirements = requirements
    }

    /// The levels, from 0 up; never empty.
    package var levels: [SupportLevel] { names.keys.sorted() }

    /// The level at which a ticket starts: the first from 1 up, or the only one.
    package var entry: SupportLevel {
        levels.first { $0 >= .firstContact } ?? .selfService
    }

    /// The shown name of a level; `nil` if the product lacks it.
    package func name(of level: SupportLevel) -> String? { names[level] }

    /// The next level that the product has above `level`, which it may itself lack.
    package func next(above level: SupportLevel) -> SupportLevel? {
        levels.first { $0 > level }
    }

    /// The next level that the product has below `level`, which it may itself lack.
    package func next(below level: SupportLevel) -> SupportLevel? {
        levels.last { $0 < level }
    }

    /// The names of the items that a handover may hold: the standard ones and all required ones.
    package var items: Set<String> {
        requirements.values.reduce(into: Set(Handover.standardNames)) { $0.formUnion($1) }
    }

    /// The names of the items that a handover to `level` must hold.
    package func required(at level: SupportLevel) -> Set<String> { requirements[level] ?? [] }
}
