#ifndef MST_HTTP_H
#define MST_HTTP_H

#include <stddef.h>
#include <stdint.h>

/* One HTTP request by libcurl, which is loaded at the first one: a process that sends none does not
 * pay for it. Any thread may call; a call waits until the answer is there or a limit is met. */

enum mst_http_outcome {
    MST_HTTP_ANSWERED = 0,
    MST_HTTP_NO_LIBRARY = 1,
    MST_HTTP_BAD_URL = 2,
    MST_HTTP_UNREACHABLE = 3,
    MST_HTTP_TIMED_OUT = 4,
    MST_HTTP_TOO_LARGE = 5,
    MST_HTTP_TLS = 6,
    MST_HTTP_OTHER = 7,
};

/* Every pointer belongs to the caller and must live until the call returns. */
struct mst_http_request {
    const char *method;
    const char *url; /* its path goes out as it is */
    const char *const *headers; /* each "Name: value", the last one NULL */
    const uint8_t *body;
    size_t body_size;
    long connect_ms;
    long total_ms;
    long silence_s; /* how long nothing may come or go; 0: as long as it likes */
    size_t most_bytes; /* of the answer's body; its head may have 256 KiB */
    int allows_plain;  /* 1: http too, 0: https alone */
};

/* What came; `head` and `body` belong to the answer until mst_http_release. */
struct mst_http_answer {
    int outcome; /* of mst_http_outcome */
    long status;
    uint8_t *head; /* header lines of the last answer, each ended by CR LF */
    size_t head_size;
    uint8_t *body;
    size_t body_size;
    char message[256]; /* why there is no answer */
};

void mst_http_perform(const struct mst_http_request *request, struct mst_http_answer *answer);
void mst_http_release(struct mst_http_answer *answer);

#endif
