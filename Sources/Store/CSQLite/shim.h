// SQLite for Swift: https://sqlite.org/c3ref/intro.html
#ifndef MAINSTAY_CSQLITE_SHIM_H
#define MAINSTAY_CSQLITE_SHIM_H

#include <sqlite3.h>

// Swift cannot call functions with a variable number of arguments.

// Makes SQLite stop counting the memory it uses, for which it takes a lock at each piece. It is
// called before anything else of SQLite; later it does nothing.
static inline void mst_sqlite_count_no_memory(void) {
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

#endif
