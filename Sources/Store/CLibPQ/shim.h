// libpq for Swift: https://www.postgresql.org/docs/15/libpq.html
#ifndef MAINSTAY_CLIBPQ_SHIM_H
#define MAINSTAY_CLIBPQ_SHIM_H

#include <libpq-fe.h>

// The fields of an error: macros of characters, which Swift cannot import.
static const int mst_pq_sqlstate = PG_DIAG_SQLSTATE;
static const int mst_pq_primary = PG_DIAG_MESSAGE_PRIMARY;
static const int mst_pq_table = PG_DIAG_TABLE_NAME;
static const int mst_pq_column = PG_DIAG_COLUMN_NAME;
static const int mst_pq_constraint = PG_DIAG_CONSTRAINT_NAME;

// Drops notices, which libpq would print on standard error.
static inline void mst_pq_ignore_notice(void *unused, const PGresult *notice) {
    (void)unused;
    (void)notice;
}
static inline void mst_pq_silence(PGconn *connection) {
    PQsetNoticeReceiver(connection, mst_pq_ignore_notice, 0);
}

#endif
