/// Classes of bytes, by which texts are cut into words.
extension UInt8 {
    var isDigit: Bool { (48...57).contains(self) }
    var isUpper: Bool { (65...90).contains(self) }
    var isLower: Bool { (97...122).contains(self) }
    var isLetter: Bool { isUpper || isLower }
    /// A byte of a character beyond ASCII; such characters are letters as far as words go.
    var isBeyondASCII: Bool { self >= 128 }
    var isAlphanumeric: Bool { isDigit || isLetter }
    var isHex: Bool { isDigit || (65...70).contains(self) || (97...102).contains(self) }
    var isSpace: Bool { self == 32 || self == 9 || self == 10 || self == 13 }
    var lowered: UInt8 { isUpper ? self + 32 : self }
}

extension [UInt8] {
    /// The byte at a place; `nil` outside.
    func at(_ place: Int) -> UInt8? { indices.contains(place) ? self[place] : nil }

    /// Whether a word could go on over the border before a place.
    func isInWord(_ place: Int) -> Bool {
        guard let before = at(place - 1), let after = at(place) else { return false }
        return (before.isAlphanumeric || before.isBeyondASCII)
            && (after.isAlphanumeric || after.isBeyondASCII)
    }

    /// The end of the run of bytes of a class from a place on.
    func end(of isOfClass: (UInt8) -> Bool, from place: Int) -> Int {
        self[place...].firstIndex { !isOfClass($0) } ?? count
    }

    /// The start of the run of bytes of a class that ends before a place.
    func start(of isOfClass: (UInt8) -> Bool, before place: Int) -> Int {
        var start = place
        while start > 0, isOfClass(self[start - 1]) { start -= 1 }
        return start
    }

    /// All longest runs of bytes of a class.
    func runs(of isOfClass: (UInt8) -> Bool) -> [Range<Int>] {
        var runs: [Range<Int>] = []
        var place = 0
        while place < count {
            let end = end(of: isOfClass, from: place)
            if end > place { runs.append(place..<end) }
            place = Swift.max(end, place + 1)
        }
        return runs
    }

    /// Whether a word in lower-case letters stands at a place, however it is written.
    func has(_ word: StaticString, at place: Int) -> Bool {
        let length = word.utf8CodeUnitCount
        guard place >= 0, place + length <= count, self[place].lowered == word.utf8Start.pointee
        else { return false }
        return word.withUTF8Buffer { word in
            (0..<length).allSatisfy { self[place + $0].lowered == word[$0] }
        }
    }

    /// Where words that stand for a key end, with the sign and the white space behind them: the place
    /// of the value, for each of the words that is followed by one.
    func values(behind keys: [StaticString], needsSign: Bool) -> [Int] {
        var places: [Int] = []
        let beginnings = Set(keys.map(\.utf8Start.pointee))
        for place in indices where beginnings.contains(self[place].lowered) {
            guard !isInWord(place) || at(place - 1) == UInt8(ascii: "_") else { continue }
            for key in keys where has(key, at: place) {
                if let value = value(behind: place + key.utf8CodeUnitCount, needsSign: needsSign) {
                    places.append(value)
                }
            }
        }
        return places
    }

    private func value(behind end: Int, needsSign: Bool) -> Int? {
        guard !isInWord(end) else { return nil }
        var place = end
        var signs = 0
        let quotes: Set<UInt8> = Set("\"'`".utf8)
        while let byte = at(place), signs < 3 {
            if Set(":=#>".utf8).contains(byte) {
                signs += 1
            } else if !(byte == 32 || byte == 9 || quotes.contains(byte)) {
                break
            }
            place += 1
        }
        guard place > end, place < count, signs > 0 || !needsSign else { return nil }
        return self[place].isSpace ? nil : place
    }
}
