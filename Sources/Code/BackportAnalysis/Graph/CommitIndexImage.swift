package import MainstayCore

/// The bytes of a commit index, as they stand in memory and in the file.
///
/// A header of 64 bytes, a table of sections, then the sections, each aligned to 64 bytes and in
/// the machine's byte order. Whoever owns the bytes (a mapped file or an array) is kept alive by
/// ``CommitIndex``.
///
/// Header: magic (8 bytes), version, byte-order mark, id length, section count (4 bytes each),
/// row count, identity of the repository (8 bytes each), CRC-32 of header and table (last
/// 4 bytes, counted as zero). Table: kind, CRC-32 of the section, offset, length (24 bytes a row).
package enum CommitIndexImage {
    /// `MSTINDEX` in ASCII.
    package static let magic: UInt64 = 0x5845_444E_4954_534D
    /// Raised whenever the layout or the meaning of a section changes; other versions are rebuilt.
    package static let version: UInt32 = 3
    static let byteOrderMark: UInt32 = 0x0102_0304
    static let headerLength = 64
    static let sectionRowLength = 24
    static let alignment = 64

    /// Offset of the table row of section number `number`: kind, CRC-32, offset, length.
    package static func headerRow(_ number: Int) -> Int {
        headerLength + number * sectionRowLength
    }

    /// Offset of the header's own CRC-32.
    package static let headerChecksumOffset = 60
    /// Length of header and section table, over which the header's CRC-32 is taken.
    package static let checkedLength = headerLength + Section.allCases.count * sectionRowLength

    /// One column of the index, in the order of the file.
    package enum Section: UInt32, CaseIterable, Sendable {
        /// Commit ids, 20 bytes a row.
        case ids = 1
        /// Hash slots to find a row by id: row + 1, or 0.
        case slots
        /// First parent: row, or a ``ParentMark``.
        case firstParents
        /// For commits of several parents: start in `parentRuns` + 1, or 0.
        case moreParents
        /// Runs of count, then that many rows or marks (all parents but the first).
        case parentRuns
        /// Author and committer times: seconds since 1970 UTC as 32 bits; all ones = see `wideTimes`.
        case authorTimes
        case commitTimes
        /// Times beyond 32 bits: row * 2 (+ 1 for the committer), time; sorted.
        case wideTimes
        /// Number of the author in `authorEnds`.
        case authors
        /// End of each author's e-mail in `authorText`.
        case authorEnds
        case authorText
        /// Start of the subject in `subjectText`.
        case subjectStarts
        case subjectLengths
        case subjectText
        /// Hash of the folded title; see ``TitleText``.
        case titles
        /// ``CommitFlags``.
        case flags
        /// Rows that have records, ascending, and the end of their records; see ``CommitRecord``.
        case recordRows
        case recordEnds
        case recordBytes
        /// Refs: see ``IndexedRef``.
        case refs
        /// Fingerprint of the refs' storage, opaque.
        case fingerprint
    }

    /// Marks in place of a parent's row.
    package enum ParentMark {
        /// There is no parent.
        package static let none: Int32 = -1
        /// The history is cut here (shallow clone).
        package static let cut: Int32 = -2
        /// The parent's object is absent.
        package static let absent: Int32 = -3
    }
}

