import ArgumentParser
package import MainstayCore
import MainstayService
package import SupportDesk

extension ContractModel: ExpressibleByArgument {}
extension SupportTier: ExpressibleByArgument {}
extension LifecyclePhase: ExpressibleByArgument {}
extension ClockPolicy.Reopening: ExpressibleByArgument {}

/// A stretch of time as people type it: `90`, `45m`, `4h`, `1h30m`.
package struct Minutes: ExpressibleByArgument, Sendable, Hashable {
    /// How many minutes it is.
    package let count: Int64

    /// Reads a number of minutes, or hours and minutes with their letters.
    package init?(argument: String) {
        if let count = Int64(argument), count >= 0 {
            self.count = count
            return
        }
        let parts = argument.split(separator: "h", omittingEmptySubsequences: false)
        let minutes = parts.last ?? ""
        let hours = parts.count == 2 ? Int64(parts[0]) : 0
        let rest = minutes.isEmpty && parts.count == 2 ? 0 : Int64(minutes.dropLast())
        guard parts.count <= 2, let hours, let rest, (0...1_000_000).contains(hours), rest >= 0,
            minutes.isEmpty || minutes.hasSuffix("m")
        else { return nil }
        count = hours * 60 + rest
    }

    /// Minutes as people read them: `1 h 30 min`.
    package static func words(_ count: Int64) -> String {
        let sign = count < 0 ? "-" : ""
        let (hours, minutes) = (count.magnitude / 60, count.magnitude % 60)
        if hours == 0 { return "\(sign)\(minutes) min" }
        return minutes == 0 ? "\(sign)\(hours) h" : "\(sign)\(hours) h \(minutes) min"
    }
}

extension TargetWords: ExpressibleByArgument {
    /// Reads `P1:fix=4h`, `P1:reaction=30m@24x7`, or `P1:fix=none`.
    package init?(argument: String) {
        let sides = argument.split(separator: "=").map(String.init)
        guard sides.count == 2 else { return nil }
        let names = sides[0].split(separator: ":").map(String.init)
        let times = sides[1].split(separator: "@", maxSplits: 1).map(String.init)
        guard names.count == 2, let priority = Priority(argument: names[0]),
            let clock = ClockName(rawValue: names[1]),
            (ClockName.ofCustomers + ClockName.ofVendors).contains(clock),
            let time = times.first
        else { return nil }
        let minutes = Minutes(argument: time)
        guard minutes != nil || time == "none" else { return nil }
        self.init(
            priority,
            clock,
            minutes: minutes?.count,
            calendar: times.count == 2 ? times[1] : nil
        )
    }
}

extension CoverageWords: ExpressibleByArgument {
    /// Reads `MST`, `MST:release/2.1`, or `MST:release/2.1=active+maintenance`.
    package init?(argument: String) {
        let sides = argument.split(separator: "=", maxSplits: 1).map(String.init)
        let places = (sides.first ?? "").split(separator: ":", maxSplits: 1).map(String.init)
        let words = sides.count == 2 ? sides[1].split(separator: "+").map(String.init) : []
        let phases = words.map { LifecyclePhase(rawValue: $0) }
        guard let product = places.first, !phases.contains(nil) else { return nil }
        self.init(
            product: product,
            line: places.count == 2 ? places[1] : nil,
            phases: Set(phases.compactMap(\.self))
        )
    }
}

/// A service code as people type it: `-1`, `0`, `+1`, or `none`.
package struct ServiceCodeWord: ExpressibleByArgument, Sendable, Hashable {
    /// The code; `nil` for none.
    package let code: ServiceCode?

    /// Reads a code.
    package init?(argument: String) {
        let number = Int64(argument)
        code = number.flatMap(ServiceCode.init)
        if code == nil, argument != "none" { return nil }
    }
}

/// A version of the matrix as people type it: a number, or `current`.
package struct MatrixWord: ExpressibleByArgument, Sendable, Hashable {
    /// The version; `nil` for the one in force.
    package let version: Int64?

    /// Reads a version.
    package init?(argument: String) {
        version = Int64(argument)
        if version == nil, argument != "current" { return nil }
    }
}

extension Excess {
    /// The word that programs branch on.
    var code: String {
        switch self {
        case .period: "period"
        case .channel: "channel"
        case .level: "level"
        case .product: "product"
        case .line: "line"
        case .phase: "phase"
        case .service: "service"
        case .hours: "hours"
        }
    }
}
