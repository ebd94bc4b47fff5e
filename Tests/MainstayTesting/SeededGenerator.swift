/// Random numbers that are the same in every run (SplitMix64).
package struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    /// Creates the generator whose numbers depend on `seed` alone.
    package init(seed: UInt64) { state = seed }

    /// The next number.
    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }

    /// Whether an event of `percent` in a hundred happens.
    package mutating func chance(_ percent: UInt64) -> Bool { next() % 100 < percent }

    /// A number from 0 up to `limit`, which it never is.
    package mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }
}
