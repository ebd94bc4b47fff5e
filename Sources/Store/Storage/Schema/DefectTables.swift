extension Migration {
    /// Code: repositories, lines, defects, releases, advisories.
    ///
    /// The state of a defect on a line is computed from git and has no table.
    static let defects = repositories + defectRecords + decisions + releases + advisories

    private static let repositories = """
        CREATE TABLE repository (        -- the git repository of a product; main_ref: full ref name
          id BIGINT NOT NULL PRIMARY KEY, product_id BIGINT NOT NULL REFERENCES product (id),
          name TEXT NOT NULL, url TEXT NOT NULL, public_url TEXT, main_ref TEXT NOT NULL,
          UNIQUE (product_id, name)
        );
        CREATE TABLE ref_seen (          -- where refs stood at the last scan
          repository_id BIGINT NOT NULL REFERENCES repository (id), ref_name TEXT NOT NULL,
          commit_id TEXT NOT NULL, seen_at BIGINT NOT NULL, PRIMARY KEY (repository_id, ref_name)
        );
        CREATE TABLE commit_pattern (    -- how the messages of a product name what they fix
          product_id BIGINT NOT NULL REFERENCES product (id), pattern TEXT NOT NULL,
          PRIMARY KEY (product_id, pattern)
        );
        CREATE TABLE release_policy (    -- a change is a new row, never an edit
          product_id BIGINT NOT NULL REFERENCES product (id), valid_from_at BIGINT NOT NULL,
          created_at BIGINT NOT NULL, rules_json TEXT NOT NULL,
          PRIMARY KEY (product_id, valid_from_at)
        );
        CREATE TABLE release_line (      -- regular|long_term; the higher the position, the newer
          id BIGINT NOT NULL PRIMARY KEY, product_id BIGINT NOT NULL REFERENCES product (id),
          name TEXT NOT NULL, kind TEXT NOT NULL, position BIGINT NOT NULL,
          UNIQUE (product_id, name)
        );
        CREATE TABLE line_ref (          -- where a line ends: a branch, or a tag once that is gone
          line_id BIGINT NOT NULL REFERENCES release_line (id),
          repository_id BIGINT NOT NULL REFERENCES repository (id), ref_name TEXT NOT NULL,
          PRIMARY KEY (line_id, repository_id)
        );
        CREATE TABLE line_phase (        -- a later row for a phase replaces an earlier; day NULL: off
          line_id BIGINT NOT NULL REFERENCES release_line (id), event_seq BIGINT NOT NULL,
          phase TEXT NOT NULL, from_day TEXT, announced_at BIGINT NOT NULL,
          PRIMARY KEY (line_id, event_seq)
        );

        """

    private static let defectRecords = """
        CREATE TABLE defect (            -- over all lines; security: under embargo until published
          id BIGINT NOT NULL PRIMARY KEY, ref TEXT NOT NULL UNIQUE,
          product_id BIGINT NOT NULL REFERENCES product (id),
          component_id BIGINT REFERENCES component (id), kind TEXT NOT NULL, status TEXT NOT NULL,
          severity BIGINT NOT NULL CHECK (severity BETWEEN 1 AND 5), cause TEXT, cvss_vector TEXT,
          title TEXT NOT NULL, body TEXT NOT NULL, duplicate_of_id BIGINT,
          assignee_id BIGINT REFERENCES account (id), opened_at BIGINT NOT NULL,
          updated_at BIGINT NOT NULL, closed_at BIGINT
        );
        CREATE INDEX defect_queue ON defect (product_id, status, updated_at, id);
        CREATE TABLE defect_alias (      -- other names of it, such as CVE-2023-6246 or BZ #30843
          defect_id BIGINT NOT NULL REFERENCES defect (id), alias TEXT NOT NULL,
          PRIMARY KEY (defect_id, alias)
        );
        CREATE INDEX defect_alias_alias ON defect_alias (alias);
        CREATE TABLE reproduction (      -- a try; steps and environment are the words of the event
          defect_id BIGINT NOT NULL REFERENCES defect (id), event_seq BIGINT NOT NULL,
          version TEXT, commit_id TEXT, outcome TEXT NOT NULL,
          tried_by BIGINT NOT NULL REFERENCES account (id), tried_at BIGINT NOT NULL,
          PRIMARY KEY (defect_id, event_seq)
        );
        CREATE TABLE intervention (      -- put right at a customer's without a commit
          defect_id BIGINT NOT NULL REFERENCES defect (id), event_seq BIGINT NOT NULL,
          ticket_id BIGINT NOT NULL REFERENCES ticket (id), kind TEXT NOT NULL,
          done_by BIGINT NOT NULL REFERENCES account (id), done_at BIGINT NOT NULL,
          PRIMARY KEY (defect_id, event_seq)
        );
        CREATE TABLE ticket_defect (     -- tickets that suffer from it; event_seq: on the ticket's chain
          ticket_id BIGINT NOT NULL REFERENCES ticket (id),
          defect_id BIGINT NOT NULL REFERENCES defect (id), event_seq BIGINT NOT NULL,
          PRIMARY KEY (ticket_id, defect_id)
        );
        CREATE INDEX ticket_defect_defect ON ticket_defect (defect_id);
        CREATE TABLE defect_commit (     -- all parts of a fix are needed; within one, alternatives
          defect_id BIGINT NOT NULL REFERENCES defect (id),
          repository_id BIGINT NOT NULL REFERENCES repository (id), commit_id TEXT NOT NULL,
          role TEXT NOT NULL, part BIGINT NOT NULL CHECK (part >= 1),
          line_id BIGINT REFERENCES release_line (id), source TEXT NOT NULL, state TEXT NOT NULL,
          event_seq BIGINT NOT NULL, PRIMARY KEY (defect_id, repository_id, commit_id, role)
        );
        CREATE INDEX defect_commit_commit ON defect_commit (repository_id, commit_id);
        CREATE TABLE commit_ruling (     -- does a commit carry the change of another: a person's word
          repository_id BIGINT NOT NULL REFERENCES repository (id), commit_id TEXT NOT NULL,
          origin_commit_id TEXT NOT NULL, verdict TEXT NOT NULL, event_seq BIGINT NOT NULL,
          ruled_by BIGINT NOT NULL REFERENCES account (id), ruled_at BIGINT NOT NULL,
          PRIMARY KEY (repository_id, commit_id, origin_commit_id)
        );

        """

    private static let decisions = """
        CREATE TABLE product_release (   -- planned|frozen|published|withdrawn|cancelled
          id BIGINT NOT NULL PRIMARY KEY, line_id BIGINT NOT NULL REFERENCES release_line (id),
          name TEXT NOT NULL, state TEXT NOT NULL, planned_day TEXT, published_at BIGINT,
          UNIQUE (line_id, name)
        );
        CREATE TABLE decision (          -- the last one is in force, all are kept
          defect_id BIGINT NOT NULL REFERENCES defect (id),
          line_id BIGINT NOT NULL REFERENCES release_line (id), event_seq BIGINT NOT NULL,
          kind TEXT NOT NULL, justification TEXT,
          release_id BIGINT REFERENCES product_release (id), until_day TEXT,
          decided_by BIGINT NOT NULL REFERENCES account (id), decided_at BIGINT NOT NULL,
          PRIMARY KEY (defect_id, line_id, event_seq),
          CHECK (kind NOT IN ('not-applicable', 'wont-fix') OR justification IS NOT NULL),
          CHECK ((kind = 'deferred') = (release_id IS NOT NULL OR until_day IS NOT NULL))
        );
        CREATE INDEX decision_line ON decision (line_id, defect_id);
        CREATE TABLE release_decision (  -- whether a release is made for a defect; as decision
          defect_id BIGINT NOT NULL REFERENCES defect (id),
          line_id BIGINT NOT NULL REFERENCES release_line (id), event_seq BIGINT NOT NULL,
          choice TEXT NOT NULL, cause TEXT NOT NULL,
          release_id BIGINT REFERENCES product_release (id),
          decided_by BIGINT NOT NULL REFERENCES account (id), decided_at BIGINT NOT NULL,
          PRIMARY KEY (defect_id, line_id, event_seq),
          CHECK (choice <> 'new' OR release_id IS NOT NULL),
          CHECK (choice <> 'none' OR release_id IS NULL)
        );
        CREATE INDEX release_decision_line ON release_decision (line_id, defect_id);

        """

    private static let releases = """
        CREATE TABLE release_tag (       -- the tag of a published release and the commit seen then
          release_id BIGINT NOT NULL REFERENCES product_release (id),
          repository_id BIGINT NOT NULL REFERENCES repository (id), tag TEXT NOT NULL,
          commit_id TEXT NOT NULL, PRIMARY KEY (release_id, repository_id)
        );
        CREATE TABLE release_item (      -- what a planned release shall hold: wanted|approved|dropped
          release_id BIGINT NOT NULL REFERENCES product_release (id),
          defect_id BIGINT NOT NULL REFERENCES defect (id), position BIGINT NOT NULL,
          state TEXT NOT NULL, event_seq BIGINT NOT NULL, PRIMARY KEY (release_id, defect_id)
        );

        """

    private static let advisories = """
        CREATE TABLE advisory (          -- draft|embargoed|published|withdrawn
          id BIGINT NOT NULL PRIMARY KEY, ref TEXT NOT NULL UNIQUE,
          product_id BIGINT NOT NULL REFERENCES product (id), cve_id TEXT, state TEXT NOT NULL,
          embargo_until_at BIGINT, title TEXT NOT NULL, body TEXT NOT NULL,
          updated_at BIGINT NOT NULL
        );
        CREATE TABLE advisory_defect (   -- the defects that an advisory covers
          advisory_id BIGINT NOT NULL REFERENCES advisory (id),
          defect_id BIGINT NOT NULL REFERENCES defect (id), PRIMARY KEY (advisory_id, defect_id)
        );
        CREATE TABLE publication (       -- a document with claims, byte for byte; customer NULL: to all
          id BIGINT NOT NULL PRIMARY KEY, subject_id BIGINT NOT NULL, event_seq BIGINT NOT NULL,
          kind TEXT NOT NULL, revision BIGINT NOT NULL,
          customer_id BIGINT REFERENCES customer (id),
          body_sha TEXT NOT NULL REFERENCES blob (sha),
          published_by BIGINT NOT NULL REFERENCES account (id), published_at BIGINT NOT NULL,
          withdrawn_at BIGINT
        );
        CREATE INDEX publication_subject ON publication (subject_id, kind, revision);
        CREATE TABLE claim (             -- what a publication said of a defect on a line
          publication_id BIGINT NOT NULL REFERENCES publication (id),
          defect_id BIGINT NOT NULL REFERENCES defect (id),
          line_id BIGINT NOT NULL REFERENCES release_line (id), published_at BIGINT NOT NULL,
          status TEXT NOT NULL, decision TEXT, phase TEXT NOT NULL, evidence_json TEXT NOT NULL,
          release_id BIGINT REFERENCES product_release (id),
          PRIMARY KEY (publication_id, defect_id, line_id)
        );
        CREATE INDEX claim_history ON claim (defect_id, line_id, published_at);

        """
}
