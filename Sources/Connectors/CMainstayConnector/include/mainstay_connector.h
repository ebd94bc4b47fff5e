/*
 * mainstay_connector.h - the contract between Mainstay and a vendor connector.
 *
 * A connector is a shared library that exports ONE symbol,
 * mainstay_connector_entry. Mainstay loads it into a process of its own, the
 * connector host; a crash, hang or leak in it costs that process and
 * nothing else. The host has no network, no secrets and almost no file system:
 * whatever the connector needs from outside, it asks for with host->request.
 *
 * RULES THAT HOLD EVERYWHERE BELOW
 *
 *   Text    All text is UTF-8. mst_bytes is a pointer and a length and is not
 *           NUL-terminated; a plain `const char *` is NUL-terminated and is
 *           only used for identifiers. Payloads are one JSON value each, and
 *           at most MST_MAX_PAYLOAD bytes.
 *   Memory  Nobody ever frees what the other side allocated. Bytes passed in
 *           are lent until the call returns; bytes going out are handed to a
 *           sink, which copies them before it returns.
 *   Threads Mainstay calls one function of a connector at a time, always on
 *           the same thread, which may block. The connector may use threads of its
 *           own and may call the functions of mst_host from any of them, until
 *           destroy() is entered.
 *   Errors  No exception, longjmp or trap may cross this boundary.
 *   Growth  Structures grow at the end only. Read a member beyond those of
 *           minor version 0 only if `size` says that it is there. A change
 *           that cannot be made that way takes a new major version, a new
 *           entry symbol, and a period in which Mainstay accepts both.
 */
#ifndef MAINSTAY_CONNECTOR_H
#define MAINSTAY_CONNECTOR_H

#include <stddef.h>
#include <stdint.h>

#if defined(__clang__)
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wnullability-extension"
#define MST_NULLABLE _Nullable
#define MST_NONNULL _Nonnull
#else
#define MST_NULLABLE
#define MST_NONNULL
#endif
#define MST_EXPORT __attribute__((visibility("default")))

