package import MainstayCore

/// Writes JSON into a ``TextBuffer`` as it is told, without a tree in between.
///
/// The writer places commas; the caller keeps objects and arrays balanced.
package struct JSONWriter {
    /// Where the text goes.
    package var buffer: TextBuffer
    private var needsComma = false

    /// Creates a writer at the start of a document.
    package init(_ buffer: TextBuffer) {
        self.buffer = buffer
    }

    /// Starts an object, as an element or after a key.
    package mutating func beginObject() {
        separate()
        buffer.add(byte: 123)
        needsComma = false
    }

    /// Ends an object.
    package mutating func endObject() {
        buffer.add(byte: 125)
        needsComma = true
    }

    /// Starts an array, as an element or after a key.
    package mutating func beginArray() {
        separate()
        buffer.add(byte: 91)
        needsComma = false
    }

    /// Ends an array.
    package mutating func endArray() {
        buffer.add(byte: 93)
        needsComma = true
    }

    /// Starts a new line before the next element; a comma goes before it.
    package mutating func breakLine() {
        separate()
        needsComma = false
        buffer.endLine()
    }

    /// Says that the next element is the first of an object that was begun in ``buffer``.
    mutating func skipComma() {
        needsComma = false
    }

    /// Writes a key, which must need no escapes.
    package mutating func key(_ name: StaticString) {
        buffer.add(needsComma ? ",\"" : "\"")
        buffer.add(name)
        buffer.add("\":")
        needsComma = false
    }

    /// Writes a string.
    package mutating func value(_ text: String) {
        separate()
        buffer.add(byte: 34)
        addEscaped(text)
        buffer.add(byte: 34)
        needsComma = true
    }

    /// Writes an id as a string of 40 hex digits.
    package mutating func value(_ id: CommitID) {
        separate()
        buffer.add(byte: 34)
        buffer.add(id)
        buffer.add(byte: 34)
        needsComma = true
    }

    /// Writes a number.
    package mutating func value(_ number: Int) {
        separate()
        buffer.add(number)
        needsComma = true
    }

    /// Writes `true` or `false`.
    package mutating func value(_ flag: Bool) {
        separate()
        buffer.add(flag ? "true" : "false")
        needsComma = true
    }

    /// Writes a confidence with three decimals.
    package mutating func value(confidence: Double) {
        separate()
        buffer.add(confidence: confidence)
        needsComma = true
    }

    /// Writes JSON that was made before: one value, or several keys with their values.
    package mutating func raw(_ json: [UInt8]) {
        separate()
        buffer.add(json)
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { buffer.add(byte: 44) }
    }

    private mutating func addEscaped(_ text: String) {
        if !buffer.addIfPlain(text) { addSlowly(text) }
    }

    private mutating func addSlowly(_ text: String) {
        for scalar in makeSafe(text).unicodeScalars {
            if scalar == "\"" || scalar == "\\" { buffer.add(byte: 92) }
            for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter {
                buffer.add(byte: byte)
            }
        }
    }
}

extension JSONWriter {
    /// Writes `key` with a string, or nothing where it is absent.
    package mutating func field(_ name: StaticString, _ text: String?) {
        guard let text else { return }
        key(name)
        value(text)
    }

    /// Writes `key` with an id, or nothing where it is absent.
    package mutating func field(_ name: StaticString, _ id: CommitID?) {
        guard let id else { return }
        key(name)
        value(id)
    }

    /// Writes `key` with a number, or nothing where it is absent.
    package mutating func field(_ name: StaticString, _ number: Int?) {
        guard let number else { return }
        key(name)
        value(number)
    }

    /// Writes `key` with an array of strings.
    package mutating func field(_ name: StaticString, _ texts: [String]) {
        key(name)
        beginArray()
        for text in texts { value(text) }
        endArray()
    }

    /// Writes `key` with an array of ids.
    package mutating func field(_ name: StaticString, _ ids: [CommitID]) {
        key(name)
        beginArray()
        for id in ids { value(id) }
        endArray()
    }
}
