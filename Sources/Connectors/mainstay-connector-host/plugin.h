#ifndef MST_PLUGIN_H
#define MST_PLUGIN_H

#include "mainstay_connector.h"

enum { PLUGIN_TEXT = 512 };

/* Why a plugin was not taken: a word to branch on, and a sentence. */
struct plugin_problem {
    const char *code;
    char message[PLUGIN_TEXT];
};

/* Loads the plugin in a file and asks it for its side of the contract. Its constructors run here.
 * Returns NULL with the problem. */
const mst_plugin *plugin_load(const char *path, struct plugin_problem *problem);

/* The entry of the plugin that was loaded. */
mst_entry plugin_entry(void);

#endif
