public import ArgumentParser
import MainstayCore
package import Storage
package import SupportDesk

extension TicketKind: ExpressibleByArgument {}
extension TicketArea: ExpressibleByArgument {}
extension TicketChannel: ExpressibleByArgument {}
extension TicketStatus: ExpressibleByArgument {}
extension TicketRelation: ExpressibleByArgument {}
extension EscalationReason: ExpressibleByArgument {}
extension Role: ExpressibleByArgument {}
extension LegalGround: ExpressibleByArgument {}

extension SupportLevel: ExpressibleByArgument {
    /// Reads a level by its number.
    package init?(argument: String) {
        guard let number = Int64(argument) else { return nil }
        self.init(rawValue: number)
    }

    /// The numbers.
    package static var allValueStrings: [String] { allCases.map { "\($0.rawValue)" } }
}

extension Grade: ExpressibleByArgument {
    /// Reads a grade by its number.
    package init?(argument: String) {
        guard let number = Int64(argument) else { return nil }
        self.init(rawValue: number)
    }

    /// The numbers.
    package static var allValueStrings: [String] { allCases.map { "\($0.rawValue)" } }
}

extension Priority: ExpressibleByArgument {
    /// Reads a priority as `P1` or `1`.
    package init?(argument: String) {
        let digits = argument.uppercased().hasPrefix("P") ? argument.dropFirst() : argument[...]
        guard let number = Int64(digits) else { return nil }
        self.init(rawValue: number)
    }

    /// `P1` to `P5`.
    package static var allValueStrings: [String] { allCases.map(\.description) }
}

extension Instant: ExpressibleByArgument {
    /// Reads `2026-03-01T09:30:00Z`, or a day for its start in UTC.
    package init?(argument: String) {
        self.init(CalendarDay(argument) == nil ? argument : argument + "T00:00:00Z")
    }
}

extension CalendarDay: ExpressibleByArgument {
    /// Reads `2026-03-01`.
    package init?(argument: String) {
        self.init(argument)
    }
}

extension TicketStatus {
    /// The status in words: `waiting for customer`.
    var words: String {
        switch self {
        case .waitingCustomer: "waiting for customer"
        case .waitingVendor: "waiting for vendor"
        case .waitingRelease: "waiting for release"
        default: rawValue
        }
    }
}

extension RawRepresentable<String> {
    /// A word of a closed set as people read it: `in person`.
    var words: String { rawValue.replacing("_", with: " ") }
}
