// What the statements of StoreBench cost in plain C: the floor of `Scripts/bench store`.
//
//     floor MEASURE FILE COUNT [STATEMENTS | SIZE]
//
// Prints nanoseconds of CPU and of wall for each of COUNT operations, as StoreBench does. Rows are
// copied out of SQLite, as they must be to outlive the statement.

#include <openssl/sha.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { first_ticket = 1000000, step = 7919 };
static const char *note =
    "The importer stops after the second page when the answer of the server has no length; "
    "seen on 5.4 and 5.5, not on 6.0";
static const char *hash = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
static sqlite3 *database;
static long long tickets;

static void check(int is_right, const char *what) {
    if (is_right) return;
    fprintf(stderr, "Error: %s: %s\n", what, sqlite3_errmsg(database));
    exit(1);
}

static void run(const char *sql) {
    check(sqlite3_exec(database, sql, NULL, NULL, NULL) == SQLITE_OK, sql);
}

static sqlite3_stmt *prepare(const char *sql) {
    sqlite3_stmt *statement;
    check(sqlite3_prepare_v3(database, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL) ==
              SQLITE_OK, sql);
    return statement;
}

static void done(sqlite3_stmt *statement) {
    check(sqlite3_step(statement) == SQLITE_DONE, sqlite3_sql(statement));
    sqlite3_reset(statement);
}

static void text(sqlite3_stmt *statement, int place, const char *value) {
    sqlite3_bind_text(statement, place, value, -1, SQLITE_TRANSIENT);
}

// MARK: Time

static long long start_cpu, start_wall;

static long long nanoseconds(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static void begin(void) {
    start_cpu = nanoseconds(CLOCK_PROCESS_CPUTIME_ID);
    start_wall = nanoseconds(CLOCK_MONOTONIC);
}

static void tell(long long count) {
    printf("%lld %lld\n", (nanoseconds(CLOCK_PROCESS_CPUTIME_ID) - start_cpu) / count,
           (nanoseconds(CLOCK_MONOTONIC) - start_wall) / count);
}

// MARK: Reads

struct head {
    long long id, seq, at;
    char kind[16], sha[65];
};

static void copy_text(char *target, size_t room, sqlite3_stmt *statement, int column) {
    const unsigned char *bytes = sqlite3_column_text(statement, column);
    size_t length = sqlite3_column_bytes(statement, column);
    check(length < room, "a text is too long");
    memcpy(target, bytes, length);
    target[length] = 0;
}

static struct head read_head(sqlite3_stmt *statement, long long id) {
    struct head head;
    sqlite3_bind_int64(statement, 1, id);
    check(sqlite3_step(statement) == SQLITE_ROW, "no head");
    head.id = sqlite3_column_int64(statement, 0);
    copy_text(head.kind, sizeof head.kind, statement, 1);
    head.seq = sqlite3_column_int64(statement, 2);
    copy_text(head.sha, sizeof head.sha, statement, 3);
    head.at = sqlite3_column_int64(statement, 4);
    done(statement);
    return head;
}

static void point(long long count) {
    sqlite3_stmt *select =
        prepare("SELECT id, kind, seq, head_sha, head_at FROM chain WHERE id = $1");
    run("BEGIN");
    for (long long i = 0; i < count / 10; i++) read_head(select, first_ticket + i * step % tickets);
    begin();
    for (long long i = 0; i < count; i++) read_head(select, first_ticket + i * step % tickets);
    tell(count);
}

// Each statement of the file is prepared once for its text, as statements are kept by a program.
struct question {
    sqlite3_stmt *statement;
    int arguments;
    char **values;
};

static char *line_of(FILE *file) {
    char *line = NULL;
    size_t room = 0;
    ssize_t length = getline(&line, &room, file);
    if (length < 0) return NULL;
    line[length - 1] = 0;
    return line;
}

static struct question *read_questions(const char *path, int *count) {
    struct question *questions = NULL;
    FILE *file = fopen(path, "r");
    check(file != NULL, path);
    *count = 0;
    for (char *sql; (sql = line_of(file)) != NULL;) {
        questions = realloc(questions, (*count + 1) * sizeof *questions);
        struct question *new = &questions[*count];
        new->statement = NULL;
        for (int i = 0; i < *count && new->statement == NULL; i++)
            if (strcmp(sqlite3_sql(questions[i].statement), sql) == 0)
                new->statement = questions[i].statement;
        if (new->statement == NULL) new->statement = prepare(sql);
        new->arguments = atoi(line_of(file));
        new->values = calloc(new->arguments, sizeof *new->values);
        for (int i = 0; i < new->arguments; i++) new->values[i] = line_of(file);
        *count += 1;
    }
    return questions;
}

static void ask(struct question *question) {
    static char room[1 << 20];
    size_t used = 0;
    sqlite3_stmt *statement = question->statement;
    for (int i = 0; i < question->arguments; i++) {
        const char *value = question->values[i];
        if (*value == 'i') sqlite3_bind_int64(statement, i + 1, atoll(value + 1));
        else if (*value == 't') text(statement, i + 1, value + 1);
        else sqlite3_bind_null(statement, i + 1);
    }
    int code;
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
        for (int column = 0; column < sqlite3_column_count(statement); column++) {
            int type = sqlite3_column_type(statement, column);
            if (type == SQLITE_INTEGER) {
                long long number = sqlite3_column_int64(statement, column);
                memcpy(room + used, &number, sizeof number);
                used += sizeof number;
            } else if (type == SQLITE_TEXT) {
                copy_text(room + used, sizeof room - used, statement, column);
                used += sqlite3_column_bytes(statement, column) + 1;
            }
        }
    }
    check(code == SQLITE_DONE, sqlite3_sql(statement));
    sqlite3_reset(statement);
}