/// What was seen in a commit's message and header, one bit each.
package struct CommitFlags: OptionSet, Sendable, Hashable {
    /// The bits.
    package let rawValue: UInt16

    /// Creates a set from its bits.
    package init(rawValue: UInt16) { self.rawValue = rawValue }

    /// The subject is `Merge "<stored subject>"`; only the part in quotes is stored.
    package static let quotedMerge = CommitFlags(rawValue: 1 << 0)
    /// The subject is `Revert "<stored subject>"`; only the part in quotes is stored.
    package static let quotedRevert = CommitFlags(rawValue: 1 << 1)
    /// The message names the commit that it reverts, or the subject says so.
    package static let reverts = CommitFlags(rawValue: 1 << 2)
    /// The subject says `Reapply "..."`, or reverts a revert.
    package static let reapplies = CommitFlags(rawValue: 1 << 3)
    /// The message names an origin commit.
    package static let namesOrigin = CommitFlags(rawValue: 1 << 4)
    /// The message has a Change-Id.
    package static let hasChangeID = CommitFlags(rawValue: 1 << 5)
    /// The message has a `Fixes:` commit.
    package static let namesIntroducer = CommitFlags(rawValue: 1 << 6)
    /// The subject ends in an ellipsis.
    package static let cutSubject = CommitFlags(rawValue: 1 << 7)
    /// The subject was longer than 65,535 bytes and is cut.
    package static let longSubject = CommitFlags(rawValue: 1 << 8)
    /// The title is one that many commits could have.
    package static let genericTitle = CommitFlags(rawValue: 1 << 9)
}

/// Something a commit's message says about another commit, a change or a ticket.
package enum CommitRecord: Sendable, Hashable {
    /// Equal to this commit: full or short id, as written.
    case origin(CommitPrefix)
    /// A Gerrit change.
    case changeID(CommitID)
    /// Takes back this commit.
    case reverts(CommitPrefix)
    /// Repairs a fault of this commit.
    case introducer(CommitPrefix)
    /// Is only a prerequisite of this commit.
    case prerequisiteOf(CommitPrefix)
    /// Request (pull or merge request) number.
    case request(UInt32)
    /// Ticket id, folded and hashed.
    case ticket(UInt64)
    /// Title of one of the commits that this one gathers, normalised and hashed.
    case part(UInt64)
}

/// The first 6 to 40 hex digits of a commit's id.
package struct CommitPrefix: Sendable, Hashable {
    /// The digits, followed by zeros.
    package let padded: CommitID
    /// How many digits were written.
    package let digits: UInt8

    /// Creates a prefix of `digits` digits; those beyond are zero in `padded`.
    package init(padded: CommitID, digits: UInt8) {
        self.padded = padded
        self.digits = digits
    }

    /// Creates the prefix that is a whole id.
    package init(_ id: CommitID) {
        padded = id
        digits = 40
    }

    /// Reads 1 to 40 hex digits; `nil` for anything else.
    package init?(hex: some StringProtocol) {
        let text = String(hex)
        guard (1...40).contains(text.utf8.count) else { return nil }
        let full = text + String(repeating: "0", count: 40 - text.utf8.count)
        guard let id = CommitID(hex: full) else { return nil }
        padded = id
        digits = UInt8(text.utf8.count)
    }

    /// Whether `id` starts with these digits.
    package func matches(_ id: CommitID) -> Bool {
        id >= padded && id <= highest
    }

    /// The greatest id that starts with these digits.
    package var highest: CommitID {
        func ones(from digit: Int, width: Int) -> UInt64 {
            let known = max(0, min(width, Int(digits) - digit))
            let bits = UInt64((width - known) * 4)
            return bits >= 64 ? .max : (1 << bits) - 1
        }
        return CommitID(
            high: padded.high | ones(from: 0, width: 16),
            middle: padded.middle | ones(from: 16, width: 16),
            low: padded.low | UInt32(truncatingIfNeeded: ones(from: 32, width: 8))
        )
    }
}

/// A ref as the index keeps it.
package struct IndexedRef: Sendable, Hashable {
    /// Full name, for example `refs/tags/v1.0` or `HEAD`.
    package var name: String
    /// Row of the commit it names (tags peeled); `nil` for a symbolic ref or a ref to no commit.
    package var row: CommitRow?
    /// Name of the ref that it stands for, where it is symbolic.
    package var target: String?

    /// Creates a ref.
    package init(name: String, row: CommitRow?, target: String? = nil) {
        self.name = name
        self.row = row
        self.target = target
    }
}

/// Number of a commit in the index: every parent has a lower one than its child.
///
/// Numbers depend on the order in which commits were met; no output may depend on them.
package typealias CommitRow = Int
