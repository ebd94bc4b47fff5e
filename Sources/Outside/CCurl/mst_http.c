#include "mst_http.h"

#include <curl/curl.h>
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A macro of the header would stand in the way of naming the function. */
#undef curl_easy_setopt
#undef curl_easy_getinfo

static struct {
    CURLcode (*global_init)(long);
    CURL *(*init)(void);
    CURLcode (*setopt)(CURL *, CURLoption, ...);
    CURLcode (*perform)(CURL *);
    CURLcode (*getinfo)(CURL *, CURLINFO, ...);
    void (*cleanup)(CURL *);
    struct curl_slist *(*append)(struct curl_slist *, const char *);
    void (*free_all)(struct curl_slist *);
    const char *(*strerror)(CURLcode);
    int is_ready;
} curl;

static void load(void) {
    void *library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
    if (!library) return;
    *(void **)&curl.global_init = dlsym(library, "curl_global_init");
    *(void **)&curl.init = dlsym(library, "curl_easy_init");
    *(void **)&curl.setopt = dlsym(library, "curl_easy_setopt");
    *(void **)&curl.perform = dlsym(library, "curl_easy_perform");
    *(void **)&curl.getinfo = dlsym(library, "curl_easy_getinfo");
    *(void **)&curl.cleanup = dlsym(library, "curl_easy_cleanup");
    *(void **)&curl.append = dlsym(library, "curl_slist_append");
    *(void **)&curl.free_all = dlsym(library, "curl_slist_free_all");
    *(void **)&curl.strerror = dlsym(library, "curl_easy_strerror");
    int has_all = curl.global_init && curl.init && curl.setopt && curl.perform && curl.getinfo
        && curl.cleanup && curl.append && curl.free_all && curl.strerror;
    curl.is_ready = has_all && curl.global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
}

struct bytes {
    uint8_t *start;
    size_t size, most;
    int is_full;
};

static size_t take(struct bytes *bytes, const char *piece, size_t size) {
    if (size > bytes->most - bytes->size) {
        bytes->is_full = 1;
        return 0;
    }
    if (size == 0) return 0;
    uint8_t *grown = realloc(bytes->start, bytes->size + size);
    if (!grown) return 0;
    memcpy(grown + bytes->size, piece, size);
    bytes->start = grown;
    bytes->size += size;
    return size;
}

static size_t take_body(char *piece, size_t unit, size_t count, void *bytes) {
    return take(bytes, piece, unit * count);
}

static size_t take_head(char *piece, size_t unit, size_t count, void *context) {
    struct bytes *bytes = context;
    /* A status line begins the head anew: what came before was of an interim answer. */
    if (unit * count >= 5 && memcmp(piece, "HTTP/", 5) == 0) bytes->size = 0;
    return take(bytes, piece, unit * count);
}

static int outcome_of(CURLcode code) {
    switch (code) {
    case CURLE_OK: return MST_HTTP_ANSWERED;
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_URL_MALFORMAT: return MST_HTTP_BAD_URL;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT: return MST_HTTP_UNREACHABLE;
    case CURLE_OPERATION_TIMEDOUT: return MST_HTTP_TIMED_OUT;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_ISSUER_ERROR: return MST_HTTP_TLS;
    default: return MST_HTTP_OTHER;
    }
}

static void set_up(
    CURL *handle, const struct mst_http_request *request, struct curl_slist *headers,
    struct bytes *head, struct bytes *body
) {
    curl.setopt(handle, CURLOPT_URL, request->url);
    curl.setopt(handle, CURLOPT_PROTOCOLS_STR, request->allows_plain ? "http,https" : "https");
    curl.setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
    curl.setopt(handle, CURLOPT_PATH_AS_IS, 1L);
    curl.setopt(handle, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl.setopt(handle, CURLOPT_NOSIGNAL, 1L);
    /* Neither variables of the process nor the netrc of its user change where bytes go. */
    curl.setopt(handle, CURLOPT_PROXY, "");
    curl.setopt(handle, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    curl.setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, request->connect_ms);
    curl.setopt(handle, CURLOPT_TIMEOUT_MS, request->total_ms);
    curl.setopt(handle, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl.setopt(handle, CURLOPT_LOW_SPEED_TIME, request->silence_s);
    curl.setopt(handle, CURLOPT_HTTPHEADER, headers);
    if (strcmp(request->method, "HEAD") == 0) {
        curl.setopt(handle, CURLOPT_NOBODY, 1L);
    } else if (request->body_size > 0 || strcmp(request->method, "POST") == 0) {
        curl.setopt(handle, CURLOPT_POST, 1L);
        curl.setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body_size);
        curl.setopt(handle, CURLOPT_POSTFIELDS, request->body_size ? (const char *)request->body : "");
    }
    curl.setopt(handle, CURLOPT_CUSTOMREQUEST, request->method);
    curl.setopt(handle, CURLOPT_HEADERFUNCTION, take_head);
    curl.setopt(handle, CURLOPT_HEADERDATA, head);
    curl.setopt(handle, CURLOPT_WRITEFUNCTION, take_body);
    curl.setopt(handle, CURLOPT_WRITEDATA, body);
}

static struct curl_slist *list_of(const char *const *headers) {
    struct curl_slist *list = NULL;
    for (; *headers; headers++) {
        struct curl_slist *longer = curl.append(list, *headers);
        if (!longer) break;
        list = longer;
    }
    return list;
}

void mst_http_perform(const struct mst_http_request *request, struct mst_http_answer *answer) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    memset(answer, 0, sizeof *answer);
    pthread_once(&once, load);
    CURL *handle = curl.is_ready ? curl.init() : NULL;
    if (!handle) {
        answer->outcome = MST_HTTP_NO_LIBRARY;
        return;
    }
    struct bytes head = {.most = 256 << 10}, body = {.most = request->most_bytes};
    struct curl_slist *headers = list_of(request->headers);
    char said[CURL_ERROR_SIZE] = "";
    set_up(handle, request, headers, &head, &body);
    curl.setopt(handle, CURLOPT_ERRORBUFFER, said);
    CURLcode code = curl.perform(handle);
    curl.getinfo(handle, CURLINFO_RESPONSE_CODE, &answer->status);
    answer->outcome = head.is_full || body.is_full ? MST_HTTP_TOO_LARGE : outcome_of(code);
    snprintf(answer->message, sizeof answer->message, "%s", said[0] ? said : curl.strerror(code));
    answer->head = head.start;
    answer->head_size = head.size;
    answer->body = body.start;
    answer->body_size = body.size;
    curl.free_all(headers);
    curl.cleanup(handle);
}

void mst_http_release(struct mst_http_answer *answer) {
    free(answer->head);
    free(answer->body);
    memset(answer, 0, sizeof *answer);
}
