// Another way to read clocks, to compare with: minute by minute, by the C library's local time.
//
// Reads cases from standard input until its end, all times in minutes since 1970 UTC, and answers a
// line for each: due, elapsed, warning, whether a change broke it, by how much. A due or warning is
// -1 where there is none and -2 where it lies beyond the range of the case.
//
//     start target from to as_of(-1) warn_percent(0) calendars pauses changes
//     calendar:  zone(- for always) n {weekday open close} n {holiday} n {day n {open close}}
//     pause:     from to(-1)
//     change:    at target(-1) calendar(-1) is_reset
//
// Weekdays count from 0, Sunday; days from 1970-01-01; edges of windows in minutes of the day.

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { day = 1440, most = 1 << 9, margin = 4 * day };
typedef long long number;
typedef struct { number opens, closes; } window;
typedef struct { number date; int count; window windows[8]; } override;
typedef struct {
    char zone[64];
    int weekly_count, holiday_count, override_count;
    struct { number weekday; window window; } weekly[most];
    number holidays[most];
    override overrides[most];
    char *is_open;
} calendar;

static number start, target, from, to, as_of, warn_percent, calendars, pauses, changes;
static calendar all[8];
static struct { number from, to; } pause[64];
static struct { number at, target, calendar, is_reset; } change[64];

static number next(void) {
    number value;
    if (scanf("%lld", &value) != 1) { fprintf(stderr, "a number is missing\n"); exit(2); }
    return value;
}

static void read_calendar(calendar *c) {
    if (scanf("%63s", c->zone) != 1) exit(2);
    c->weekly_count = next();
    for (int i = 0; i < c->weekly_count; i++) {
        c->weekly[i].weekday = next();
        c->weekly[i].window.opens = next();
        c->weekly[i].window.closes = next();
    }
    c->holiday_count = next();
    for (int i = 0; i < c->holiday_count; i++) c->holidays[i] = next();
    c->override_count = next();
    for (int i = 0; i < c->override_count; i++) {
        override *o = &c->overrides[i];
        o->date = next();
        o->count = next();
        for (int j = 0; j < o->count; j++) {
            o->windows[j].opens = next();
            o->windows[j].closes = next();
        }
    }
}

// How far the wall clock is ahead at an instant.
static number ahead(number minute) {
    time_t instant = minute * 60;
    struct tm wall;
    localtime_r(&instant, &wall);
    return wall.tm_gmtoff / 60;
}

// When the wall clock shows each minute for the first time; -1 where it never does. The library is
// asked for each minute of a quarter of an hour only where its ends differ.
static number *first_seen(number low, number count) {
    enum { quarter = 15 };
    number *seen = malloc(sizeof *seen * count);
    for (number i = 0; i < count; i++) seen[i] = -1;
    for (number block = low; block < low + count; block += quarter) {
        number at_start = ahead(block), is_steady = at_start == ahead(block + quarter);
        for (number minute = block; minute < block + quarter; minute++) {
            number place = minute + (is_steady ? at_start : ahead(minute)) - low;
            if (place >= 0 && place < count && seen[place] < 0) seen[place] = minute;
        }
    }
    return seen;
}

// The instant of an edge: skipped ones move on by as many minutes as were skipped.
static number edge(const number *seen, number low, number count, number wall) {
    number place = wall - low;
    if (seen[place] >= 0) return seen[place];
    number before = place, after = place;
    while (before > 0 && seen[before] < 0) before--;
    while (after < count - 1 && seen[after] < 0) after++;
    return seen[place + (after - before - 1)];
}

static void open_window(calendar *c, const number *seen, number low, number count, number date,
                        window w) {
    number opens = edge(seen, low, count, date * day + w.opens);
    number closes = edge(seen, low, count, date * day + w.closes);
    for (number minute = opens; minute < closes; minute++)
        if (minute >= from && minute < to) c->is_open[minute - from] = 1;
}

static void open_date(calendar *c, const number *seen, number low, number count, number date) {
    int exists = 0;
    for (number minute = 0; minute < day; minute++)
        if (seen[date * day + minute - low] >= 0) exists = 1;
    if (!exists) return;
    for (int i = 0; i < c->override_count; i++) {
        if (c->overrides[i].date != date) continue;
        for (int j = 0; j < c->overrides[i].count; j++)
            open_window(c, seen, low, count, date, c->overrides[i].windows[j]);
        return;
    }
    for (int i = 0; i < c->holiday_count; i++)
        if (c->holidays[i] == date) return;
    time_t noon = date * 86400 + 43200;
    struct tm shown;
    gmtime_r(&noon, &shown);
    for (int i = 0; i < c->weekly_count; i++)
        if (c->weekly[i].weekday == shown.tm_wday)
            open_window(c, seen, low, count, date, c->weekly[i].window);
}

static void open_calendar(calendar *c) {
    c->is_open = calloc(to - from, 1);
    if (strcmp(c->zone, "-") == 0) {
        memset(c->is_open, 1, to - from);
        return;
    }
    setenv("TZ", c->zone, 1);
    tzset();
    number low = (from / day) * day - margin, count = (to / day) * day + day + margin - low;
    number *seen = first_seen(low, count);
    for (number date = low / day + 2; date < (low + count) / day - 2; date++)
        open_date(c, seen, low, count, date);
    free(seen);
}

static number consumed, due, warning, is_broken, over;

// What has been reached by the time consumed so far.
static void look(number now) {
    if (warning == -2 && warn_percent > 0 && consumed * 100 >= target * warn_percent) warning = now;
}

static calendar *apply_changes(number now, calendar *current) {
    for (int i = 0; i < changes; i++) {
        if (!(change[i].at == now || (now == start && change[i].at < now))) continue;
        if (change[i].is_reset) consumed = 0, due = warning = -2, is_broken = over = 0;
        if (change[i].target >= 0) target = change[i].target;
        if (change[i].calendar >= 0) current = &all[change[i].calendar];
        if (due == -2 && !is_broken && consumed >= target) is_broken = 1, over = consumed - target;
        look(now);
    }
    return current;
}

static void answer(void) {
    number elapsed = 0;
    calendar *current = &all[0];
    consumed = is_broken = over = 0, due = warning = -2;
    for (number now = start;; now++) {
        if (due == -2 && !is_broken && consumed >= target) due = now;
        look(now);
        current = apply_changes(now, current);
        if (now == as_of) elapsed = consumed;
        if (now >= to) break;
        int is_paused = 0;
        for (int i = 0; i < pauses; i++)
            if (pause[i].from <= now && (pause[i].to < 0 || now < pause[i].to)) is_paused = 1;
        consumed += !is_paused && current->is_open[now - from];
    }
    printf("%lld %lld %lld %lld %lld\n", is_broken ? -1 : due, elapsed, warning, is_broken, over);
}

int main(void) {
    while (scanf("%lld", &start) == 1) {
        target = next(), from = next(), to = next(), as_of = next(), warn_percent = next();
        calendars = next(), pauses = next(), changes = next();
        for (int i = 0; i < calendars; i++) read_calendar(&all[i]);
        for (int i = 0; i < pauses; i++) pause[i].from = next(), pause[i].to = next();
        for (int i = 0; i < changes; i++) {
            change[i].at = next(), change[i].target = next();
            change[i].calendar = next(), change[i].is_reset = next();
        }
        for (int i = 0; i < calendars; i++) open_calendar(&all[i]);
        answer();
        for (int i = 0; i < calendars; i++) free(all[i].is_open);
    }
    return 0;
}
