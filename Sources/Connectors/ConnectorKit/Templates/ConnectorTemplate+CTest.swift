extension ConnectorTemplate {
    /// How a connector in C is built.
    static let makefile = ##"""
        CFLAGS ?= -O2 -Wall -Wextra
        library = lib{name}.so

        $(library): {name}.c mainstay_connector.h
        	$(CC) $(CFLAGS) -shared -fPIC -fvisibility=hidden -I. -o $@ {name}.c

        test: {name}.c test.c mainstay_connector.h
        	$(CC) $(CFLAGS) -I. -o $@ {name}.c test.c
        	./test

        clean:
        	rm -f $(library) test

        .PHONY: test clean
        """##

    /// One test, to begin with.
    static let cTest = ##"""
        /* Plays Mainstay and the vendor for one call: `make test` runs it. */
        #include <stdio.h>
        #include <string.h>

        #include "mainstay_connector.h"

        #define TEXT(literal) ((mst_bytes){literal, sizeof(literal) - 1})

        static void write_line(const mst_host *host, int32_t level, mst_bytes message) {
            (void)host;
            fprintf(stderr, "%d %.*s\n", level, (int)message.count, message.data);
        }

        static mst_status answer(const mst_host *host, const char *service, mst_bytes json, mst_sink reply,
                                 void *reply_ctx) {
            (void)host;
            (void)json;
            if (strcmp(service, MST_SERVICE_HTTP)) return MST_DENIED;
            reply(reply_ctx, TEXT("{\"status\":200,\"body\":\"{\\\"updates\\\":[],\\\"nextCursor\\\":\\\"5\\\","
                                  "\\\"hasMore\\\":false}\"}"));
            return MST_OK;
        }

        static int32_t cancelled(const mst_host *host) {
            (void)host;
            return 0;
        }

        static const void *extension(const mst_host *host, const char *id) {
            (void)host;
            (void)id;
            return NULL;
        }

        static void keep(void *context, mst_bytes json) {
            snprintf(context, 4096, "%.*s", (int)json.count, json.data);
        }

        int main(void) {
            static const mst_host host = {.size = sizeof(mst_host),
                                          .abi_major = MST_ABI_MAJOR,
                                          .log = write_line,
                                          .request = answer,
                                          .cancelled = cancelled,
                                          .extension = extension};
            char said[4096] = "";
            const mst_plugin *plugin = mainstay_connector_entry(MST_ABI_MAJOR << 16 | MST_ABI_MINOR);
            const mst_connector *connector = plugin ? plugin->create(&host, TEXT("{}"), keep, said) : NULL;
            if (!connector) return printf("No connector: %s\n", said), 1;
            mst_status status = connector->fetch_updates(connector, TEXT("{\"cursor\":\"4\"}"), keep, said);
            connector->destroy(connector);
            if (status != MST_OK || !strstr(said, "\"nextCursor\":\"5\"")) {
                return printf("It ended with %d: %s\n", status, said), 1;
            }
            return puts("The page was handed on."), 0;
        }
        """##
}
