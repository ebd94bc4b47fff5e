import MainstayCore

/// A request to the desk that cannot be carried out as it was put.
package struct UseError: ExplainedError, Hashable {
    /// What is wrong, for callers that branch on it.
    package enum Code: String, Sendable, Hashable {
        /// Nothing of that name is there, or nothing that this account may see.
        case unknown
        /// The account may not do this.
        case forbidden
        /// Nobody is known to act: no account is bound to the user, or the token is not good.
        case notSignedIn = "not-signed-in"
        /// Something of that name is there already.
        case alreadyExists = "already-exists"
        /// A name breaks its rules.
        case badName = "bad-name"
        /// Somebody else changed it since it was looked at.
        case changedMeanwhile = "changed-meanwhile"
        /// It would lock everybody out, or leaves nothing to do.
        case refused
    }

    /// What is wrong.
    package let code: Code
    /// One sentence for people.
    package let message: String
    /// What mends it.
    package let hint: String?

    init(_ code: Code, _ message: String, hint: String? = nil) {
        self.code = code
        self.message = message
        self.hint = hint
    }

    /// Nothing is called so; near ones are offered.
    static func unknown(
        _ kind: String,
        _ name: String,
        among names: [String] = [],
        list: String? = nil
    ) -> UseError {
        let meant = Spelling.nearest(to: name, among: names).map { "Did you mean '\($0)'?" }
        return UseError(
            .unknown,
            "There is no \(kind) '\(name)'",
            hint: meant ?? list.map { "'mainstay \($0)' lists them" }
        )
    }
}
