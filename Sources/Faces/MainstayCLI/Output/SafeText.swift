/// Whether `text` is printable ASCII throughout, and so safe as it is.
func isSafe(_ text: String) -> Bool {
    var text = text
    return text.withUTF8 { isSafe($0) }
}

/// Whether `utf8` is printable ASCII throughout.
func isSafe(_ utf8: UnsafeBufferPointer<UInt8>) -> Bool {
    for byte in utf8 where byte < 32 || byte > 126 { return false }
    return true
}

/// Returns `text` without anything that could steer a terminal or reorder a line.
///
/// Tabulators and line ends become spaces. Other control characters (C0, C1, DEL), the controls of
/// text direction, invisible separators and tag characters become U+FFFD.
package func makeSafe(_ text: String) -> String {
    if isSafe(text) { return text }
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars { result.append(makeSafe(scalar)) }
    return String(result)
}

/// Returns `scalar`, or what is shown in its place: see ``makeSafe(_:)``.
func makeSafe(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    switch scalar.value {
    case 0x09, 0x0A, 0x0D, 0x2028, 0x2029: " "
    case 0x00...0x1F, 0x7F...0x9F: "\u{FFFD}"
    case 0xAD, 0x061C, 0x180E, 0x200B, 0x200E, 0x200F: "\u{FFFD}"
    case 0x202A...0x202E, 0x2060...0x206F, 0xFEFF, 0xFFF9...0xFFFB: "\u{FFFD}"
    case 0xE0000...0xE0FFF: "\u{FFFD}"
    default: scalar
    }
}

/// Returns as much of `text`, made safe, as fits into `width` columns of a terminal.
///
/// Where something is cut off the last column holds an ellipsis. The cost does not depend on the
/// length of `text`.
package func clip(_ text: String, to width: Int) -> (text: String, width: Int) {
    var kept = String.UnicodeScalarView()
    var pending = String.UnicodeScalarView()
    var used = 0
    var marks = 0
    for scalar in text.unicodeScalars {
        let shown = makeSafe(scalar)
        let columns = columnCount(shown)
        marks = columns == 0 ? marks + 1 : 0
        if marks > 64 { break }
        if marks > 4 { continue }
        if used + columns > width {
            guard width > 0 else { return ("", 0) }
            return (String(kept) + "…", columnCount(of: String(kept)) + 1)
        }
        used += columns
        if used <= width - 1 { kept.append(shown) } else { pending.append(shown) }
    }
    return (String(kept) + String(pending), used)
}

/// Returns the columns that `text` takes on a terminal.
package func columnCount(of text: String) -> Int {
    if isSafe(text) { return text.utf8.count }
    return text.unicodeScalars.reduce(0) { $0 + columnCount($1) }
}

/// Returns the columns that `scalar` takes: 0, 1 or 2.
func columnCount(_ scalar: Unicode.Scalar) -> Int {
    switch scalar.value {
    case 0x20...0x7E, 0xA0...0x2FF: return 1
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3,
        0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F,
        0x1F680...0x1F6FF, 0x1F900...0x1FAFF, 0x20000...0x3FFFD:
        return 2
    default:
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: return 1
        }
    }
}
