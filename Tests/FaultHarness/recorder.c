// Records what a process does to the files of one folder, so that a loss of power can be played
// afterwards: which bytes were written, and which were by then forced to the disk.
//
// Loaded with LD_PRELOAD. FAULT_FOLDER names the folder, FAULT_LOG the record. Standard output goes
// into the record too: there the acknowledgements stand between the writes. Each entry is a line
// "<kind> <file> <offset> <length>\n" and then `length` bytes. The kinds: w written, t cut to
// `offset`, s synced, u removed, a said. The file "." is the folder itself.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
static int record = -1;
static char folder[PATH_MAX];

static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);
static int (*real_ftruncate)(int, off_t);
static int (*real_unlink)(const char *);

__attribute__((constructor)) static void begin(void) {
    real_write = dlsym(RTLD_NEXT, "write");
    real_pwrite = dlsym(RTLD_NEXT, "pwrite64");
    real_fsync = dlsym(RTLD_NEXT, "fsync");
    real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
    real_ftruncate = dlsym(RTLD_NEXT, "ftruncate64");
    real_unlink = dlsym(RTLD_NEXT, "unlink");
    const char *log = getenv("FAULT_LOG"), *watched = getenv("FAULT_FOLDER");
    if (log == NULL || watched == NULL) return;
    snprintf(folder, sizeof folder, "%s/", watched);
    record = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

// The name within the folder, "." for the folder, or NULL.
static const char *name_in_folder(const char *path) {
    size_t length = strlen(folder);
    if (strncmp(path, folder, length - 1) == 0 && path[length - 1] == 0) return ".";
    return strncmp(path, folder, length) == 0 ? path + length : NULL;
}

static const char *name_of(int descriptor, char *path) {
    if (record < 0) return NULL;
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    if (length <= 0) return NULL;
    path[length] = 0;
    return name_in_folder(path);
}

static void note(char kind, const char *name, off_t offset, const void *bytes, size_t length) {
    char head[PATH_MAX + 64];
    int size = snprintf(head, sizeof head, "%c %s %lld %zu\n", kind, name, (long long)offset,
                        length);
    if (real_write(record, head, size) != size) abort();
    if (length > 0 && real_write(record, bytes, length) != (ssize_t)length) abort();
}

ssize_t write(int descriptor, const void *bytes, size_t length) {
    char path[PATH_MAX];
    const char *name = descriptor == 1 && record >= 0 ? "-" : name_of(descriptor, path);
    if (name == NULL) return real_write(descriptor, bytes, length);
    pthread_mutex_lock(&turn);
    off_t offset = descriptor == 1 ? 0 : lseek(descriptor, 0, SEEK_CUR);
    ssize_t written = real_write(descriptor, bytes, length);
    if (written > 0) note(descriptor == 1 ? 'a' : 'w', name, offset, bytes, written);
    pthread_mutex_unlock(&turn);
    return written;
}

ssize_t pwrite64(int descriptor, const void *bytes, size_t length, off_t offset) {
    char path[PATH_MAX];
    const char *name = name_of(descriptor, path);
    if (name == NULL) return real_pwrite(descriptor, bytes, length, offset);
    pthread_mutex_lock(&turn);
    ssize_t written = real_pwrite(descriptor, bytes, length, offset);
    if (written > 0) note('w', name, offset, bytes, written);
    pthread_mutex_unlock(&turn);
    return written;
}

ssize_t pwrite(int descriptor, const void *bytes, size_t length, off_t offset) {
    return pwrite64(descriptor, bytes, length, offset);
}

// What is written while a sync runs need not be on the disk after it: nothing is, meanwhile.
static int synced(int (*sync)(int), int descriptor) {
    char path[PATH_MAX];
    const char *name = name_of(descriptor, path);
    if (name == NULL) return sync(descriptor);
    pthread_mutex_lock(&turn);
    int status = sync(descriptor);
    if (status == 0) note('s', name, 0, NULL, 0);
    pthread_mutex_unlock(&turn);
    return status;
}

int fsync(int descriptor) { return synced(real_fsync, descriptor); }
int fdatasync(int descriptor) { return synced(real_fdatasync, descriptor); }

int ftruncate64(int descriptor, off_t length) {
    char path[PATH_MAX];
    const char *name = name_of(descriptor, path);
    if (name == NULL) return real_ftruncate(descriptor, length);
    pthread_mutex_lock(&turn);
    int status = real_ftruncate(descriptor, length);
    if (status == 0) note('t', name, length, NULL, 0);
    pthread_mutex_unlock(&turn);
    return status;
}

int ftruncate(int descriptor, off_t length) { return ftruncate64(descriptor, length); }

int unlink(const char *path) {
    const char *name = record >= 0 ? name_in_folder(path) : NULL;
    if (name == NULL) return real_unlink(path);
    pthread_mutex_lock(&turn);
    int status = real_unlink(path);
    if (status == 0) note('u', name, 0, NULL, 0);
    pthread_mutex_unlock(&turn);
    return status;
}
