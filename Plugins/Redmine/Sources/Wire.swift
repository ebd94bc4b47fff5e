import MainstayConnectorSDK

struct Named: Decodable, Sendable {
    let id: Int
    let name: String
}

struct IssueAnswer: Decodable { let issue: Issue }
struct IssueList: Decodable { let issues: [ListItem<Issue>] }

struct StatusList: Decodable {
    let statuses: [Named]
    private enum CodingKeys: String, CodingKey { case statuses = "issue_statuses" }
}

struct PriorityList: Decodable {
    let priorities: [Named]
    private enum CodingKeys: String, CodingKey { case priorities = "issue_priorities" }
}

struct UserAnswer: Decodable {
    struct User: Decodable { let id: Int }
    let user: User
}

struct UploadAnswer: Decodable {
    struct Upload: Decodable { let token: String }
    let upload: Upload
}

struct Issue: StampedItem {
    static let stampName = "updated_on"

    let id: Int
    let status: Named
    let author: Author?
    let subject: String?
    let createdOn: String
    let stamp: String
    let fixedVersion: Named?
    let journals: [ListItem<Journal>]?
    let relations: [Relation]?
    let attachments: [File]?
    let changesets: [Changeset]?

    /// The issue that this one duplicates.
    var original: Int? {
        relations?.first { $0.kind == "duplicates" && $0.from == id }?.to
    }

    /// Whoever has no name there is nobody's account.
    struct Author: Decodable, Sendable {
        let id: Int
        let name: String?
    }

    struct Journal: Decodable, Sendable {
        let id: Int
        let user: Author?
        let notes: String?
        let createdOn: String
        let isPrivate: Bool?
        let details: [Detail]

        private enum CodingKeys: String, CodingKey {
            case id, user, notes, createdOn = "created_on", isPrivate = "private_notes", details
        }
    }

    struct Detail: Decodable, Sendable {
        let property: String
        let name: String
        let old: String?
        let new: String?

        private enum CodingKeys: String, CodingKey {
            case property, name, old = "old_value", new = "new_value"
        }
    }

    struct Relation: Decodable, Sendable {
        let from: Int
        let to: Int
        let kind: String

        private enum CodingKeys: String, CodingKey {
            case from = "issue_id", to = "issue_to_id", kind = "relation_type"
        }
    }

    struct File: Decodable, Sendable {
        let id: Int
        let size: Int
        let description: String?
        let url: String?

        private enum CodingKeys: String, CodingKey {
            case id, size = "filesize", description, url = "content_url"
        }
    }

    struct Changeset: Decodable, Sendable { let revision: String }

    private enum CodingKeys: String, CodingKey {
        case id, status, author, subject, journals, relations, attachments, changesets
        case createdOn = "created_on", stamp = "updated_on", fixedVersion = "fixed_version"
    }
}
