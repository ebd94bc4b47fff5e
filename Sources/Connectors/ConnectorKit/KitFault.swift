import MainstayCore

/// Why a connector is not begun, built or packed.
package struct KitFault: ExplainedError, Hashable {
    /// What failed, on which file, with what was seen.
    package let message: String
    /// What mends it.
    package let hint: String?

    init(_ message: String, hint: String? = nil) {
        self.message = message
        self.hint = hint
    }
}
