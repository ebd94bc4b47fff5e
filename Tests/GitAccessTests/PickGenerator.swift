import MainstayCore

/// Makes random trees and random changes of them; the same seed makes the same cases.
struct PickGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    /// Makes a base of some files in some folders, and two changes of it.
    mutating func makeCase() -> (base: Leaves, line: Leaves, fix: Leaves) {
        var base: Leaves = [:]
        for _ in 0..<number(2...10) { base[makePath(avoiding: base)] = makeLeaf() }
        var (line, fix) = (base, base)
        for _ in 0..<number(0...4) { change(&line) }
        for _ in 0..<number(1...3) { change(&fix) }
        if number(0...9) == 0 {
            for path in fix.keys.sorted() where flip() { line[path] = fix[path] }
        }
        return (base, withoutClashes(line), withoutClashes(fix))
    }

    private mutating func number(_ range: ClosedRange<Int>) -> Int {
        Int.random(in: range, using: &self)
    }

    private mutating func flip() -> Bool { number(0...1) == 0 }

    private mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[number(0...(elements.count - 1))]
    }

    private mutating func makePath(avoiding leaves: Leaves) -> String {
        let folders = ["", "", "src/", "src/core/", "src/core/deep/", "lib/", "a b/", "d\u{e4}/"]
        let names = [
            "one.c", "two.c", "three", "x.h", "sp ace", "quo\"te", "li\nne", "\u{fc}", "z",
        ]
        for _ in 0..<50 {
            let path = pick(folders) + pick(names)
            if leaves[path] == nil { return path }
        }
        return "extra\(number(0...9_999))"
    }

    private mutating func makeLine() -> String {
        switch number(0...9) {
        case 0: ""
        case 1: "}"
        case 2: "    return \(number(0...3));"
        default: "    call_\(number(0...40))(argument_\(number(0...9_999)));"
        }
    }

    private mutating func makeText() -> [UInt8] {
        if number(0...24) == 0 { return [] }
        let ending = number(0...11) == 0 ? "\r\n" : "\n"
        var text = (0..<number(3...40)).map { _ in makeLine() }.joined(separator: ending)
        if number(0...7) != 0 { text += ending }
        return Array(text.utf8)
    }

    private mutating func makeLeaf() -> Leaf {
        switch number(0...15) {
        case 0: .link("target\(number(0...9))")
        case 1: .executable(makeText())
        case 2: .file([0, 1, 2] + makeText())
        case 3: .submodule(String(repeating: pick(["1", "2", "3"]), count: 40))
        default: .file(makeText())
        }
    }

    private mutating func edited(_ bytes: [UInt8]) -> [UInt8] {
        var lines = String(decoding: bytes, as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        for _ in 0..<number(1...3) {
            let place = number(0...(lines.count - 1))
            switch number(0...3) {
            case 0: lines.insert(makeLine(), at: place)
            case 1: lines.remove(at: place)
            default: lines[place] = makeLine()
            }
            if lines.isEmpty { lines = [makeLine()] }
        }
        return Array(lines.joined(separator: "\n").utf8)
    }

    private mutating func edited(_ leaf: Leaf) -> Leaf {
        switch leaf {
        case .file(let bytes):
            number(0...9) == 0 ? .executable(bytes) : .file(edited(bytes))
        case .executable(let bytes):
            number(0...4) == 0 ? .file(bytes) : .executable(edited(bytes))
        case .link: .link("target\(number(0...9))")
        case .submodule: .submodule(String(repeating: pick(["4", "5", "6"]), count: 40))
        }
    }

    private mutating func change(_ leaves: inout Leaves) {
        guard !leaves.isEmpty else { return }
        let path = pick(leaves.keys.sorted())
        switch number(0...19) {
        case 0: leaves[path] = nil
        case 1: leaves[makePath(avoiding: leaves)] = makeLeaf()
        case 2: move(path, to: makePath(avoiding: leaves), in: &leaves)
        case 3: moveFolder(in: &leaves)
        case 4: leaves[path] = makeLeaf()
        case 5: leaves[path + "/inner"] = makeLeaf()
        default: leaves[path] = leaves[path].map { edited($0) }
        }
    }

    private mutating func move(_ path: String, to place: String, in leaves: inout Leaves) {
        guard let leaf = leaves.removeValue(forKey: path) else { return }
        leaves[place] = flip() ? leaf : edited(leaf)
    }

    private mutating func moveFolder(in leaves: inout Leaves) {
        let folder = pick(["src/", "src/core/", "lib/", "a b/"])
        let place = pick(["moved/", "src/moved/", "lib/moved/"])
        for path in leaves.keys.sorted() where path.hasPrefix(folder) {
            move(path, to: place + path.dropFirst(folder.count), in: &leaves)
        }
    }

    /// Drops files that stand where another path needs a folder.
    private func withoutClashes(_ leaves: Leaves) -> Leaves {
        leaves.filter { path, _ in
            !leaves.keys.contains { $0.hasPrefix(path + "/") }
        }
    }
}
