// SQLite for Swift: https://sqlite.org/c3ref/intro.html
#ifndef MAINSTAY_CSQLITE_SHIM_H
#define MAINSTAY_CSQLITE_SHIM_H

#include <sqlite3.h>

#endif
