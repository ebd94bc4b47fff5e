/// The first files of the made-up project.
enum DemoSources {
    static let readme = """
        quayd
        =====

        A small message broker. Clients open a session, send frames, and read from queues.

        Releases are made from the branches release/1.0, release/1.2, release/2.0 and release/2.2.

        """

    static let frame = """
        #include "frame.h"

        #define FRAME_LIMIT 4096

        int frame_check(const struct frame *f)
        {
        \tif (f->length == 0)
        \t\treturn -1;
        \treturn 0;
        }

        int frame_read(struct frame *f, const char *buffer, size_t size)
        {
        \tsize_t header = 8;

        \tf->length = get_u32(buffer);
        \tf->options = get_u16(buffer + 4);
        \tmemcpy(f->payload, buffer + header, f->length);
        \treturn frame_check(f);
        }

        int frame_write(const struct frame *f, char *buffer)
        {
        \tput_u32(buffer, f->length);
        \tput_u16(buffer + 4, f->options);
        \treturn (int)f->length;
        }

        unsigned frame_sum(const struct frame *f)
        {
        \tunsigned sum = 0;

        \tfor (int i = 0; i < (int)f->length; i++)
        \t\tsum += f->payload[i];
        \treturn sum;
        }

        """

    static let session = """
        #include "session.h"

        struct session *session_open(struct peer *peer)
        {
        \tstruct session *s = calloc(1, sizeof(*s));
        \tchar *name = peer_name(peer);

        \tif (handshake(peer) < 0) {
        \t\tfree(s);
        \t\treturn NULL;
        \t}
        \ts->name = name;
        \treturn s;
        }

        void session_close(struct session *s)
        {
        \tsocket_close(s->socket);
        \tfree(s->name);
        \tfree(s);
        }

        int session_idle(const struct session *s, long now)
        {
        \treturn now - s->last_seen > 60;
        }

        int session_retry(struct session *s)
        {
        \ts->tries++;
        \treturn socket_connect(s->socket);
        }

        """

    static let queue = """
        #include "queue.h"

        int queue_push(struct queue *q, struct message *m)
        {
        \tq->tail->next = m;
        \tq->tail = m;
        \tq->count++;
        \treturn 0;
        }

        struct message *queue_pop(struct queue *q)
        {
        \tstruct message *m = q->head;

        \tq->head = m->next;
        \tq->count--;
        \treturn m;
        }

        void queue_trim(struct queue *q, int limit)
        {
        \twhile (q->count >= limit)
        \t\tmessage_free(queue_pop(q));
        }

        """

    static let config = """
        #include "config.h"

        int config_port(const char *text)
        {
        \treturn atoi(text);
        }

        int config_user(struct config *c, const char *text)
        {
        \tc->user = strdup(text);
        \treturn 0;
        }

        int config_timeout(struct config *c, const char *text)
        {
        \tc->timeout = atoi(text) * 1000;
        \treturn 0;
        }

        """

    static let log = """
        #include "log.h"

        void log_line(const char *text)
        {
        \tfprintf(log_file, "%s\\n", text);
        }

        void log_rotate(const char *path)
        {
        \tfclose(log_file);
        \tlog_file = fopen(path, "w");
        }

        """

    static let settings = """
        mainline: main
        lines:
          - name: "2.2"
            ref: "release/2.2"
            kind: long_term
            phases: { active: 2025-01-01 }
          - name: "2.0"
            ref: "release/2.0"
            kind: long_term
            phases: { active: 2024-10-22, maintenance: 2025-01-01 }
          - name: "1.2"
            ref: "release/1.2"
            kind: long_term
            phases: { active: 2024-05-11, maintenance: 2024-10-22, security: 2025-07-01 }
          - name: "1.0"
            ref: "release/1.0"
            kind: long_term
            phases: { active: 2024-01-10, maintenance: 2024-05-11, eol: 2024-12-31 }

        """
}
