extension Migration {
    /// The promises to customers: contracts, clocks, notices, effort, knowledge.
    static let service = contracts + notices + effort + knowledge

    private static let contracts = """
        CREATE TABLE vendor (            -- whom level 4 asks; company|department
          id BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, contact TEXT,
          policy_json TEXT NOT NULL, created_at BIGINT NOT NULL, closed_at BIGINT
        );
        CREATE TABLE calendar (          -- service hours; a change is a new row, never an edit
          name TEXT NOT NULL, valid_from_at BIGINT NOT NULL, created_at BIGINT NOT NULL,
          zone TEXT NOT NULL, rules_json TEXT NOT NULL, PRIMARY KEY (name, valid_from_at)
        );
        CREATE TABLE level_target (      -- service minutes within the house; a change is a new row
          product_id BIGINT NOT NULL REFERENCES product (id),
          level BIGINT NOT NULL CHECK (level BETWEEN 0 AND 4), valid_from_at BIGINT NOT NULL,
          created_at BIGINT NOT NULL, accept_min BIGINT, return_min BIGINT, calendar TEXT NOT NULL,
          PRIMARY KEY (product_id, level, valid_from_at)
        );
        CREATE TABLE installation (      -- what a customer runs; event_seq is on the customer's chain
          id BIGINT NOT NULL PRIMARY KEY, customer_id BIGINT NOT NULL REFERENCES customer (id),
          event_seq BIGINT NOT NULL, product_id BIGINT NOT NULL REFERENCES product (id),
          version TEXT NOT NULL, since_day TEXT NOT NULL, until_day TEXT
        );
        CREATE INDEX installation_customer ON installation (customer_id);
        CREATE TABLE contract (          -- with a customer, or of ours with a vendor
          id BIGINT NOT NULL PRIMARY KEY, ref TEXT NOT NULL UNIQUE,
          customer_id BIGINT REFERENCES customer (id), vendor_id BIGINT REFERENCES vendor (id),
          model TEXT NOT NULL, starts_day TEXT NOT NULL, ends_day TEXT,
          CHECK ((customer_id IS NULL) <> (vendor_id IS NULL)),
          CHECK (model <> 'fixed_price' OR ends_day IS NOT NULL)
        );
        CREATE INDEX contract_customer ON contract (customer_id);
        CREATE TABLE contract_term (     -- from one instant on; a change is a new row, never an edit
          contract_id BIGINT NOT NULL REFERENCES contract (id), valid_from_at BIGINT NOT NULL,
          created_at BIGINT NOT NULL, calendar TEXT NOT NULL, policy_json TEXT NOT NULL,
          tier TEXT NOT NULL, channels TEXT NOT NULL,
          highest_level BIGINT NOT NULL CHECK (highest_level BETWEEN 0 AND 4),
          service_code BIGINT CHECK (service_code BETWEEN -1 AND 1),
          matrix_version BIGINT REFERENCES priority_version (version),
          PRIMARY KEY (contract_id, valid_from_at)
        );
        CREATE TABLE sla_target (        -- service minutes; calendar NULL: that of the term
          contract_id BIGINT NOT NULL, valid_from_at BIGINT NOT NULL,
          priority BIGINT NOT NULL CHECK (priority BETWEEN 1 AND 5), clock TEXT NOT NULL,
          target_min BIGINT NOT NULL CHECK (target_min > 0), calendar TEXT,
          PRIMARY KEY (contract_id, valid_from_at, priority, clock),
          FOREIGN KEY (contract_id, valid_from_at)
            REFERENCES contract_term (contract_id, valid_from_at)
        );
        CREATE TABLE contract_line (     -- line NULL: all of the product; phases: separated by spaces
          id BIGINT NOT NULL PRIMARY KEY, contract_id BIGINT NOT NULL,
          valid_from_at BIGINT NOT NULL, product_id BIGINT NOT NULL REFERENCES product (id),
          line_id BIGINT REFERENCES release_line (id), phases TEXT NOT NULL,
          FOREIGN KEY (contract_id, valid_from_at)
            REFERENCES contract_term (contract_id, valid_from_at)
        );
        CREATE TABLE contract_service (  -- what managed services or a fixed price cover, and when
          id BIGINT NOT NULL PRIMARY KEY, contract_id BIGINT NOT NULL REFERENCES contract (id),
          product_id BIGINT REFERENCES product (id), name TEXT NOT NULL, from_day TEXT NOT NULL,
          to_day TEXT
        );
        CREATE TABLE hour_block (        -- prepaid time; what is left is computed, never stored
          id BIGINT NOT NULL PRIMARY KEY, contract_id BIGINT NOT NULL REFERENCES contract (id),
          bought_min BIGINT NOT NULL CHECK (bought_min > 0), bought_day TEXT NOT NULL,
          expires_day TEXT
        );
        ALTER TABLE ticket ADD COLUMN contract_id BIGINT REFERENCES contract (id);
        ALTER TABLE ticket ADD COLUMN promised_at BIGINT;
        ALTER TABLE ticket ADD COLUMN due_at BIGINT;
        DROP INDEX ticket_work;
        CREATE INDEX ticket_work ON ticket (priority, COALESCE(due_at, 9223372036854775807),
          COALESCE(customer_urgency, 5), opened_at, id) WHERE status NOT IN ('resolved', 'closed');
        CREATE TABLE sla_due (           -- cache of computed clocks: what is due next; never the truth
          chain_id BIGINT NOT NULL, clock TEXT NOT NULL, computed_seq BIGINT NOT NULL,
          state TEXT NOT NULL, due_at BIGINT, next_at BIGINT, PRIMARY KEY (chain_id, clock)
        );
        CREATE INDEX sla_due_next ON sla_due (next_at, chain_id) WHERE next_at IS NOT NULL;

        """

