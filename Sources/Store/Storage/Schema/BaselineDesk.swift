extension Migration {
    /// Who acts, for whom, on what.
    static let accounts = """
        CREATE TABLE customer (          -- who asks for support; company|department
          id BIGINT NOT NULL PRIMARY KEY, ref TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
          kind TEXT NOT NULL, created_at BIGINT NOT NULL, closed_at BIGINT
        );
        CREATE TABLE account (           -- who acts; erasure blanks login, name and email
          id BIGINT NOT NULL PRIMARY KEY, login TEXT NOT NULL UNIQUE, name TEXT NOT NULL, email TEXT,
          customer_id BIGINT REFERENCES customer (id), password TEXT, sso_subject TEXT UNIQUE,
          os_user TEXT UNIQUE, calendar TEXT, created_at BIGINT NOT NULL, disabled_at BIGINT,
          erased_at BIGINT
        );
        CREATE TABLE role_grant (        -- scope: '*', 'product:<id>', 'customer:<id>'
          account_id BIGINT NOT NULL REFERENCES account (id), scope TEXT NOT NULL,
          role TEXT NOT NULL, granted_by BIGINT NOT NULL, granted_at BIGINT NOT NULL,
          PRIMARY KEY (account_id, scope, role)
        );
        CREATE TABLE api_token (         -- roles: separated by spaces; only the secret's hash is kept
          id BIGINT NOT NULL PRIMARY KEY, account_id BIGINT NOT NULL REFERENCES account (id),
          name TEXT NOT NULL, secret_sha TEXT NOT NULL UNIQUE, roles TEXT NOT NULL,
          created_at BIGINT NOT NULL, expires_at BIGINT, revoked_at BIGINT
        );
        CREATE TABLE product (           -- what we ship and support; prefix: MST in MST-123
          id BIGINT NOT NULL PRIMARY KEY, prefix TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
          created_at BIGINT NOT NULL
        );
        CREATE TABLE component (         -- a part of a product with people of its own
          id BIGINT NOT NULL PRIMARY KEY, product_id BIGINT NOT NULL REFERENCES product (id),
          name TEXT NOT NULL, UNIQUE (product_id, name)
        );
        CREATE TABLE product_level (     -- a product without rows has all five
          product_id BIGINT NOT NULL REFERENCES product (id),
          level BIGINT NOT NULL CHECK (level BETWEEN 0 AND 4), name TEXT NOT NULL,
          PRIMARY KEY (product_id, level)
        );
        CREATE TABLE membership (        -- who works on which level; component NULL: every one
          id BIGINT NOT NULL PRIMARY KEY, account_id BIGINT NOT NULL REFERENCES account (id),
          level BIGINT NOT NULL CHECK (level BETWEEN 0 AND 4),
          product_id BIGINT NOT NULL REFERENCES product (id),
          component_id BIGINT REFERENCES component (id)
        );
        CREATE INDEX membership_level ON membership (product_id, level);
        CREATE TABLE handover_item (     -- what a level needs to receive a ticket of a product
          product_id BIGINT NOT NULL REFERENCES product (id),
          level BIGINT NOT NULL CHECK (level BETWEEN 0 AND 4), name TEXT NOT NULL,
          PRIMARY KEY (product_id, level, name)
        );

        """

    /// The desk: one request each, as it stands now; how it came so is on its chain.
    static let desk = """
        CREATE TABLE priority_version (  -- a matrix, in force from valid_from_at
          version BIGINT NOT NULL PRIMARY KEY, valid_from_at BIGINT UNIQUE, created_at BIGINT NOT NULL
        );
        CREATE TABLE priority_matrix (   -- 1 is highest in all three; a change is a new version
          version BIGINT NOT NULL REFERENCES priority_version (version),
          impact BIGINT NOT NULL CHECK (impact BETWEEN 1 AND 4),
          urgency BIGINT NOT NULL CHECK (urgency BETWEEN 1 AND 4),
          priority BIGINT NOT NULL CHECK (priority BETWEEN 1 AND 5),
          PRIMARY KEY (version, impact, urgency)
        );
        CREATE TABLE ticket (
          id BIGINT NOT NULL PRIMARY KEY, ref TEXT NOT NULL UNIQUE,
          product_id BIGINT REFERENCES product (id), component_id BIGINT REFERENCES component (id),
          customer_id BIGINT REFERENCES customer (id), kind TEXT NOT NULL, status TEXT NOT NULL,
          level BIGINT NOT NULL CHECK (level BETWEEN 0 AND 4), area TEXT NOT NULL,
          channel TEXT NOT NULL, is_judged BIGINT NOT NULL CHECK (is_judged IN (0, 1)),
          impact BIGINT NOT NULL, urgency BIGINT NOT NULL, matrix_version BIGINT NOT NULL,
          service_code BIGINT CHECK (service_code BETWEEN -1 AND 1),
          priority BIGINT NOT NULL CHECK (priority BETWEEN 1 AND 5),
          is_overridden BIGINT NOT NULL CHECK (is_overridden IN (0, 1)),
          customer_urgency BIGINT CHECK (customer_urgency BETWEEN 1 AND 4), title TEXT NOT NULL,
          body TEXT NOT NULL, customer_release TEXT,
          reporter_id BIGINT NOT NULL REFERENCES account (id),
          assignee_id BIGINT REFERENCES account (id), opened_at BIGINT NOT NULL,
          updated_at BIGINT NOT NULL, closed_at BIGINT,
          FOREIGN KEY (matrix_version, impact, urgency)
            REFERENCES priority_matrix (version, impact, urgency)
        );
        CREATE INDEX ticket_work ON ticket (priority, COALESCE(customer_urgency, 5), opened_at, id)
          WHERE status NOT IN ('resolved', 'closed');
        CREATE INDEX ticket_queue ON ticket (product_id, status, updated_at, id);
        CREATE INDEX ticket_customer ON ticket (customer_id, status, updated_at, id);
        CREATE INDEX ticket_assignee ON ticket (assignee_id, status, updated_at, id)
          WHERE assignee_id IS NOT NULL;
        CREATE INDEX ticket_changed ON ticket (updated_at, id);
        CREATE TABLE escalation (        -- a ticket handed to another level; its words are the event's
          ticket_id BIGINT NOT NULL REFERENCES ticket (id), event_seq BIGINT NOT NULL,
          from_level BIGINT NOT NULL CHECK (from_level BETWEEN 0 AND 4),
          to_level BIGINT NOT NULL CHECK (to_level BETWEEN 0 AND 4),
          from_account_id BIGINT, to_account_id BIGINT, reason TEXT NOT NULL,
          PRIMARY KEY (ticket_id, event_seq), CHECK (from_level <> to_level)
        );
        CREATE TABLE task (              -- what a person must do next; account NULL: nobody yet
          id BIGINT NOT NULL PRIMARY KEY, chain_id BIGINT NOT NULL, event_seq BIGINT NOT NULL,
          kind TEXT NOT NULL, account_id BIGINT REFERENCES account (id), opened_at BIGINT NOT NULL,
          due_at BIGINT, done_at BIGINT, done_by BIGINT
        );
        CREATE INDEX task_open ON task (account_id, opened_at) WHERE done_at IS NULL;
        CREATE TABLE action_step (       -- a dated step of the action plan of a problem
          id BIGINT NOT NULL PRIMARY KEY, chain_id BIGINT NOT NULL, event_seq BIGINT NOT NULL,
          position BIGINT NOT NULL, what TEXT NOT NULL,
          owner_id BIGINT NOT NULL REFERENCES account (id), due_day TEXT NOT NULL, done_at BIGINT,
          dropped_at BIGINT
        );
        CREATE INDEX action_step_chain ON action_step (chain_id, position);
        CREATE TABLE label (             -- words put on tickets; counts are computed
          id BIGINT NOT NULL PRIMARY KEY, product_id BIGINT REFERENCES product (id),
          name TEXT NOT NULL UNIQUE, is_suggestion BIGINT NOT NULL CHECK (is_suggestion IN (0, 1))
        );
        CREATE TABLE ticket_label (
          ticket_id BIGINT NOT NULL REFERENCES ticket (id),
          label_id BIGINT NOT NULL REFERENCES label (id), event_seq BIGINT NOT NULL,
          PRIMARY KEY (ticket_id, label_id)
        );
        CREATE INDEX ticket_label_label ON ticket_label (label_id);
        CREATE TABLE ticket_link (       -- duplicates|caused_by|blocks|split_from|relates
          ticket_id BIGINT NOT NULL REFERENCES ticket (id),
          other_id BIGINT NOT NULL REFERENCES ticket (id), relation TEXT NOT NULL,
          event_seq BIGINT NOT NULL, PRIMARY KEY (ticket_id, other_id, relation)
        );
        CREATE INDEX ticket_link_other ON ticket_link (other_id);
        CREATE TABLE follower (          -- who is told about the events of a chain
          chain_id BIGINT NOT NULL, account_id BIGINT NOT NULL REFERENCES account (id),
          since_at BIGINT NOT NULL, PRIMARY KEY (chain_id, account_id)
        );
        CREATE TABLE attachment (        -- a file on a ticket
          id BIGINT NOT NULL PRIMARY KEY, chain_id BIGINT NOT NULL, event_seq BIGINT NOT NULL,
          name TEXT NOT NULL, blob_sha TEXT NOT NULL REFERENCES blob (sha),
          is_shareable BIGINT NOT NULL CHECK (is_shareable IN (0, 1))
        );
        CREATE INDEX attachment_chain ON attachment (chain_id);

        """
}