static void ask_all(long long count, const char *path) {
    int known;
    struct question *questions = read_questions(path, &known);
    run("BEGIN");
    for (long long i = 0; i < count / 10; i++) ask(&questions[i % known]);
    begin();
    for (long long i = 0; i < count; i++) ask(&questions[i % known]);
    tell(count);
}

// MARK: Events

static const char *insert_event =
    "INSERT INTO event (chain_id, seq, kind, audience, actor_id, occurred_at, recorded_at, "
    "facts_json, text, salt, text_sha, prev_sha, sha) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";

static void hex_of(SHA256_CTX *context, char *hex) {
    unsigned char digest[32];
    SHA256_Final(digest, context);
    for (int i = 0; i < 32; i++) {
        hex[2 * i] = "0123456789abcdef"[digest[i] >> 4];
        hex[2 * i + 1] = "0123456789abcdef"[digest[i] & 15];
    }
    hex[64] = 0;
}

static void add(SHA256_CTX *context, const char *field) {
    char length[24];
    size_t size = strlen(field);
    SHA256_Update(context, length, sprintf(length, "%zu:", size));
    SHA256_Update(context, field, size);
    SHA256_Update(context, ",", 1);
}

static void add_number(SHA256_CTX *context, long long number) {
    char digits[24];
    sprintf(digits, "%lld", number);
    add(context, digits);
}

static void make_hashes(struct head *head, char *salt, char *text_sha, char *sha) {
    static int salts;
    static char seed[32 + 24];
    SHA256_CTX context;
    memset(seed, 7, 32);
    SHA256_Init(&context);
    SHA256_Update(&context, seed, 32 + sprintf(seed + 32, "salt %d", ++salts));
    hex_of(&context, salt);
    salt[32] = 0;
    SHA256_Init(&context);
    SHA256_Update(&context, "mst-text-1", 10);
    add(&context, salt);
    add(&context, note);
    hex_of(&context, text_sha);
    SHA256_Init(&context);
    SHA256_Update(&context, "mst-event-1", 11);
    add(&context, head->sha);
    add_number(&context, head->id);
    add_number(&context, head->seq + 1);
    add(&context, "noted");
    add(&context, "staff");
    add_number(&context, 1000);
    add_number(&context, head->at);
    add_number(&context, head->at);
    add(&context, "{}");
    add(&context, text_sha);
    hex_of(&context, sha);
}

