#ifndef MST_CALLS_H
#define MST_CALLS_H

#include "mainstay_connector.h"

/* Serves CREATE and then one CALL after the other on this thread. Ends the process at SHUTDOWN and
 * where the input ends. */
_Noreturn void calls_serve(const mst_plugin *plugin);

#endif
