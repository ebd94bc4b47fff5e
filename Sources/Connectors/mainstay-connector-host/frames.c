/* A frame: u32 length of all after itself, u8 kind, u8 length of the name, u16 status, u32 id, all
 * little-endian, then the name and the payload. */
#define _GNU_SOURCE
#include "frames.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <poll.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

enum { HEAD = 12, COUNTED_HEAD = 8 };

/* What the process ends with when it can no longer read or write; Mainstay knows it. */
enum { LOST_CORE = 4 };

static int input, output;
static pthread_mutex_t writing = PTHREAD_MUTEX_INITIALIZER;

void frames_use(int from, int to) {
    input = from;
    output = to;
}

static void read_exactly(void *target, size_t count, int may_end) {
    char *place = target;
    while (count > 0) {
        ssize_t got = read(input, place, count);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) _exit(got == 0 && may_end && place == target ? 0 : LOST_CORE);
        place += got;
        count -= (size_t)got;
    }
}

void frame_read(struct frame *frame) {
    uint8_t head[HEAD];
    uint32_t length;
    read_exactly(head, HEAD, 1);
    memcpy(&length, head, 4);
    frame->kind = head[4];
    uint8_t name_length = head[5];
    memcpy(&frame->status, head + 6, 2);
    memcpy(&frame->id, head + 8, 4);
    if (length < COUNTED_HEAD + (uint32_t)name_length) _exit(LOST_CORE);
    frame->count = length - COUNTED_HEAD - name_length;
    if (frame->count > MST_MAX_PAYLOAD) _exit(LOST_CORE);
    read_exactly(frame->name, name_length, 0);
    frame->name[name_length] = 0;
    frame->payload = NULL;
    if (frame->count == 0) return;
    frame->payload = malloc(frame->count);
    if (!frame->payload) _exit(LOST_CORE);
    read_exactly(frame->payload, frame->count, 0);
}

int frame_waits(void) {
    struct pollfd news = {input, POLLIN, 0};
    return poll(&news, 1, 0) > 0;
}

void frames_watch(void) {
    /* Wakes for no frame: the end is told whatever one asks for. */
    struct pollfd end = {input, 0, 0};
    while (poll(&end, 1, -1) <= 0) {}
    _exit(LOST_CORE);
}

static void write_all(struct iovec *parts, int count) {
    while (count > 0) {
        ssize_t put = writev(output, parts, count);
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) _exit(LOST_CORE);
        while (count > 0 && (size_t)put >= parts->iov_len) {
            put -= (ssize_t)parts->iov_len;
            parts++;
            count--;
        }
        if (count > 0) {
            parts->iov_base = (char *)parts->iov_base + put;
            parts->iov_len -= (size_t)put;
        }
    }
}

void frame_write(uint8_t kind, int32_t status, uint32_t id, const char *name, mst_bytes payload) {
    size_t name_length = strlen(name);
    uint32_t length = (uint32_t)(COUNTED_HEAD + name_length + payload.count);
    /* A status that the contract does not list counts as failed. */
    uint16_t shown = status < 0 || status > UINT16_MAX ? MST_FAILED : (uint16_t)status;
    uint8_t head[HEAD];
    memcpy(head, &length, 4);
    head[4] = kind;
    head[5] = (uint8_t)name_length;
    memcpy(head + 6, &shown, 2);
    memcpy(head + 8, &id, 4);
    struct iovec parts[] = {
        {head, HEAD}, {(char *)name, name_length}, {(char *)payload.data, payload.count}};
    pthread_mutex_lock(&writing);
    write_all(parts, payload.count > 0 ? 3 : 2);
    pthread_mutex_unlock(&writing);
}

mst_bytes problem_json(char *buffer, size_t size, const char *code, const char *message) {
    int start = snprintf(buffer, size, "{\"code\":\"%s\",\"message\":\"", code);
    size_t count = (size_t)start;
    for (const char *next = message; *next && count + 4 < size; next++) {
        unsigned char byte = (unsigned char)*next;
        if (byte == '"' || byte == '\\') buffer[count++] = '\\';
        buffer[count++] = byte < ' ' || byte > '~' ? '?' : *next;
    }
    memcpy(buffer + count, "\"}", 2);
    return (mst_bytes){buffer, count + 2};
}
