package import LTSReleases
package import MainstayCore
package import SQLDatabase

/// A git repository of a product.
package struct RepositoryRow: Sendable, Hashable, TableRow {
    static var table: StoredTable { .repository }
    var values: [any SQLValue] { [id, productID, name, url, publicURL, mainRef] }

    /// Its number; the mirror is named by it.
    package let id: Int64
    /// The product it belongs to.
    package let productID: Int64
    /// Its name, unique within the product.
    package let name: String
    /// Where it is fetched from.
    package var url: String
    /// Where the world may clone it, as advisories name it; `nil`: where it is fetched from.
    package var publicURL: String?
    /// The full name of the ref of its mainline; empty before the first scan.
    package var mainRef: String

    /// Creates a repository.
    package init(id: Int64, productID: Int64, name: String, url: String, mainRef: String) {
        self.id = id
        self.productID = productID
        self.name = name
        self.url = url
        self.mainRef = mainRef
    }

    /// Reads a row of `repository`.
    package init(_ row: inout RowReader) throws {
        id = try row.next()
        productID = try row.next()
        name = try row.next()
        url = try row.next()
        publicURL = try row.next()
        mainRef = try row.next()
    }
}

extension Connection {
    /// Adds a repository.
    package func insert(_ repository: RepositoryRow) throws { try add(repository) }

    /// Writes a repository as it stands now over its row.
    package func update(_ repository: RepositoryRow) throws { try put(row: repository) }

    /// Returns the repository of a product; `nil` if it has none.
    package func repository(of product: Int64) throws -> RepositoryRow? {
        try row("WHERE product_id = \(product) ORDER BY id LIMIT 1")
    }

    /// Returns where the refs of a repository stood at the last scan, by full name.
    package func refsSeen(in repository: Int64) throws -> [String: CommitID] {
        var refs: [String: CommitID] = [:]
        try run("SELECT ref_name, commit_id FROM ref_seen WHERE repository_id = \(repository)") {
            refs[try $0.next()] = try $0.next()
        }
        return refs
    }

    /// Notes where refs stand now; those that are gone are forgotten.
    package func setRefsSeen(
        in repository: Int64,
        changed: [String: CommitID],
        gone: [String]
    ) throws {
        let now = try now()
        for (name, commit) in changed.sorted(by: { $0.key < $1.key }) {
            try send(
                """
                INSERT INTO ref_seen (repository_id, ref_name, commit_id, seen_at)
                VALUES (\(repository), \(name), \(commit), \(now))
                ON CONFLICT (repository_id, ref_name)
                  DO UPDATE SET commit_id = excluded.commit_id, seen_at = excluded.seen_at
                """
            )
        }
        for name in gone {
            try send(
                "DELETE FROM ref_seen WHERE repository_id = \(repository) AND ref_name = \(name)"
            )
        }
    }

    /// Returns how the messages of a product's commits name what they fix; without patterns of its
    /// own, the usual ones.
    package func patterns(of product: Product) throws -> [CommitPattern] {
        let own: [String] = try values(
            "SELECT pattern FROM commit_pattern WHERE product_id = \(product.id) ORDER BY pattern"
        )
        return own.isEmpty
            ? CommitPattern.usual(prefix: product.prefix) : try own.map { try CommitPattern($0) }
    }

    /// Replaces the patterns of a product; none at all: the usual ones.
    package func setPatterns(of product: Int64, _ patterns: [CommitPattern]) throws {
        try exec("DELETE FROM commit_pattern WHERE product_id = \(product)")
        for text in Set(patterns.map(\.text)).sorted() {
            try exec(
                "INSERT INTO commit_pattern (product_id, pattern) VALUES (\(product), \(text))"
            )
        }
    }
}
