#ifndef MST_EXAMINE_H
#define MST_EXAMINE_H

#include "mainstay_connector.h"

/* What the conformance checks need to know and no call can show. Each finding is a line of log of
 * level EXAMINED. A process that examines is of no use for work: calls that are refused cost it a
 * signal. */
enum { EXAMINED = 100 };

/* Whether this process examines. */
extern int examines;

/* Writes a finding. */
void examine_tell(const char *finding);

/* Asks for the plugin, and keeps how long that took. */
const mst_plugin *examine_time(mst_entry entry);

/* "entry N us"; then whatever is wrong with asking again and for other versions. */
void examine_entry(mst_entry entry, const mst_plugin *plugin);

/* "extension ID" for each identifier that is none and is not refused. */
void examine_extensions(const mst_connector *connector);

/* Tells "refused call N" of each system call that the filter refuses, and "refused file PATH" of
 * each file that may not be read, by a signal. Returns 0, or -1 with errno set. */
int examine_refusals(void);

/* The fifth argument, which openat has not, of those that are made on behalf of the plugin. */
enum { EXAMINED_OPEN = 0x4D535431 };

#endif
