/* Text, and the little of JSON that a connector of the tests reads. */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mainstay_connector.h"

/* Text that grows. */
struct text {
    char *start;
    size_t count;
};

static void add(struct text *text, const char *bytes, size_t count) {
    text->start = realloc(text->start, text->count + count + 1);
    if (!text->start) abort();
    memcpy(text->start + text->count, bytes, count);
    text->count += count;
    text->start[text->count] = 0;
}

static void put_all(struct text *text, ...) {
    va_list pieces;
    va_start(pieces, text);
    for (const char *piece; (piece = va_arg(pieces, const char *));) add(text, piece, strlen(piece));
    va_end(pieces);
}

/* Adds one string after the other. */
#define put(text, ...) put_all(text, __VA_ARGS__, (const char *)NULL)

/* Whether the bytes are one whole object. */
static inline int is_whole(mst_bytes json) {
    int depth = 0, in_string = 0;
    for (size_t i = 0; i < json.count; i++) {
        char one = json.data[i];
        if (in_string && one == '\\') i++;
        else if (one == '"') in_string = !in_string;
        else if (!in_string && (one == '{' || one == '[')) depth++;
        else if (!in_string && (one == '}' || one == ']') && --depth == 0)
            return i + 1 == json.count && json.data[0] == '{';
    }
    return 0;
}

/* The string of a member, still escaped; start NULL where there is none. */
static struct text member(mst_bytes json, const char *name) {
    struct text found = {0};
    char key[64];
    int length = snprintf(key, sizeof key, "\"%s\":\"", name);
    const char *end = json.data + json.count;
    const char *at = json.count ? memmem(json.data, json.count, key, (size_t)length) : NULL;
    if (!at) return found;
    const char *last = at += length;
    while (last < end && *last != '"') last += *last == '\\' ? 2 : 1;
    if (last < end) add(&found, at, (size_t)(last - at));
    return found;
}

/* Undoes the escapes; Mainstay makes no others. */
static void unescape(struct text *text) {
    size_t made = 0;
    for (size_t i = 0; i < text->count; i++) {
        char one = text->start[i];
        if (one == '\\' && i + 1 < text->count) {
            one = text->start[++i];
            if (one == 'n') one = '\n';
            if (one == 'r') one = '\r';
            if (one == 't') one = '\t';
            if (one == 'u') {
                unsigned code = 0;
                sscanf(text->start + i + 1, "%4x", &code);
                one = (char)code;
                i += 4;
            }
        }
        text->start[made++] = one;
    }
    text->count = made;
    if (text->start) text->start[made] = 0;
}

static void keep(void *context, mst_bytes json) { add(context, json.data, json.count); }
