/* The filter of system calls, in the kernel's BPF: what is not named here is refused. */
#define _GNU_SOURCE
#include "sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "examine.h"

#if defined(__x86_64__)
#define MACHINE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define MACHINE AUDIT_ARCH_AARCH64
#else
#error "The sandbox knows x86_64 and aarch64"
#endif

static const int allowed[] = {
    SYS_read, SYS_write, SYS_readv, SYS_writev, SYS_pread64, SYS_pwrite64, SYS_close, SYS_fstat,
    SYS_newfstatat, SYS_statx, SYS_lseek, SYS_munmap, SYS_brk, SYS_mremap, SYS_madvise,
    SYS_mprotect,
    SYS_rt_sigaction, SYS_rt_sigprocmask, SYS_rt_sigreturn, SYS_sigaltstack,
    SYS_futex, SYS_sched_yield, SYS_nanosleep, SYS_clock_nanosleep, SYS_clock_gettime,
    SYS_clock_getres, SYS_gettimeofday,
    SYS_getpid, SYS_gettid, SYS_getppid, SYS_getuid, SYS_geteuid, SYS_getgid, SYS_getegid,
    SYS_exit, SYS_exit_group, SYS_restart_syscall, SYS_set_tid_address, SYS_set_robust_list,
    SYS_rseq, SYS_membarrier,
    SYS_getrandom, SYS_uname, SYS_sysinfo, SYS_sched_getaffinity, SYS_getrlimit, SYS_getrusage,
    SYS_times, SYS_getcpu,
    SYS_eventfd2, SYS_epoll_create1, SYS_epoll_ctl, SYS_epoll_pwait, SYS_timerfd_create,
    SYS_timerfd_settime, SYS_timerfd_gettime, SYS_ppoll, SYS_pselect6, SYS_pipe2, SYS_fcntl,
    SYS_dup, SYS_dup3,
    SYS_getcwd, SYS_readlinkat, SYS_faccessat, SYS_faccessat2, SYS_getdents64,
    SYS_setpriority, SYS_getpriority,
#if defined(__x86_64__)
    SYS_access, SYS_stat, SYS_lstat, SYS_poll, SYS_select, SYS_epoll_wait, SYS_readlink, SYS_dup2,
    SYS_pipe, SYS_time, SYS_arch_prctl,
#endif
};

enum { MOST = 512 };

struct program {
    struct sock_filter steps[MOST];
    unsigned count; /* grows beyond MOST only to tell that the program does not fit */
};

static void add(struct program *program, uint16_t code, uint32_t value, uint8_t yes, uint8_t no) {
    if (program->count < MOST) {
        program->steps[program->count] = (struct sock_filter){code, yes, no, value};
    }
    program->count++;
}

static void load(struct program *program, size_t offset) {
    add(program, BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset, 0, 0);
}

/* Loads one half of an argument; both machines are little-endian. */
static void load_argument(struct program *program, int index, int half) {
    load(program, offsetof(struct seccomp_data, args) + 8 * (size_t)index + 4 * (size_t)half);
}

static void give(struct program *program, uint32_t verdict) {
    add(program, BPF_RET | BPF_K, verdict, 0, 0);
}

static const uint32_t ALLOW = SECCOMP_RET_ALLOW;
/* While examining a refusal is a signal. */
static uint32_t refusal = SECCOMP_RET_ERRNO | EPERM;

static void allow_equal(struct program *program, uint32_t value) {
    add(program, BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1);
    give(program, ALLOW);
}

/* Skips the next `length` steps for every call but `number`. */
static void only_for(struct program *program, int number, uint8_t length) {
    add(program, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)number, 0, length);
}

/* One call, refused when an argument has one of the bits `bits`. */
static void refuse_bits(struct program *program, int number, int index, uint32_t bits,
                        uint32_t verdict) {
    only_for(program, number, 4);
    load_argument(program, index, 0);
    add(program, BPF_JMP | BPF_JSET | BPF_K, bits, 0, 1);
    give(program, verdict);
    give(program, ALLOW);
}

/* One call, allowed only when an argument has the value or, for `test` BPF_JSET, a bit of it. */
static void allow_only(struct program *program, int number, int index, uint16_t test,
                       uint32_t value) {
    only_for(program, number, 4);
    load_argument(program, index, 0);
    add(program, BPF_JMP | test | BPF_K, value, 0, 1);
    give(program, ALLOW);
    give(program, refusal);
}

/* The limits of a process may be read, not set: both halves of the new ones must be null. */
static void allow_reading_limits(struct program *program) {
    only_for(program, SYS_prlimit64, 6);
    load_argument(program, 2, 0);
    add(program, BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 3);
    load_argument(program, 2, 1);
    add(program, BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 1);
    give(program, ALLOW);
    give(program, refusal);
}

static void write_program(struct program *program) {
    load(program, offsetof(struct seccomp_data, arch));
    add(program, BPF_JMP | BPF_JEQ | BPF_K, MACHINE, 1, 0);
    give(program, SECCOMP_RET_KILL_PROCESS);
    load(program, offsetof(struct seccomp_data, nr));
#if defined(__x86_64__)
    add(program, BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1); /* x32 */
    give(program, SECCOMP_RET_KILL_PROCESS);
#endif
    for (size_t i = 0; i < sizeof allowed / sizeof *allowed; i++) {
        allow_equal(program, (uint32_t)allowed[i]);
    }
    /* The flags of clone3 are behind a pointer; without it the C library uses clone. */
    only_for(program, SYS_clone3, 1);
    give(program, SECCOMP_RET_ERRNO | ENOSYS);
    allow_only(program, SYS_clone, 0, BPF_JSET, CLONE_THREAD);
    /* The limit of memory does not count shared mappings. */
    refuse_bits(program, SYS_mmap, 3, MAP_SHARED, refusal);
    if (examines) {
        allow_only(program, SYS_openat, 4, BPF_JEQ, EXAMINED_OPEN);
#if defined(__x86_64__)
        only_for(program, SYS_open, 1);
        give(program, refusal);
#endif
    }
    uint32_t writing = O_WRONLY | O_RDWR | O_CREAT | O_TRUNC;
    refuse_bits(program, SYS_openat, 2, writing, SECCOMP_RET_ERRNO | EACCES);
#if defined(__x86_64__)
    refuse_bits(program, SYS_open, 1, writing, SECCOMP_RET_ERRNO | EACCES);
#endif
    allow_only(program, SYS_prctl, 0, BPF_JEQ, PR_SET_NAME);
    /* Whether something is a terminal, which runtimes ask of their output. */
    allow_only(program, SYS_ioctl, 1, BPF_JEQ, TCGETS);
    allow_only(program, SYS_tgkill, 0, BPF_JEQ, (uint32_t)getpid());
    allow_reading_limits(program);
    give(program, refusal);
}

int filter_install(void) {
    struct program program;
    if (examines) {
        refusal = SECCOMP_RET_TRAP;
        if (examine_refusals()) return -1;
    }
    program.count = 0;
    write_program(&program);
    if (program.count > MOST) {
        errno = E2BIG;
        return -1;
    }
    struct sock_fprog whole = {(unsigned short)program.count, program.steps};
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &whole);
}