    private static let notices = """
        CREATE TABLE rota (              -- who is on call; a change is a new row; product NULL: every one
          name TEXT NOT NULL, valid_from_at BIGINT NOT NULL, created_at BIGINT NOT NULL,
          product_id BIGINT REFERENCES product (id), component_id BIGINT REFERENCES component (id),
          level BIGINT NOT NULL CHECK (level BETWEEN 0 AND 4), zone TEXT NOT NULL,
          rules_json TEXT NOT NULL, PRIMARY KEY (name, valid_from_at)
        );
        CREATE TABLE rota_override (     -- somebody stands in; the last one made wins
          id BIGINT NOT NULL PRIMARY KEY, rota TEXT NOT NULL,
          account_id BIGINT NOT NULL REFERENCES account (id), from_at BIGINT NOT NULL,
          to_at BIGINT NOT NULL, created_at BIGINT NOT NULL, CHECK (from_at < to_at)
        );
        CREATE TABLE webhook (           -- kinds of event, separated by spaces; secret: its file's name
          id BIGINT NOT NULL PRIMARY KEY, account_id BIGINT NOT NULL REFERENCES account (id),
          url TEXT NOT NULL, secret TEXT NOT NULL, kinds TEXT NOT NULL, created_at BIGINT NOT NULL,
          disabled_at BIGINT
        );
        CREATE TABLE outbox (            -- one intended message to the outside; event_seq asked for it
          id BIGINT NOT NULL PRIMARY KEY, channel TEXT NOT NULL, destination TEXT NOT NULL,
          effect_key TEXT NOT NULL UNIQUE, body_sha TEXT NOT NULL REFERENCES blob (sha),
          state TEXT NOT NULL, chain_id BIGINT NOT NULL, event_seq BIGINT NOT NULL,
          created_at BIGINT NOT NULL, settled_at BIGINT
        );
        CREATE INDEX outbox_open ON outbox (state, created_at) WHERE settled_at IS NULL;

        """

