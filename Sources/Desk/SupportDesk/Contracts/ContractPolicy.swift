package import MainstayCore

/// What a term says beyond its targets: how clocks run, how time is rounded, when hours run low.
package struct ContractPolicy: Sendable, Hashable {
    /// How clocks run.
    package var clocks = ClockPolicy()
    /// How time entries are rounded.
    package var rounding = TimeRounding.none
    /// The rests of prepaid hours, in minutes, at which to warn; highest first.
    package var warnRests: [Int64] = []

    /// Creates a policy that rounds nothing and warns of nothing.
    package init() {}
}

extension ContractPolicy {
    /// The policy as it is stored: `clocks`, `least_min`, `step_min`, `warn_rest_min`.
    package var json: JSONValue {
        [
            "clocks": clocks.json, "least_min": .int(rounding.leastMinutes),
            "step_min": .int(rounding.stepMinutes),
            "warn_rest_min": .list(warnRests.map { .int($0) }),
        ]
    }

    /// Reads a policy.
    ///
    /// - Throws: ``DeskError`` with ``DeskError/Code/row``, ``DeskError/Code/contract`` or
    ///   ``DeskError/Code/clock`` for anything else.
    package init(_ json: JSONValue) throws(DeskError) {
        let keys: Set = ["clocks", "least_min", "step_min", "warn_rest_min"]
        guard Set(json.members?.keys ?? [:].keys) == keys, let clocks = json["clocks"],
            let least = json["least_min"]?.int, let step = json["step_min"]?.int,
            let rests = json["warn_rest_min"]?.list
        else {
            throw DeskError(.row, "Policy of a contract is \(json.json), expected \(keys.sorted())")
        }
        self.clocks = try ClockPolicy(json: clocks)
        rounding = try TimeRounding(step: step, least: least)
        warnRests = rests.compactMap(\.int)
    }
}
