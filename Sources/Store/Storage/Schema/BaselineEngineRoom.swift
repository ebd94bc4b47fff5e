extension Migration {
    /// The tables that everything else stands on.
    ///
    /// Columns are BIGINT or TEXT only. Names carry the unit: `id` and `*_id` are 63-bit numbers
    /// made by the application, unique over all tables; `*_at` are milliseconds since 1970-01-01
    /// UTC, `*_day` local dates, `*_sha` SHA-256 in 64 hex digits, `*_json`
    /// ``MainstayCore/JSONValue`` texts, `is_*` 0 or 1, `*_by` account ids, `event_seq` the event
    /// on the row's own chain that recorded the act. Word lists are closed sets held by Swift
    /// enums. There is no trigger, sequence, default, cascade.
    static let engineRoom = """
        CREATE TABLE schema_migration (  -- migrations that ran; level: of the release that brought it
          version BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL, text_sha TEXT NOT NULL,
          level BIGINT NOT NULL, applied_at BIGINT NOT NULL
        );
        CREATE TABLE setting (           -- instance-wide values: instance id, deployment, lock rows
          name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL, updated_at BIGINT NOT NULL
        );
        CREATE TABLE counter (           -- running numbers behind refs ('ticket:MST'); gaps allowed
          name TEXT NOT NULL PRIMARY KEY, next BIGINT NOT NULL
        );
        CREATE TABLE node (              -- running processes; number is part of every id they make
          number BIGINT NOT NULL PRIMARY KEY CHECK (number BETWEEN 0 AND 1023), name TEXT NOT NULL,
          level BIGINT NOT NULL, started_at BIGINT NOT NULL, seen_at BIGINT NOT NULL,
          id_floor_at BIGINT NOT NULL    -- new ids lie above this instant only
        );
        CREATE TABLE idempotency (       -- one row per effect, written in its transaction
          effect_key TEXT NOT NULL PRIMARY KEY, request_sha TEXT NOT NULL, result_json TEXT NOT NULL,
          created_at BIGINT NOT NULL
        );
        CREATE INDEX idempotency_age ON idempotency (created_at);
        CREATE TABLE blob (              -- bytes in the folder of blobs, on disk before their row
          sha TEXT NOT NULL PRIMARY KEY, size_bytes BIGINT NOT NULL, media_type TEXT NOT NULL,
          created_at BIGINT NOT NULL, erased_at BIGINT
        );
        CREATE TABLE chain (             -- head of the audit chain of one ticket, account, ...
          id BIGINT NOT NULL PRIMARY KEY, kind TEXT NOT NULL, seq BIGINT NOT NULL,
          head_sha TEXT NOT NULL, head_at BIGINT NOT NULL, anchored_seq BIGINT NOT NULL
        );
        CREATE INDEX chain_unanchored ON chain (id) WHERE seq > anchored_seq;
        CREATE TABLE event (             -- what happened, append only
          chain_id BIGINT NOT NULL, seq BIGINT NOT NULL, kind TEXT NOT NULL, audience TEXT NOT NULL,
          actor_id BIGINT NOT NULL, occurred_at BIGINT NOT NULL, recorded_at BIGINT NOT NULL,
          facts_json TEXT NOT NULL, text TEXT, salt TEXT, text_sha TEXT NOT NULL,
          prev_sha TEXT NOT NULL, sha TEXT NOT NULL,
          PRIMARY KEY (chain_id, seq), CHECK (occurred_at <= recorded_at)
        );
        CREATE INDEX event_recorded ON event (recorded_at, chain_id, seq);
        CREATE TABLE anchor (            -- Merkle root over changed heads
          id BIGINT NOT NULL PRIMARY KEY, made_at BIGINT NOT NULL, leaf_count BIGINT NOT NULL,
          root_sha TEXT NOT NULL, prev_root_sha TEXT NOT NULL, sent_to TEXT NOT NULL
        );
        CREATE TABLE anchor_leaf (       -- which head of which chain an anchor vouches for
          anchor_id BIGINT NOT NULL REFERENCES anchor (id), chain_id BIGINT NOT NULL,
          seq BIGINT NOT NULL, sha TEXT NOT NULL, PRIMARY KEY (anchor_id, chain_id)
        );
        CREATE TABLE job (               -- work to do; a claim moves run_at to the end of the lease
          id BIGINT NOT NULL PRIMARY KEY, queue TEXT NOT NULL, kind TEXT NOT NULL,
          args_json TEXT NOT NULL, dedup TEXT UNIQUE, wanted BIGINT NOT NULL, run_at BIGINT NOT NULL,
          attempt BIGINT NOT NULL, max_attempts BIGINT NOT NULL, leased_by TEXT, last_error TEXT,
          created_at BIGINT NOT NULL
        );
        CREATE INDEX job_due ON job (queue, run_at, id);
        CREATE TABLE job_dead (          -- jobs that used up their attempts, for a person to look at
          id BIGINT NOT NULL PRIMARY KEY, queue TEXT NOT NULL, kind TEXT NOT NULL,
          args_json TEXT NOT NULL, attempt BIGINT NOT NULL, error TEXT NOT NULL,
          died_at BIGINT NOT NULL
        );

        """
}