struct appending {
    sqlite3_stmt *select, *insert, *update;
};

static struct appending prepare_append(void) {
    return (struct appending){
        prepare("SELECT id, kind, seq, head_sha, head_at FROM chain WHERE id = $1"),
        prepare(insert_event),
        prepare("UPDATE chain SET seq = $1, head_sha = $2, head_at = $3 "
                "WHERE id = $4 AND seq = $5")};
}

static void append(struct appending *to, long long id) {
    char salt[65], text_sha[65], sha[65];
    struct head head = read_head(to->select, id);
    head.at += 1;
    make_hashes(&head, salt, text_sha, sha);
    sqlite3_bind_int64(to->insert, 1, id);
    sqlite3_bind_int64(to->insert, 2, head.seq + 1);
    text(to->insert, 3, "noted");
    text(to->insert, 4, "staff");
    sqlite3_bind_int64(to->insert, 5, 1000);
    sqlite3_bind_int64(to->insert, 6, head.at);
    sqlite3_bind_int64(to->insert, 7, head.at);
    text(to->insert, 8, "{}");
    text(to->insert, 9, note);
    text(to->insert, 10, salt);
    text(to->insert, 11, text_sha);
    text(to->insert, 12, head.sha);
    text(to->insert, 13, sha);
    done(to->insert);
    sqlite3_bind_int64(to->update, 1, head.seq + 1);
    text(to->update, 2, sha);
    sqlite3_bind_int64(to->update, 3, head.at);
    sqlite3_bind_int64(to->update, 4, id);
    sqlite3_bind_int64(to->update, 5, head.seq);
    done(to->update);
    check(sqlite3_changes64(database) == 1, "the head did not move");
}

static void append_all(long long count) {
    struct appending to = prepare_append();
    run("BEGIN IMMEDIATE");
    for (long long i = 0; i < count / 10; i++) append(&to, first_ticket + i * step % tickets);
    begin();
    for (long long i = 0; i < count; i++) append(&to, first_ticket + i * step % tickets);
    tell(count);
    run("ROLLBACK");
}

// Transactions of `size` appends, each on the disk before the next, to the tickets of 64 writers.
static void write_all(long long count, long long size) {
    struct appending to = prepare_append();
    sqlite3_stmt *open = prepare("BEGIN IMMEDIATE"), *commit = prepare("COMMIT");
    begin();
    for (long long i = 0; i < count; i++) {
        if (i % size == 0) done(open);
        append(&to, first_ticket + (i % 64 * 1000 + i / 64 * step % 1000) % tickets);
        if (i % size == size - 1) done(commit);
    }
    tell(count);
}

static void load(long long count) {
    char salt[33];
    snprintf(salt, sizeof salt, "%s", hash);
    sqlite3_stmt *insert = prepare(insert_event);
    run("BEGIN IMMEDIATE");
    begin();
    for (long long i = 0; i < count; i++) {
        sqlite3_bind_int64(insert, 1, first_ticket + i % tickets);
        sqlite3_bind_int64(insert, 2, i / tickets + 1000000);
        text(insert, 3, "noted");
        text(insert, 4, "staff");
        sqlite3_bind_int64(insert, 5, 1000);
        sqlite3_bind_int64(insert, 6, 1760000000000LL);
        sqlite3_bind_int64(insert, 7, 1760000000000LL);
        text(insert, 8, "{}");
        text(insert, 9, note);
        text(insert, 10, salt);
        text(insert, 11, hash);
        text(insert, 12, hash);
        text(insert, 13, hash);
        done(insert);
    }
    tell(count);
    run("ROLLBACK");
}

// MARK: Jobs

static void enqueue(long long count, long long now) {
    sqlite3_stmt *insert = prepare(
        "INSERT INTO job (id, queue, kind, args_json, dedup, wanted, run_at, attempt, max_attempts, "
        "created_at) VALUES ($1, 'mail', 'notify', '{\"ticket\":7}', NULL, 1, $2, 0, 20, $2)");
    for (long long i = 0; i < count; i++) {
        sqlite3_bind_int64(insert, 1, i);
        sqlite3_bind_int64(insert, 2, now);
        done(insert);
    }
}

