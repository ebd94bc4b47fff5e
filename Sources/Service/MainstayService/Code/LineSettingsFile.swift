package import BackportAnalysis
import MainstayCore

/// Reads `.mainstay.yml`.
package struct LineSettingsFile {
    /// Name of the file at the top of a repository.
    package static let name = ".mainstay.yml"

    private let file: String

    /// Reads settings from the text of `file`, whose name is used in errors alone.
    ///
    /// An empty text gives settings that change nothing.
    /// - Throws: ``LineSettingsError``: no YAML, an unknown key, a value of the wrong type, a day
    ///   that the calendar does not have, a name given twice.
    package static func read(
        _ text: String,
        file: String = name
    ) throws(LineSettingsError) -> LineSettings {
        let reader = LineSettingsFile(file: file)
        let root: YAMLNode?
        do throws(YAMLNode.Fault) {
            root = try YAMLNode.read(text)
        } catch {
            throw reader.notYAML(error)
        }
        guard let root, !SettingNode(root, key: "", file: file).isEmpty else {
            return LineSettings()
        }
        return try reader.settings(SettingNode(root, key: "", file: file))
    }

    private func settings(_ root: SettingNode) throws(LineSettingsError) -> LineSettings {
        var settings = LineSettings()
        let entries = try root.mapping(keys: [
            "mainline", "lines", "ignore", "order", "tags", "tagLines",
        ])
        settings.mainline = try entries["mainline"]?.text()
        settings.lines = try lines(entries["lines"])
        settings.ignore = try entries["ignore"]?.texts() ?? []
        settings.order = try entries["order"]?.texts() ?? []
        if let tags = try entries["tags"]?.mapping(keys: ["release", "prerelease"]) {
            settings.releasePattern = try tags["release"]?.pattern()
            settings.countsPrereleases = try tags["prerelease"]?.flag() ?? false
        }
        if let tagLines = entries["tagLines"] {
            settings.findsTagLines = try tagLines.word(of: ["auto", "off"]) == "auto"
        }
        return settings
    }

    private func lines(_ node: SettingNode?) throws(LineSettingsError) -> [LineSettings.Line] {
        guard let node else { return [] }
        var lines: [LineSettings.Line] = []
        var names: Set<String> = []
        var refs: Set<String> = []
        for entry in try node.elements() {
            let keys = try entry.mapping(keys: ["name", "ref", "kind", "phases"])
            guard let name = keys["name"] else {
                throw entry.error("has no 'name'", expected: "the name shown for the line")
            }
            var line = LineSettings.Line(name: try name.text())
            guard names.insert(line.name).inserted else { throw name.twice() }
            if let ref = keys["ref"] {
                line.ref = try ref.text()
                guard refs.insert(try ref.text()).inserted else { throw ref.twice() }
            }
            let kinds = LineKind.allCases.map(\.rawValue)
            line.kind = try (keys["kind"]?.word(of: kinds)).flatMap(LineKind.init)
            if let phases = keys["phases"] { line.phases = try self.phases(phases) }
            lines.append(line)
        }
        return lines
    }

    private func phases(
        _ node: SettingNode
    ) throws(LineSettingsError) -> [LifecyclePhase: CalendarDay] {
        let entries = try node.mapping(keys: LifecyclePhase.allCases.map(\.rawValue))
        var days: [LifecyclePhase: CalendarDay] = [:]
        var last: (phase: LifecyclePhase, day: CalendarDay)?
        for phase in LifecyclePhase.allCases {
            guard let entry = entries[phase.rawValue] else { continue }
            let day = try entry.day()
            if let last, day < last.day {
                throw entry.error(
                    "is '\(day)'",
                    expected: "no day before '\(last.day)', when '\(last.phase.rawValue)' begins"
                )
            }
            days[phase] = day
            last = (phase, day)
        }
        return days
    }

    private func notYAML(_ fault: YAMLNode.Fault) -> LineSettingsError {
        let place = fault.line.map { ", line \($0)" } ?? ""
        return LineSettingsError(
            file: file,
            key: "",
            message: "\(file)\(place) is no valid YAML: \(fault.problem)",
            hint: nil
        )
    }
}

/// What is wrong in `.mainstay.yml`.
package struct LineSettingsError: ExplainedError, Hashable {
    /// The file's name as given.
    package let file: String
    /// Path of the key, for example `lines[0].phases.eol`; empty for the whole file.
    package let key: String
    /// What is wrong: file, key, the value seen and the value expected.
    package let message: String
    /// The name that was perhaps meant.
    package let hint: String?
}

/// One value of the file and the path that leads to it.
private struct SettingNode {
    private let node: YAMLNode
    private let key: String
    private let file: String

    init(_ node: YAMLNode, key: String, file: String) {
        self.node = node
        self.key = key
        self.file = file
    }