#ifdef __cplusplus
extern "C" {
#endif

/* 'M' 'S' 'T' '1'. Tells a connector from a library that merely has a symbol
 * of the same name. */
#define MST_ABI_MAGIC 0x4D535431u
#define MST_ABI_MAJOR 1u
#define MST_ABI_MINOR 0u
#define MST_MAX_PAYLOAD (8u << 20)

typedef struct mst_bytes {
    const char *MST_NULLABLE data; /* may be NULL when count is 0 */
    size_t count;
} mst_bytes;

/* How a call ended. With any value but MST_OK the reply, if one is given, is
 * {"code": "...", "message": "..."}; `message` is shown to the engineer who
 * owns the escalation, so say what to do about it. A value that is not listed
 * is treated as MST_FAILED. */
typedef int32_t mst_status;
#define MST_OK 0
#define MST_FAILED 1        /* the vendor or the connector failed; trying again may help */
#define MST_INVALID 2       /* the request or the configuration is wrong; trying again will not help */
#define MST_DENIED 3        /* not allowed: address, credential, permission */
#define MST_CANCELLED 4     /* Mainstay no longer wants the answer */
#define MST_UNSUPPORTED 5   /* this connector, or this vendor, cannot do that */
#define MST_RATE_LIMITED 6  /* the vendor asks for patience; the reply may carry "retryAfterSeconds" */

/* Receives the reply to one call. Call it at most once, before the call
 * returns; of several calls the last one counts. */
typedef void (*mst_sink)(void *MST_NULLABLE sink_ctx, mst_bytes json);

/* ------------------------------------------------------------------ host -- */

#define MST_LOG_DEBUG 0
#define MST_LOG_INFO 1
#define MST_LOG_WARNING 2
#define MST_LOG_ERROR 3

/* What Mainstay offers the connector. Lives until destroy() has returned. */
typedef struct mst_host mst_host;
struct mst_host {
    uint32_t size; /* of the structure the host was built with */
    uint16_t abi_major;
    uint16_t abi_minor;
    void *MST_NULLABLE host_ctx; /* the host's own; leave it alone */

    /* Writes one line to the connector's log, which operators read. */
    void (*MST_NONNULL log)(const mst_host *MST_NONNULL host, int32_t level, mst_bytes message);

    /* Asks Mainstay for a service and waits for the answer. `service` is an
     * identifier such as MST_SERVICE_HTTP. `reply` is called on this thread,
     * at most once, before request() returns. MST_CANCELLED comes back
     * promptly when Mainstay gives up on the call that is being served. */
    mst_status (*MST_NONNULL request)(const mst_host *MST_NONNULL host,
                                      const char *MST_NONNULL service, mst_bytes json,
                                      mst_sink MST_NONNULL reply, void *MST_NULLABLE reply_ctx);

    /* Non-zero once Mainstay has given up on the call being served. Long
     * computations should look now and then; a connector that does not return
     * by its deadline is killed. */
    int32_t (*MST_NONNULL cancelled)(const mst_host *MST_NONNULL host);

    /* An optional interface of the host, by identifier, or NULL. */
    const void *MST_NULLABLE (*MST_NONNULL extension)(const mst_host *MST_NONNULL host,
                                                      const char *MST_NONNULL id);
};

/* HTTP, performed by Mainstay below the base address that an administrator
 * has set for this connector, with the credential added on the way.
 *   request  {"method":"POST","path":"/cases","query":{"k":"v"},
 *             "headers":{"Accept":"application/json"},
 *             "body":"text" | "bodyBase64":"..."}
 *   reply    {"status":201,"headers":{...},"body":"text" | "bodyBase64":"..."}
 * `path` is relative to the base address. An absolute URL is accepted only if
 * it lies below it (vendors hand such links out for the next page). Redirects
 * are followed only within the base address. Authorization headers set by the
 * connector are dropped. Any HTTP status is MST_OK; MST_FAILED means that no
 * response came, MST_DENIED that the address was refused. */
#define MST_SERVICE_HTTP "mainstay.http/1"

/* The bytes of a file that a person has released to the vendor, in pieces, so
 * that no file is opened here. `attachment` is the handle from the request of
 * add_attachment and is good until that call returns.
 *   request  {"attachment":"a1","offset":0,"count":1048576}
 *   reply    {"dataBase64":"...","end":false}
 * `count` is at most MST_MAX_ATTACHMENT_READ; fewer bytes may come back, and
 * `end` is true with the last of them. MST_DENIED means that the handle is not
 * of this call, MST_INVALID that the offset lies beyond the end. */
#define MST_SERVICE_ATTACHMENT "mainstay.attachment/1"
#define MST_MAX_ATTACHMENT_READ (1u << 20)
#define MST_MAX_ATTACHMENT (5u << 20)

/* ------------------------------------------------------------- connector -- */

/* One connector, created from one configuration. */
typedef struct mst_connector mst_connector;

/* Every operation has this shape. JSON in, JSON out; the fields are described
 * in the connector guide and in schema/connector-v1.json. MST_OK without a
 * reply counts as MST_INVALID. */
typedef mst_status (*mst_operation)(const mst_connector *MST_NONNULL self, mst_bytes json,
                                    mst_sink MST_NONNULL reply, void *MST_NULLABLE reply_ctx);

struct mst_connector {
    uint32_t size; /* sizeof(mst_connector) as the connector was built */
    uint32_t reserved;
    void *MST_NULLABLE connector_ctx; /* the connector's own */

    /* An operation that is NULL counts as MST_UNSUPPORTED. fetch_updates and
     * map_status are mandatory.
     *
     * Calls that change something at the vendor carry an "idempotencyKey". The
     * same key means the same intention: Mainstay repeats a call after a
     * crash or a lost answer, and the vendor must not end up with two cases. */
    mst_operation MST_NULLABLE open_case;
    mst_operation MST_NULLABLE add_comment;
    mst_operation MST_NULLABLE fetch_updates; /* what changed since "cursor"; "" is the beginning */
    mst_operation MST_NULLABLE map_status;    /* vendor status -> state of the case; pure, no requests */
    mst_operation MST_NULLABLE close_case;

    /* An optional interface of the connector, by identifier, or NULL. The
     * member itself may be NULL. Identifiers read "mainstay.NAME/REVISION";
     * private ones start with a reversed domain name. An unknown identifier
     * must give NULL, including a known one with something appended. */
    const void *MST_NULLABLE (*MST_NULLABLE extension)(const mst_connector *MST_NONNULL self,
                                                       const char *MST_NONNULL id);

    /* Ends this connector. Its threads must have let go of mst_host. */
    void (*MST_NONNULL destroy)(const mst_connector *MST_NONNULL self);
};

/* Optional interface: reads one case by its identifier, so that an engineer
 * can attach a case that was opened by hand and a duplicate can be followed.
 * Makes no change at the vendor. */
#define MST_EXTENSION_LOOKUP "mainstay.lookup/1"
typedef struct mst_lookup {
    uint32_t size; /* sizeof(mst_lookup) as the connector was built */
    uint32_t reserved;
    mst_operation MST_NONNULL read_case;
} mst_lookup;

/* Optional interface: adds one file to a case. Part of version 1.0.
 *   request  {"intent":{...},"caseID":"...","name":"server.log.gz",
 *             "mediaType":"application/gzip","size":1234,"sha256":"...",
 *             "attachment":"a1"}
 *   reply    {"attachmentID":"..."}
 * `size` is at most MST_MAX_ATTACHMENT. The bytes are read with
 * MST_SERVICE_ATTACHMENT during the call. The same idempotency key means the
 * same file: search first, then send. */
#define MST_EXTENSION_ATTACHMENTS "mainstay.attachments/1"
typedef struct mst_attachments {
    uint32_t size; /* sizeof(mst_attachments) as the connector was built */
    uint32_t reserved;
    mst_operation MST_NONNULL add_attachment;
} mst_attachments;

/* ---------------------------------------------------------------- plugin -- */

typedef struct mst_plugin {
    uint32_t magic; /* MST_ABI_MAGIC */
    uint32_t size;  /* sizeof(mst_plugin) as the connector was built */
    uint16_t abi_major;
    uint16_t abi_minor;
    uint32_t reserved;

    /* {"id","version","displayName","services":[...],"sdk":"swift 1.0.0"}. The
     * first four must agree with connector.json next to the file. */
    mst_bytes descriptor;

    /* Makes a connector, or reports a problem and returns NULL. Must not
     * contact the vendor. Called once in the life of a process. */
    const mst_connector *MST_NULLABLE (*MST_NONNULL create)(const mst_host *MST_NONNULL host,
                                                            mst_bytes configuration,
                                                            mst_sink MST_NONNULL problem,
                                                            void *MST_NULLABLE problem_ctx);
} mst_plugin;

/* The one symbol. `host_abi` is MST_ABI_MAJOR << 16 | MST_ABI_MINOR of the
 * host. Return NULL to refuse. The result is constant and lives as long as the
 * process. Do no work here: nothing is configured yet. */
#define MST_ENTRY_SYMBOL "mainstay_connector_entry"
typedef const mst_plugin *MST_NULLABLE (*mst_entry)(uint32_t host_abi);
MST_EXPORT const mst_plugin *MST_NULLABLE mainstay_connector_entry(uint32_t host_abi);

#ifdef __cplusplus
}
#endif

#if defined(__clang__)
#pragma clang diagnostic pop
#endif
#endif
