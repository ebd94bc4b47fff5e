package import MainstayCore

extension CaseChange {
    /// Notes that something of the vendor's could not be read: a task to look at the case.
    package mutating func noteUnreadable(_ words: String) {
        record(
            .noted,
            text: DeskText.words(ifAny: "The vendor's system sent what cannot be read: \(words)"),
            row: .task(.checkCase)
        )
    }

    /// Notes that the vendor merged the case into another that we follow too: that one goes on.
    package mutating func noteDuplicate(of ref: String) {
        guard !vendorCase.state.isOver else { return }
        record(
            .merged,
            facts: ["by": .text(CaseActor.us.rawValue), "live_ref": .text(ref)]
        ) {
            $0.state = .closed
            $0.isHeld = false
        }
    }

    /// Notes a look at the case that succeeded, at a moment or in vain, and plans the next one.
    package mutating func noteCheck(at moment: Instant?, nextIn milliseconds: Int64) {
        let next = signature.now.advanced(by: milliseconds)
        edit {
            $0.checkedAt = moment ?? $0.checkedAt
            $0.nextCheckAt = next
            $0.failures = 0
            $0.lastError = nil
        }
    }

    /// Notes a look at the case that failed, and plans the next one.
    package mutating func noteFailedCheck(_ words: String, nextIn milliseconds: Int64) {
        let next = signature.now.advanced(by: milliseconds)
        edit {
            $0.nextCheckAt = next
            $0.failures += 1
            $0.lastError = words
        }
    }
}
