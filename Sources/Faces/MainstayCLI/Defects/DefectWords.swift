import ArgumentParser
package import LTSReleases
import MainstayCore

extension DefectKind: ExpressibleByArgument {}
extension DefectStatus: ExpressibleByArgument {}
extension DefectCause: ExpressibleByArgument {}
extension DecisionKind: ExpressibleByArgument {}
extension Justification: ExpressibleByArgument {}
extension ReproductionOutcome: ExpressibleByArgument {}
extension InterventionKind: ExpressibleByArgument {}
extension LinkSource: ExpressibleByArgument {}
extension ReleaseChoice: ExpressibleByArgument {}
extension ReleaseCause: ExpressibleByArgument {}

extension Severity: ExpressibleByArgument {
    /// Reads a severity by its number or its word.
    package init?(argument: String) {
        if let number = Int64(argument) {
            self.init(rawValue: number)
        } else if let known = Self.allCases.first(where: { $0.word == argument.lowercased() }) {
            self = known
        } else {
            return nil
        }
    }

    /// The numbers and the words.
    package static var allValueStrings: [String] {
        allCases.map { "\($0.rawValue)" } + allCases.map(\.word)
    }

    /// `2 (high)`.
    var words: String { "\(rawValue) (\(word))" }
}

extension Remaining {
    /// What remains, for people: `pick, first on 2.39`.
    var words: String { reason.map { "\(word): \($0)" } ?? word }

    /// How it looks.
    var ink: Ink {
        switch self {
        case .nothing, .decided, .refused: .dim
        case .release: .cyan
        case .pick, .pickAfter, .fix: .yellow
        case .investigate: .magenta
        }
    }
}