struct job {
    long long id, wanted, attempt, max_attempts, leased_until;
    char queue[32], kind[32], args[64];
};

static void claims(long long count) {
    long long now = nanoseconds(CLOCK_REALTIME) / 1000000;
    struct job jobs[50];
    sqlite3_stmt *claim = prepare(
        "WITH due AS MATERIALIZED (SELECT id FROM job WHERE queue = $1 AND run_at <= $2 "
        "ORDER BY run_at, id LIMIT $3) "
        "UPDATE job SET run_at = $4 + $5, attempt = attempt + 1, leased_by = $6 "
        "WHERE id IN (SELECT id FROM due) "
        "RETURNING id, queue, kind, args_json, wanted, attempt, max_attempts, run_at");
    sqlite3_stmt *complete =
        prepare("DELETE FROM job WHERE id = $1 AND attempt = $2 AND wanted = $3");
    run("BEGIN IMMEDIATE");
    enqueue(count, now);
    begin();
    for (long long round = 0; round < count / 50; round++) {
        int claimed = 0;
        text(claim, 1, "mail");
        sqlite3_bind_int64(claim, 2, now);
        sqlite3_bind_int64(claim, 3, 50);
        sqlite3_bind_int64(claim, 4, now);
        sqlite3_bind_int64(claim, 5, 60000);
        text(claim, 6, "bench");
        while (sqlite3_step(claim) == SQLITE_ROW) {
            struct job *job = &jobs[claimed++];
            job->id = sqlite3_column_int64(claim, 0);
            copy_text(job->queue, sizeof job->queue, claim, 1);
            copy_text(job->kind, sizeof job->kind, claim, 2);
            copy_text(job->args, sizeof job->args, claim, 3);
            job->wanted = sqlite3_column_int64(claim, 4);
            job->attempt = sqlite3_column_int64(claim, 5);
            job->max_attempts = sqlite3_column_int64(claim, 6);
            job->leased_until = sqlite3_column_int64(claim, 7);
        }
        sqlite3_reset(claim);
        check(claimed == 50, "fewer jobs than expected");
        for (int i = 0; i < claimed; i++) {
            sqlite3_bind_int64(complete, 1, jobs[i].id);
            sqlite3_bind_int64(complete, 2, jobs[i].attempt);
            sqlite3_bind_int64(complete, 3, jobs[i].wanted);
            done(complete);
            check(sqlite3_changes64(database) == 1, "a job is gone");
        }
    }
    tell(count);
    run("ROLLBACK");
}

int main(int count, char **words) {
    check(count > 3, "usage");
    // One thread uses the connection, so it needs no lock of its own.
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
    check(sqlite3_open_v2(words[2], &database, flags, NULL) == SQLITE_OK, words[2]);
    run("PRAGMA cache_size = -65536; PRAGMA secure_delete = ON; PRAGMA synchronous = FULL;"
        "PRAGMA foreign_keys = ON");
    sqlite3_stmt *all = prepare("SELECT COUNT(*) FROM ticket");
    check(sqlite3_step(all) == SQLITE_ROW, "no tickets");
    tickets = sqlite3_column_int64(all, 0);
    sqlite3_finalize(all);
    long long times = atoll(words[3]);
    const char *measure = words[1];
    if (strcmp(measure, "point") == 0) point(times);
    else if (strcmp(measure, "ask") == 0 && count > 4) ask_all(times, words[4]);
    else if (strcmp(measure, "append") == 0) append_all(times);
    else if (strcmp(measure, "writes") == 0) write_all(times, count > 4 ? atoll(words[4]) : 1);
    else if (strcmp(measure, "load") == 0) load(times);
    else if (strcmp(measure, "claims") == 0) claims(times);
    else check(0, "there is no such measure");
    return 0;
}
