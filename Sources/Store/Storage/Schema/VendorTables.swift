extension Migration {
    /// Level 4: connectors, cases at vendors, what left the house and on what grounds.
    static let vendors = connectors + cases + sharing

    private static let connectors = """
        CREATE TABLE vendor_repository ( -- where a vendor's commits are looked for
          vendor_id BIGINT NOT NULL REFERENCES vendor (id),
          repository_id BIGINT NOT NULL REFERENCES repository (id),
          PRIMARY KEY (vendor_id, repository_id)
        );
        CREATE TABLE connector_library ( -- an installed plugin; a file of another digest never starts
          id TEXT NOT NULL PRIMARY KEY, version TEXT NOT NULL, library_sha TEXT NOT NULL,
          manifest_json TEXT NOT NULL, installed_by BIGINT NOT NULL REFERENCES account (id),
          installed_at BIGINT NOT NULL
        );
        CREATE TABLE connector (         -- a link to a vendor's system; config: no secret, its name only
          id BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL UNIQUE,
          library TEXT NOT NULL REFERENCES connector_library (id),
          vendor_id BIGINT NOT NULL REFERENCES vendor (id), config_json TEXT NOT NULL,
          state TEXT NOT NULL, created_at BIGINT NOT NULL
        );
        CREATE TABLE status_map (        -- a vendor's status and ours; a change is a new version
          connector_id BIGINT NOT NULL REFERENCES connector (id), version BIGINT NOT NULL,
          remote_status TEXT NOT NULL, mapped TEXT NOT NULL,
          PRIMARY KEY (connector_id, version, remote_status)
        );
        CREATE TABLE sync_cursor (       -- how far a stream was read; moves with the rows it covers
          connector_id BIGINT NOT NULL REFERENCES connector (id), stream TEXT NOT NULL,
          cursor TEXT NOT NULL, version BIGINT NOT NULL, updated_at BIGINT NOT NULL,
          PRIMARY KEY (connector_id, stream)
        );

        """

    private static let cases = """
        CREATE TABLE vendor_case (       -- a case at a vendor; connector NULL: kept by hand
          id BIGINT NOT NULL PRIMARY KEY, ref TEXT NOT NULL UNIQUE,
          vendor_id BIGINT NOT NULL REFERENCES vendor (id),
          connector_id BIGINT REFERENCES connector (id), remote_id TEXT, url TEXT,
          contract_id BIGINT REFERENCES contract (id),
          priority BIGINT NOT NULL CHECK (priority BETWEEN 1 AND 5), title TEXT NOT NULL,
          remote_status TEXT, map_version BIGINT, mapped TEXT NOT NULL,
          is_held BIGINT NOT NULL CHECK (is_held IN (0, 1)), remote_changed_at BIGINT,
          vendor_version TEXT, vendor_commit TEXT, checked_at BIGINT, next_check_at BIGINT,
          failures BIGINT NOT NULL, last_error TEXT, opened_at BIGINT NOT NULL,
          updated_at BIGINT NOT NULL, UNIQUE (connector_id, remote_id)
        );
        CREATE INDEX vendor_case_due ON vendor_case (next_check_at, id)
          WHERE next_check_at IS NOT NULL;
        CREATE TABLE case_ticket (       -- holding: the ticket waits for it and stands at level 4
          case_id BIGINT NOT NULL REFERENCES vendor_case (id),
          ticket_id BIGINT NOT NULL REFERENCES ticket (id),
          is_holding BIGINT NOT NULL CHECK (is_holding IN (0, 1)), PRIMARY KEY (case_id, ticket_id)
        );
        CREATE INDEX case_ticket_ticket ON case_ticket (ticket_id);
        CREATE TABLE case_defect (       -- while the case is open it holds the defect up
          case_id BIGINT NOT NULL REFERENCES vendor_case (id),
          defect_id BIGINT NOT NULL REFERENCES defect (id), PRIMARY KEY (case_id, defect_id)
        );
        CREATE INDEX case_defect_defect ON case_defect (defect_id);
        CREATE TABLE watch_activity (    -- every check of a case; detail: for staff, without a secret
          id BIGINT NOT NULL PRIMARY KEY, case_id BIGINT NOT NULL REFERENCES vendor_case (id),
          checked_at BIGINT NOT NULL, took_ms BIGINT NOT NULL, result TEXT NOT NULL, error TEXT,
          detail TEXT
        );
        CREATE INDEX watch_activity_case ON watch_activity (case_id, checked_at);
        CREATE TABLE remote_item (       -- comments and files known on both sides: no double, no echo
          case_id BIGINT NOT NULL REFERENCES vendor_case (id), remote_item_id TEXT NOT NULL,
          direction TEXT NOT NULL, content_sha TEXT NOT NULL, event_seq BIGINT NOT NULL,
          PRIMARY KEY (case_id, remote_item_id)
        );

        """

    private static let sharing = """
        CREATE TABLE agreement (         -- a customer's word that his data may go to a vendor
          id BIGINT NOT NULL PRIMARY KEY, customer_id BIGINT NOT NULL REFERENCES customer (id),
          event_seq BIGINT NOT NULL, ticket_id BIGINT REFERENCES ticket (id),
          contract_id BIGINT REFERENCES contract (id), vendor_id BIGINT REFERENCES vendor (id),
          scope TEXT NOT NULL, agreed_by BIGINT NOT NULL REFERENCES account (id),
          agreed_at BIGINT NOT NULL, until_day TEXT, withdrawn_at BIGINT,
          CHECK ((ticket_id IS NULL) <> (contract_id IS NULL))
        );
        CREATE INDEX agreement_customer ON agreement (customer_id);
        CREATE TABLE pseudonym (         -- stand-ins towards a vendor; value NULL after redaction
          case_id BIGINT NOT NULL REFERENCES vendor_case (id), token TEXT NOT NULL,
          kind TEXT NOT NULL, value TEXT, PRIMARY KEY (case_id, token),
          UNIQUE (case_id, kind, value)
        );
        ALTER TABLE outbox ADD COLUMN case_id BIGINT REFERENCES vendor_case (id);
        ALTER TABLE outbox ADD COLUMN attachment_id BIGINT REFERENCES attachment (id);
        ALTER TABLE outbox ADD COLUMN approved_sha TEXT REFERENCES blob (sha);
        ALTER TABLE outbox ADD COLUMN approved_by BIGINT;
        ALTER TABLE outbox ADD COLUMN approved_at BIGINT;
        CREATE INDEX outbox_case ON outbox (case_id, id) WHERE case_id IS NOT NULL;
        CREATE TABLE disclosure (        -- what left; committed before the bytes go out
          id BIGINT NOT NULL PRIMARY KEY, outbox_id BIGINT NOT NULL REFERENCES outbox (id),
          attempt BIGINT NOT NULL, destination TEXT NOT NULL,
          wire_sha TEXT NOT NULL REFERENCES blob (sha), policy_sha TEXT NOT NULL,
          started_at BIGINT NOT NULL, ended_at BIGINT, outcome TEXT NOT NULL,
          UNIQUE (outbox_id, attempt)
        );
        CREATE TABLE disclosure_ground ( -- no row: the gate found nothing of a customer's in it
          disclosure_id BIGINT NOT NULL REFERENCES disclosure (id),
          agreement_id BIGINT NOT NULL REFERENCES agreement (id),
          PRIMARY KEY (disclosure_id, agreement_id)
        );

        """
}