    var isEmpty: Bool {
        guard case .scalar(let text, isPlain: true) = node.value else { return false }
        return ["", "~", "null"].contains(text)
    }

    /// A mapping with no other keys than `keys`; keys without a value are left out.
    func mapping(keys: [String]) throws(LineSettingsError) -> [String: SettingNode] {
        guard case .mapping(let mapping) = node.value else { throw wrongType("a mapping") }
        var entries: [String: SettingNode] = [:]
        for (name, value) in mapping {
            guard case .scalar(let word, _) = name.value else {
                throw wrongType("a mapping of names")
            }
            let path = key.isEmpty ? word : "\(key).\(word)"
            let entry = SettingNode(value, key: path, file: file)
            guard keys.contains(word) else {
                throw SettingNode(name, key: path, file: file).unknownKey(word, keys)
            }
            if !entry.isEmpty { entries[word] = entry }
        }
        return entries
    }

    func elements() throws(LineSettingsError) -> [SettingNode] {
        guard case .sequence(let sequence) = node.value else { throw wrongType("a list") }
        return sequence.enumerated()
            .map {
                SettingNode($0.element, key: "\(key)[\($0.offset)]", file: file)
            }
    }

    /// A text that is not empty; numbers are taken as they are written.
    func text() throws(LineSettingsError) -> String {
        guard case .scalar(let text, _) = node.value, !text.isEmpty, !isEmpty else {
            throw wrongType("a text")
        }
        return text
    }

    /// A list of texts, none of them twice.
    func texts() throws(LineSettingsError) -> [String] {
        var texts: [String] = []
        for element in try elements() {
            let text = try element.text()
            if texts.contains(text) { throw element.twice() }
            texts.append(text)
        }
        return texts
    }

    func word(of words: [String]) throws(LineSettingsError) -> String {
        let text = try text()
        guard words.contains(text) else {
            throw error(
                "is '\(text)'",
                expected: Self.listed(words),
                hint: NameSuggestion.hint(for: text, among: words)
            )
        }
        return text
    }

    func flag() throws(LineSettingsError) -> Bool {
        guard case .scalar(let text, isPlain: true) = node.value, ["true", "false"].contains(text)
        else { throw wrongType("true or false") }
        return text == "true"
    }

    func day() throws(LineSettingsError) -> CalendarDay {
        let text = try text()
        guard let day = CalendarDay(text) else {
            throw error("is '\(text)'", expected: "a day of the calendar such as '2026-03-01'")
        }
        return day
    }

    /// A regular expression with one group.
    func pattern() throws(LineSettingsError) -> String {
        let text = try text()
        let expected = #"a regular expression with one group, such as '^v(\d+\.\d+)$'"#
        guard (try? Regex(text)) != nil, Self.groups(in: text) == 1 else {
            throw error("is '\(text)'", expected: expected)
        }
        return text
    }

    /// How many groups of `pattern` catch text.
    private static func groups(in pattern: String) -> Int {
        let letters = Array(pattern)
        var count = 0
        var isInSet = false
        var place = 0
        while place < letters.count {
            switch letters[place] {
            case "\\": place += 1
            case "[": isInSet = true
            case "]": isInSet = false
            case "(" where !isInSet:
                let isPlain = place + 1 >= letters.count || letters[place + 1] != "?"
                let isNamed =
                    place + 3 < letters.count && letters[place + 1] == "?"
                    && "<P".contains(letters[place + 2]) && !"=!".contains(letters[place + 3])
                if isPlain || isNamed { count += 1 }
            default: break
            }
            place += 1
        }
        return count
    }
}

// MARK: - Errors

extension SettingNode {
    func error(_ seen: String, expected: String, hint: String? = nil) -> LineSettingsError {
        let subject = key.isEmpty ? file : "Key '\(key)' in \(file)"
        return LineSettingsError(
            file: file,
            key: key,
            message: "\(subject), line \(node.line), \(seen), expected \(expected)",
            hint: hint
        )
    }

    func wrongType(_ expected: String) -> LineSettingsError {
        switch node.value {
        case .scalar(let text, _): error("is '\(text)'", expected: expected)
        case .sequence: error("is a list", expected: expected)
        case .mapping: error("is a mapping", expected: expected)
        }
    }

    func twice() -> LineSettingsError {
        guard case .scalar(let text, _) = node.value else { return wrongType("a text") }
        return error("is '\(text)' for the second time", expected: "each name once")
    }

    func unknownKey(_ name: String, _ known: [String]) -> LineSettingsError {
        error(
            "is unknown",
            expected: Self.listed(known),
            hint: NameSuggestion.hint(for: name, among: known)
        )
    }

    private static func listed(_ words: [String]) -> String {
        let quoted = words.map { "'\($0)'" }
        guard let last = quoted.last, quoted.count > 1 else { return quoted.first ?? "" }
        return "\(quoted.dropLast().joined(separator: ", ")) or \(last)"
    }
}
