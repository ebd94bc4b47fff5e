/* A connector that asks for what it is told to: each line of the request's text is the name of a
 * service, a space and what to ask it for. The reply holds a line for each: how it ended, a space
 * and what was answered. The word HANDLE stands for the attachment of the call. */
#include "text.h"

static const mst_host *host;

/* The string of a member, its escapes undone. */
static struct text plain_member(mst_bytes json, const char *name) {
    struct text found = member(json, name);
    unescape(&found);
    put(&found, "");
    return found;
}

static void add_escaped(struct text *text, const char *bytes, size_t count) {
    for (size_t i = 0; i < count; i++) {
        unsigned char one = (unsigned char)bytes[i];
        char escape[8];
        if (one == '"' || one == '\\') {
            add(text, "\\", 1);
            add(text, bytes + i, 1);
        } else if (one < 32) {
            add(text, escape, (size_t)snprintf(escape, sizeof escape, "\\u%04x", one));
        } else {
            add(text, bytes + i, 1);
        }
    }
}

/* Makes all requests of a text, and adds what came of them, escaped, to the reply. */
static void relay(struct text told, const char *handle, struct text *reply) {
    for (char *line = strtok(told.start, "\n"); line; line = strtok(NULL, "\n")) {
        char *json = strchr(line, ' ');
        if (!json) continue;
        *json++ = 0;
        struct text asked = {0}, answer = {0};
        char *place = strstr(json, "HANDLE");
        if (place) {
            add(&asked, json, (size_t)(place - json));
            put(&asked, handle);
            json = place + 6;
        }
        put(&asked, json);
        put(&answer, "");
        mst_status status =
            host->request(host, line, (mst_bytes){asked.start, asked.count}, keep, &answer);
        char word[16];
        add(reply, word, (size_t)snprintf(word, sizeof word, "%d ", status));
        add_escaped(reply, answer.start, answer.count);
        add(reply, "\\n", 2);
        free(asked.start);
        free(answer.start);
    }
    free(told.start);
}

static mst_status serve(mst_bytes json, const char *name, const char *head, const char *tail,
                        mst_sink reply, void *context) {
    struct text whole = {0};
    put(&whole, head);
    relay(plain_member(json, name), plain_member(json, "attachment").start, &whole);
    put(&whole, tail);
    reply(context, (mst_bytes){whole.start, whole.count});
    free(whole.start);
    return MST_OK;
}

static mst_status open_case(const mst_connector *self, mst_bytes json, mst_sink reply,
                            void *context) {
    (void)self;
    return serve(json, "body", "{\"caseID\":\"1\",\"status\":\"", "\"}", reply, context);
}

static mst_status fetch_updates(const mst_connector *self, mst_bytes json, mst_sink reply,
                                void *context) {
    (void)self;
    return serve(json, "cursor",
                 "{\"updates\":[{\"updateID\":\"1\",\"caseID\":\"1\",\"kind\":\"comment\","
                 "\"at\":\"2026-01-01T00:00:00Z\",\"actor\":\"vendor\",\"text\":\"",
                 "\"}],\"nextCursor\":\"\",\"hasMore\":false}", reply, context);
}

static mst_status map_status(const mst_connector *self, mst_bytes json, mst_sink reply,
                             void *context) {
    struct text told = {0};
    (void)self;
    relay(plain_member(json, "status"), "", &told);
    const char *denied = told.start && strstr(told.start, "3 {") ? "refused" : "working";
    char state[64];
    int count = snprintf(state, sizeof state, "{\"state\":\"%s\"}", denied);
    reply(context, (mst_bytes){state, (size_t)count});
    free(told.start);
    return MST_OK;
}

static mst_status add_attachment(const mst_connector *self, mst_bytes json, mst_sink reply,
                                 void *context) {
    (void)self;
    return serve(json, "name", "{\"attachmentID\":\"", "\"}", reply, context);
}

static const void *extension(const mst_connector *self, const char *id) {
    static const mst_attachments files = {sizeof files, 0, add_attachment};
    (void)self;
    return strcmp(id, MST_EXTENSION_ATTACHMENTS) ? NULL : &files;
}

static void destroy(const mst_connector *self) { (void)self; }

static const mst_connector *create(const mst_host *given, mst_bytes options, mst_sink problem,
                                   void *context) {
    static const mst_connector connector = {
        .size = sizeof(mst_connector),
        .open_case = open_case,
        .fetch_updates = fetch_updates,
        .map_status = map_status,
        .extension = extension,
        .destroy = destroy,
    };
    (void)options;
    (void)problem;
    (void)context;
    host = given;
    return &connector;
}

MST_EXPORT const mst_plugin *mainstay_connector_entry(uint32_t host_abi) {
    static const char descriptor[] =
        "{\"id\":\"org.example.relay\",\"version\":\"1.0.0\",\"displayName\":\"Relay\","
        "\"services\":[\"mainstay.http/1\",\"mainstay.attachment/1\"]}";
    static const mst_plugin plugin = {
        MST_ABI_MAGIC, sizeof plugin, 1, 0, 0, {descriptor, sizeof descriptor - 1}, create};
    return host_abi >> 16 == 1 ? &plugin : NULL;
}