    private static let effort = """
        CREATE TABLE ticket_rating (     -- 5 is best; the last one counts, all are kept
          ticket_id BIGINT NOT NULL REFERENCES ticket (id), event_seq BIGINT NOT NULL,
          account_id BIGINT NOT NULL REFERENCES account (id),
          score BIGINT NOT NULL CHECK (score BETWEEN 1 AND 5), PRIMARY KEY (ticket_id, event_seq)
        );
        CREATE TABLE time_entry (        -- draws down block hours; a correction may be negative
          id BIGINT NOT NULL PRIMARY KEY, ticket_id BIGINT NOT NULL REFERENCES ticket (id),
          event_seq BIGINT NOT NULL, account_id BIGINT NOT NULL REFERENCES account (id),
          contract_id BIGINT REFERENCES contract (id), spent_min BIGINT NOT NULL,
          is_billable BIGINT NOT NULL CHECK (is_billable IN (0, 1)), worked_day TEXT NOT NULL,
          rate_code TEXT
        );
        CREATE INDEX time_entry_contract ON time_entry (contract_id, worked_day);
        CREATE INDEX time_entry_ticket ON time_entry (ticket_id);
        CREATE TABLE material_entry (    -- in thousandths of a unit; a correction may be negative
          id BIGINT NOT NULL PRIMARY KEY, ticket_id BIGINT NOT NULL REFERENCES ticket (id),
          event_seq BIGINT NOT NULL, account_id BIGINT NOT NULL REFERENCES account (id),
          contract_id BIGINT REFERENCES contract (id), item TEXT NOT NULL, unit TEXT NOT NULL,
          quantity_milli BIGINT NOT NULL, is_billable BIGINT NOT NULL CHECK (is_billable IN (0, 1)),
          used_day TEXT NOT NULL, rate_code TEXT
        );
        CREATE INDEX material_entry_ticket ON material_entry (ticket_id);

        """

    private static let knowledge = """
        CREATE TABLE article (           -- earlier texts are on its chain; language: BCP 47
          id BIGINT NOT NULL PRIMARY KEY, slug TEXT NOT NULL, language TEXT NOT NULL,
          product_id BIGINT REFERENCES product (id), kind TEXT NOT NULL, guide_json TEXT,
          status TEXT NOT NULL, audience TEXT NOT NULL, title TEXT NOT NULL, body TEXT NOT NULL,
          author_id BIGINT NOT NULL REFERENCES account (id), updated_at BIGINT NOT NULL,
          UNIQUE (slug, language)
        );
        CREATE TABLE article_scope (     -- releases it is about, both ends included; '' is open
          article_id BIGINT NOT NULL REFERENCES article (id),
          product_id BIGINT NOT NULL REFERENCES product (id), from_release TEXT NOT NULL,
          to_release TEXT NOT NULL, PRIMARY KEY (article_id, product_id, from_release)
        );
        CREATE TABLE article_defect (    -- its releases are shown from the ledger
          article_id BIGINT NOT NULL REFERENCES article (id),
          defect_id BIGINT NOT NULL REFERENCES defect (id), PRIMARY KEY (article_id, defect_id)
        );
        CREATE TABLE article_answer (    -- a reader's, shown after review: held|shown|refused
          id BIGINT NOT NULL PRIMARY KEY, article_id BIGINT NOT NULL REFERENCES article (id),
          event_seq BIGINT NOT NULL, account_id BIGINT NOT NULL REFERENCES account (id),
          state TEXT NOT NULL, created_at BIGINT NOT NULL
        );
        CREATE INDEX article_answer_article ON article_answer (article_id);
        CREATE TABLE search_miss (       -- a search that led to a ticket or to nothing
          id BIGINT NOT NULL PRIMARY KEY, words TEXT NOT NULL,
          product_id BIGINT REFERENCES product (id), ticket_id BIGINT REFERENCES ticket (id),
          asked_at BIGINT NOT NULL
        );
        CREATE TABLE article_use (       -- shown|linked|solved|written_from; no ticket at level 0
          id BIGINT NOT NULL PRIMARY KEY, article_id BIGINT NOT NULL REFERENCES article (id),
          ticket_id BIGINT REFERENCES ticket (id), account_id BIGINT, outcome TEXT NOT NULL,
          used_at BIGINT NOT NULL
        );
        CREATE INDEX article_use_article ON article_use (article_id, outcome);

        """
}
