import MainstayCore

/// The changes of the made-up project.
enum DemoChanges {
    // MARK: Features

    static let raiseLimit = DemoChange(
        title: "frame: Raise the limit to 64 KiB",
        edits: [DemoEdit("src/frame.c", "#define FRAME_LIMIT 4096", "#define FRAME_LIMIT 65536")]
    )

    static let priorities = DemoChange(
        title: "queue: Add priorities",
        author: .tomas,
        edits: [
            DemoEdit(
                "src/queue.c",
                "#include \"queue.h\"\n",
                "#include \"queue.h\"\n\nint queue_priority(const struct queue *q)\n{\n"
                    + "\treturn q->priority;\n}\n"
            )
        ]
    )

    static let portHelper = DemoChange(
        title: "config: Read numbers with strtol",
        edits: [DemoEdit("src/config.c", "\treturn atoi(text);", "\treturn read_number(text);")]
    )

    static let rewriteRetry = DemoChange(
        title: "session: Wait longer after every failed try",
        body: "The wait doubles, so that a broker that starts again is not flooded.",
        author: .tomas,
        edits: [
            DemoEdit(
                "src/session.c",
                "\ts->tries++;\n\treturn socket_connect(s->socket);",
                "\tlong wait = 100L << s->tries;\n\n\ts->tries += 1;\n\tsleep_ms(wait);\n"
                    + "\treturn socket_connect(s->socket);"
            )
        ]
    )

    static let settings = DemoChange(
        title: "Describe the release lines for mainstay",
        author: .ines,
        edits: [DemoEdit(".mainstay.yml", "", DemoSources.settings)]
    )

    static let compression = DemoChange(
        title: "frame: Add compressed frames",
        author: .tomas,
        edits: [
            DemoEdit(
                "src/inflate.c",
                "",
                "#include \"frame.h\"\n\nint frame_inflate(struct frame *f, char *out)\n{\n"
                    + "\tsize_t size = get_u32(f->payload);\n\n"
                    + "\treturn inflate_into(out, size, f->payload + 4);\n}\n"
            )
        ]
    )

    // MARK: Fixes

    static let longFrames = DemoChange(
        title: "frame: Reject frames longer than the receive buffer",
        body: "A peer could make the broker read past its buffer.",
        edits: [
            DemoEdit(
                "src/frame.c",
                "\tmemcpy(f->payload",
                "\tif (f->length > FRAME_LIMIT || f->length > size - header)\n\t\treturn -1;\n"
                    + "\tmemcpy(f->payload"
            )
        ]
    )

    static let trim = DemoChange(
        title: "queue: Fix off-by-one in queue_trim",
        body: "A queue with exactly as many messages as the limit lost one.",
        author: .tomas,
        edits: [DemoEdit("src/queue.c", "q->count >= limit", "q->count > limit")]
    )

    static let port = DemoChange(
        title: "config: Check the range of port numbers",
        body: "Port 70000 was taken for 4464.",
        edits: [
            DemoEdit(
                "src/config.c",
                "\treturn read_number(text);",
                "\tlong port = read_number(text);\n\n\tif (port < 1 || port > 65535)\n"
                    + "\t\treturn -1;\n\treturn (int)port;"
            )
        ]
    )

    static let portAdapted = [
        DemoEdit(
            "src/config.c",
            "\treturn atoi(text);",
            "\tint port = atoi(text);\n\n\tif (port < 1 || port > 65535)\n"
                + "\t\treturn -1;\n\treturn port;"
        )
    ]

    static let escape = DemoChange(
        title: "log: Escape control characters in log lines",
        body: "Names of clients went to the terminal of whoever read the log.",
        edits: [
            DemoEdit(
                "src/log.c",
                "\tfprintf(log_file, \"%s\\n\", text);",
                "\tchar safe[LOG_LINE];\n\n\tescape_controls(safe, sizeof(safe), text);\n"
                    + "\tfprintf(log_file, \"%s\\n\", safe);"
            )
        ]
    )

    static let nameLeak = DemoChange(
        title: "session: Free the peer's name when the handshake fails",
        body: "Every failed handshake leaked some bytes.",
        author: .tomas,
        edits: [DemoEdit("src/session.c", "\t\tfree(s);\n", "\t\tfree(name);\n\t\tfree(s);\n")]
    )

    static let idle = DemoChange(
        title: "session: Close idle sessions after ten minutes, not one",
        author: .mara,
        edits: [DemoEdit("src/session.c", "s->last_seen > 60", "s->last_seen > 600")]
    )

    static let signed = DemoChange(
        title: "Count bytes and messages in size_t",
        body: "Payloads above 2 GiB made the sum negative.",
        edits: [
            DemoEdit(
                "src/frame.c",
                "for (int i = 0; i < (int)f->length; i++)",
                "for (size_t i = 0; i < f->length; i++)"
            ),
            DemoEdit(
                "src/queue.c",
                "struct queue *q, int limit)",
                "struct queue *q, size_t limit)"
            ),
        ]
    )

    static let doubleClose = DemoChange(
        title: "session: Do not close the socket twice",
        author: .tomas,
        edits: [
            DemoEdit(
                "src/session.c",
                "\tsocket_close(s->socket);\n",
                "\tif (s->socket >= 0)\n\t\tsocket_close(s->socket);\n\ts->socket = -1;\n"
            )
        ]
    )

    static let emptyUser = DemoChange(
        title: "config: Refuse an empty user name",
        edits: [
            DemoEdit(
                "src/config.c",
                "\tc->user = strdup(text);",
                "\tif (*text == '\\0')\n\t\treturn -1;\n\tc->user = strdup(text);"
            )
        ]
    )

    static let nullPop = DemoChange(
        title: "queue: Return NULL when an empty queue is popped",
        author: .tomas,
        edits: [
            DemoEdit(
                "src/queue.c",
                "\tq->head = m->next;",
                "\tif (m == NULL)\n\t\treturn NULL;\n\tq->head = m->next;"
            )
        ]
    )

    static let retryLimit = DemoChange(
        title: "session: Give up after sixteen tries",
        body: "The wait overflowed and became no wait at all.",
        edits: [
            DemoEdit(
                "src/session.c",
                "\ts->tries += 1;\n",
                "\tif (s->tries >= 16)\n\t\treturn -1;\n\ts->tries += 1;\n"
            )
        ]
    )

    /// The fix of the defect that `introducer` brought.
    static func inflate(_ introducer: CommitID) -> DemoChange {
        DemoChange(
            title: "frame: Check the size that a compressed frame claims",
            body: "Fixes: \(introducer.short) (\"frame: Add compressed frames\")",
            edits: [
                DemoEdit(
                    "src/inflate.c",
                    "\treturn inflate_into",
                    "\tif (size > FRAME_LIMIT)\n\t\treturn -1;\n\treturn inflate_into"
                )
            ]
        )
    }

    static let rotate = DemoChange(
        title: "log: Append when the log is rotated",
        author: .tomas,
        edits: [DemoEdit("src/log.c", "fopen(path, \"w\")", "fopen(path, \"a\")")]
    )

    static let timeout = DemoChange(
        title: "config: Refuse a timeout that is not positive",
        edits: [
            DemoEdit(
                "src/config.c",
                "\tc->timeout = atoi(text) * 1000;",
                "\tif (atoi(text) <= 0)\n\t\treturn -1;\n\tc->timeout = atoi(text) * 1000;"
            )
        ]
    )
}
