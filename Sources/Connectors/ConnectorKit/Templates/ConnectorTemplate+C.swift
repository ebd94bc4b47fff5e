extension ConnectorTemplate {
    /// The connector: the one of `Plugins/Example`.
    static let source = ##"""
        /* A whole connector in plain C. Its vendor answers GET /updates?cursor=... with a page that has our
         * form already, so all there is to do is to ask, and to take the page out of the answer.
         *
         * `make` builds it. */
        #include <stdio.h>
        #include <stdlib.h>
        #include <string.h>

        #include "mainstay_connector.h"

        #define TEXT(literal) ((mst_bytes){literal, sizeof(literal) - 1})

        /* Where the JSON string that starts at `start`, a quotation mark, ends: its last one, or NULL. */
        static const char *string_end(const char *start, const char *end) {
            for (const char *next = start + 1; next < end; next++) {
                if (*next == '\\') {
                    next++;
                } else if (*next == '"') {
                    return next;
                }
            }
            return NULL;
        }

        /* The string of member `key` of a JSON object, still escaped; data NULL where there is none. */
        static mst_bytes member(mst_bytes json, const char *key) {
            const char *end = json.data + json.count;
            size_t length = strlen(key);
            int depth = 0;
            for (const char *next = json.data; next < end; next++) {
                if (*next == '{' || *next == '[') depth++;
                if (*next == '}' || *next == ']') depth--;
                if (*next != '"') continue;
                const char *name = next + 1;
                next = string_end(next, end);
                if (!next) break;
                const char *value = next + 1;
                while (value < end && strchr(" \t\r\n", *value)) value++;
                if (value >= end || *value != ':') continue;
                do value++;
                while (value < end && strchr(" \t\r\n", *value));
                if (depth != 1 || (size_t)(next - name) != length || memcmp(name, key, length)) continue;
                const char *last = value < end && *value == '"' ? string_end(value, end) : NULL;
                if (!last) break;
                return (mst_bytes){value + 1, (size_t)(last - value - 1)};
            }
            return (mst_bytes){NULL, 0};
        }

        /* Whether the bytes are one whole object. */
        static int is_whole(mst_bytes json) {
            const char *end = json.data + json.count;
            int depth = 0;
            for (const char *next = json.data; next < end; next++) {
                if (*next == '"') next = string_end(next, end);
                if (!next) return 0;
                if (*next == '{' || *next == '[') depth++;
                if ((*next == '}' || *next == ']') && --depth == 0) {
                    return next + 1 == end && *json.data == '{';
                }
            }
            return 0;
        }

        /* The number that follows `key` anywhere in the text, or 0. */
        static int number_after(mst_bytes json, const char *key) {
            size_t length = strlen(key);
            for (size_t at = 0; at + length < json.count; at++) {
                if (memcmp(json.data + at, key, length) == 0) return atoi(json.data + at + length);
            }
            return 0;
        }

        /* Undoes the escapes of a JSON string in place, as far as a page of this vendor holds any. */
        static size_t unescape(char *text, size_t count) {
            size_t made = 0;
            for (size_t i = 0; i < count; i++) {
                char next = text[i];
                if (next == '\\' && i + 1 < count) {
                    next = text[++i];
                    if (next == 'u') return 0; /* control characters stand in no page */
                    if (next == 'n' || next == 'r' || next == 't') next = ' ';
                }
                text[made++] = next;
            }
            return made;
        }

        /* The answer of the vendor, copied out of the sink. */
        struct copy {
            char *text;
            size_t count;
        };

        static void keep(void *context, mst_bytes json) {
            struct copy *copy = context;
            free(copy->text);
            copy->text = malloc(json.count + 1);
            copy->count = copy->text ? json.count : 0;
            if (!copy->text) return;
            if (json.count > 0) memcpy(copy->text, json.data, json.count);
            copy->text[json.count] = 0;
        }

        static mst_status fail(mst_status status, mst_bytes why, mst_sink reply, void *reply_ctx) {
            reply(reply_ctx, why);
            return status;
        }

        /* What an answer without a page means. */
        static mst_status explain(int status, mst_bytes answer, mst_sink reply, void *reply_ctx) {
            char later[128];
            switch (status) {
            case 400:
            case 404:
                return fail(MST_INVALID, TEXT("{\"code\":\"cursor\",\"message\":\"The vendor does not know "
                                              "this cursor; begin again\"}"), reply, reply_ctx);
            case 401:
            case 403:
                return fail(MST_DENIED, TEXT("{\"code\":\"private\",\"message\":\"The vendor refuses; "
                                             "check the credential\"}"), reply, reply_ctx);
            case 429:
                snprintf(later, sizeof later,
                         "{\"code\":\"connection\",\"message\":\"The vendor asks for patience\","
                         "\"retryAfterSeconds\":%d}", number_after(answer, "\"retry-after\":\""));
                return fail(MST_RATE_LIMITED, (mst_bytes){later, strlen(later)}, reply, reply_ctx);
            default:
                return fail(MST_FAILED, TEXT("{\"code\":\"connection\",\"message\":\"The vendor does not "
                                             "give a page\"}"), reply, reply_ctx);
            }
        }

        /* Hands on the page in an answer. */
        static mst_status hand_on(mst_bytes answer, mst_sink reply, void *reply_ctx) {
            int status = number_after(answer, "\"status\":");
            if (status != 200) return explain(status, answer, reply, reply_ctx);
            mst_bytes body = member(answer, "body");
            size_t length = body.data ? unescape((char *)body.data, body.count) : 0;
            mst_bytes page = {body.data, length};
            if (!is_whole(page)) {
                return fail(MST_FAILED,
                            TEXT("{\"code\":\"bad_item\",\"message\":\"The page cannot be read\"}"), reply,
                            reply_ctx);
            }
            reply(reply_ctx, page);
            return MST_OK;
        }

        static mst_status fetch_updates(const mst_connector *self, mst_bytes json, mst_sink reply,
                                        void *reply_ctx) {
            static const char head[] = "{\"method\":\"GET\",\"path\":\"/updates\",\"query\":{\"cursor\":\"";
            static const char tail[] = "\"}}";
            const mst_host *host = self->connector_ctx;
            mst_bytes cursor = member(json, "cursor");
            if (!cursor.data || !is_whole(json)) {
                return fail(MST_INVALID, TEXT("{\"code\":\"cursor\",\"message\":\"There is no cursor\"}"),
                            reply, reply_ctx);
            }
            size_t count = sizeof head - 1 + cursor.count + sizeof tail - 1;
            char *request = malloc(count);
            if (!request) return MST_FAILED;
            memcpy(request, head, sizeof head - 1);
            memcpy(request + sizeof head - 1, cursor.data, cursor.count);
            memcpy(request + count - (sizeof tail - 1), tail, sizeof tail - 1);
            struct copy answer = {NULL, 0};
            mst_status status = host->request(host, MST_SERVICE_HTTP, (mst_bytes){request, count}, keep,
                                              &answer);
            free(request);
            mst_bytes bytes = {answer.text, answer.count};
            if (status == MST_OK) {
                status = hand_on(bytes, reply, reply_ctx);
            } else {
                reply(reply_ctx, bytes); /* Mainstay's own words for why */
            }
            free(answer.text);
            return status;
        }

        static mst_status map_status(const mst_connector *self, mst_bytes json, mst_sink reply,
                                     void *reply_ctx) {
            (void)self;
            if (!is_whole(json) || !member(json, "status").data) {
                return fail(MST_INVALID,
                            TEXT("{\"code\":\"rejected\",\"message\":\"There is no status\"}"), reply,
                            reply_ctx);
            }
            reply(reply_ctx, TEXT("{\"state\":\"unknown\"}"));
            return MST_OK;
        }

        static void destroy(const mst_connector *self) { (void)self; }

        static mst_connector connector = {
            .size = sizeof(mst_connector),
            .fetch_updates = fetch_updates,
            .map_status = map_status,
            .destroy = destroy,
        };

        static const mst_connector *create(const mst_host *host, mst_bytes configuration, mst_sink problem,
                                           void *problem_ctx) {
            (void)configuration;
            (void)problem;
            (void)problem_ctx;
            connector.connector_ctx = (void *)host;
            return &connector;
        }

        const mst_plugin *mainstay_connector_entry(uint32_t host_abi) {
            static mst_plugin plugin = {
                .magic = MST_ABI_MAGIC,
                .size = sizeof(mst_plugin),
                .abi_major = MST_ABI_MAJOR,
                .abi_minor = MST_ABI_MINOR,
                .create = create,
            };
            static const char descriptor[] =
                "{\"id\":\"com.example.{name}\",\"version\":\"1.0.0\",\"displayName\":\"{Title}\","
                "\"services\":[\"mainstay.http/1\"],\"sdk\":\"none\"}";
            if (host_abi >> 16 != MST_ABI_MAJOR) return NULL;
            plugin.descriptor = TEXT(descriptor);
            return &plugin;
        }
        """##

    /// Its manifest; `pack` adds what the connector says of itself, the machine and the checksum.
    static let cManifest = ##"""
        {
          "format": 1,
          "library": "lib{name}.so",
          "abi": "1.0",
          "extensions": [],
          "operations": ["fetch_updates", "map_status"],
          "options": [],
          "http": {
            "methods": ["GET"],
            "paths": ["/updates"],
            "writesPerCall": 0,
            "authentication": [{ "kind": "bearer" }]
          },
          "statusMap": {},
          "limits": { "memoryMB": 64, "callSeconds": 30 },
          "license": "Apache-2.0"
        }
        """##

    /// What `check` plays through with it.
    static let cReplay = ##"""
        {
          "format": 1,
          "options": {},
          "scenes": {
            "updates": {
              "calls": [
                { "operation": "fetch_updates", "request": { "cursor": "" },
                  "reply": { "nextCursor": "1", "hasMore": true, "updates": [{ "updateID": "1" }] } },
                { "operation": "fetch_updates", "request": { "cursor": "1" },
                  "reply": { "nextCursor": "2", "hasMore": false, "updates": [{ "updateID": "2" }] } }
              ],
              "vendor": [
                { "method": "GET", "path": "/updates", "query": { "cursor": "" },
                  "answer": { "status": 200, "json": { "hasMore": true, "nextCursor": "1", "updates": [
                    { "updateID": "1", "caseID": "7", "kind": "comment", "text": "We look into it",
                      "at": "2026-03-01T09:30:00Z", "actor": "vendor", "visibility": "shared" }] } } },
                { "method": "GET", "path": "/updates", "query": { "cursor": "1" },
                  "answer": { "status": 200, "json": { "hasMore": false, "nextCursor": "2", "updates": [
                    { "updateID": "2", "caseID": "7", "kind": "comment", "text": "Found it",
                      "at": "2026-03-02T09:30:00Z", "actor": "vendor", "visibility": "shared" }] } } }
              ]
            },
            "bad_item": {
              "calls": [{ "operation": "fetch_updates", "request": { "cursor": "" } }],
              "vendor": [
                { "method": "GET", "path": "/updates", "answer": { "status": 200, "json": {
                  "hasMore": false, "nextCursor": "2", "updates": [
                    { "updateID": "1", "caseID": "7", "kind": "unreadable", "text": "No time" },
                    { "updateID": "2", "caseID": "7", "kind": "comment", "text": "Found it",
                      "at": "2026-03-02T09:30:00Z", "actor": "vendor", "visibility": "shared" }] } } }
              ]
            }
          }
        }
        """##
}
