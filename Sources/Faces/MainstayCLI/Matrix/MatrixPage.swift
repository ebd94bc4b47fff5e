package import MainstayService

/// The matrix as one HTML file.
package struct MatrixPage {
    /// Prepares the page of `answer`, made at `now`.
    package init(_ answer: Answer<Matrix>, now: Int64) {}
    /// Writes the page.
    package func write(to buffer: inout TextBuffer) {}
}
