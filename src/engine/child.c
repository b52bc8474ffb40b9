// SPDX-License-Identifier: BSD-2-Clause
// fork, exec and wait of the engine process.
#include "src/engine/child.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "src/base/clock.h"
#include "src/base/mem.h"
#include "src/engine/protocol.h"

#define FIRST_SPARE_FD 16 // where descriptors wait before they get their numbers
#define OPEN_FILES_MAX 256

extern char **environ;

// What the engine may see of our environment: what its libraries and the tools
// that watch it read. Credentials and PATH are not among them. A trailing '*'
// stands for any ending. The last three: where a driver's compiled kernels are kept, which take
// seconds to make anew. RUNG_SIM_*: what the simulated drivers of tests/sim do.
static const char *const passed_variables[] = {
    "LD_LIBRARY_PATH", "LD_PRELOAD",        "LIBVA_*",      "CUDA_*",         "NVIDIA_*",
    "ONEVPL_*",        "RUNG_SIM_*",        "ASAN_OPTIONS", "LSAN_OPTIONS",   "UBSAN_OPTIONS",
    "TSAN_OPTIONS",    "LLVM_PROFILE_FILE", "HOME",         "XDG_CACHE_HOME", "TMPDIR",
};

static bool is_passed(const char *entry)
{
    for (size_t i = 0; i < ARRAY_LEN(passed_variables); i++) {
        const char *name = passed_variables[i];
        size_t length = strcspn(name, "*");
        if (strncmp(entry, name, length) == 0 && (name[length] == '*' || entry[length] == '='))
            return true;
    }
    return false;
}

static char **environment_new(void)
{
    static char mark[] = "RUNG_ENGINE=1";
    size_t count = 0;
    while (environ && environ[count])
        count++;
    char **entries = mem_alloc((count + 2) * sizeof *entries);
    size_t kept = 0;
    entries[kept++] = mark;
    for (size_t i = 0; i < count; i++)
        if (is_passed(environ[i]))
            entries[kept++] = environ[i];
    return entries;
}

// Everything the child needs, made before the fork: after it only
// async-signal-safe calls are allowed, for the supervisor has threads.
struct launch {
    const char *program;
    char *const *argv;
    char *const *envp;
    int socket_fd;
    int input_fd;
    int report_fd; // errno of a failed start goes here; closed by a good exec
    pid_t supervisor;
    int open_max;
};

static void child_fail(const struct launch *launch)
{
    int code = errno;
    ssize_t ignored = write(launch->report_fd, &code, sizeof code);
    (void)ignored;
    _exit(127);
}

// Ctrl-C in a terminal and a service manager's SIGTERM are for the supervisor,
// which then ends its engines in order, perhaps after the work at hand. So the
// engine has a process group of its own and ignores both; SIGKILL and the closing
// of the socket still end it.
static void child_set_signals(void)
{
    for (int signal_number = 1; signal_number < NSIG; signal_number++)
        signal(signal_number, SIG_DFL);
    signal(SIGINT, SIG_IGN);
    signal(SIGTERM, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

// No core dumps of other people's videos; few descriptors. RLIMIT_FSIZE stays:
// it would also stop the log where stderr is a file.
static bool child_set_limits(void)
{
    const struct rlimit no_core = {0, 0};
    struct rlimit files;
    if (setrlimit(RLIMIT_CORE, &no_core) < 0 || getrlimit(RLIMIT_NOFILE, &files) < 0)
        return false;
    if (files.rlim_cur > OPEN_FILES_MAX)
        files.rlim_cur = OPEN_FILES_MAX;
    files.rlim_max = files.rlim_cur;
    return setrlimit(RLIMIT_NOFILE, &files) == 0;
}

static void close_at_exec_from(int first, int open_max)
{
    if (close_range((unsigned)first, ~0u, CLOSE_RANGE_CLOEXEC) == 0)
        return;
    // Kernels before 5.11.
    for (int fd = first; fd < open_max; fd++)
        fcntl(fd, F_SETFD, FD_CLOEXEC);
}

// The numbers wanted may be in use by the other descriptor, so both first move
// out of the way. dup2 also clears close-on-exec.
static bool child_set_descriptors(struct launch *launch)
{
    int socket_fd = fcntl(launch->socket_fd, F_DUPFD_CLOEXEC, FIRST_SPARE_FD);
    int input_fd = fcntl(launch->input_fd, F_DUPFD_CLOEXEC, FIRST_SPARE_FD);
    int report_fd = fcntl(launch->report_fd, F_DUPFD_CLOEXEC, FIRST_SPARE_FD);
    int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (socket_fd < 0 || input_fd < 0 || report_fd < 0 || nothing < 0)
        return false;
    launch->report_fd = report_fd;
    nothing = fcntl(nothing, F_DUPFD_CLOEXEC, FIRST_SPARE_FD);
    if (nothing < 0 || dup2(nothing, STDIN_FILENO) < 0 || dup2(nothing, STDOUT_FILENO) < 0 ||
        dup2(socket_fd, ENGINE_SOCKET_FD) < 0 || dup2(input_fd, ENGINE_INPUT_FD) < 0)
        return false;
    // A supervisor without stderr must not make the engine write into the first
    // thing it opens.
    if (fcntl(STDERR_FILENO, F_GETFD) < 0 && dup2(nothing, STDERR_FILENO) < 0)
        return false;
    close_at_exec_from(ENGINE_INPUT_FD + 1, launch->open_max);
    return true;
}

__attribute__((noreturn)) static void child_main(struct launch *launch)
{
    if (!child_set_descriptors(launch) || setpgid(0, 0) < 0 || prctl(PR_SET_PDEATHSIG, SIGKILL) < 0)
        child_fail(launch);
    // The supervisor may have died before the line above.
    if (getppid() != launch->supervisor)
        _exit(127);
    if (!child_set_limits())
        child_fail(launch);
    child_set_signals();
    execve(launch->program, launch->argv, launch->envp);
    child_fail(launch);
    _exit(127);
}

static pid_t fork_quietly(struct launch *launch)
{
    // No handler of ours may run in the child before its exec.
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pid_t pid = fork();
    if (pid == 0)
        child_main(launch);
    int code = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    errno = code;
    return pid;
}

// 0 once the exec succeeded, else the errno of what failed in the child.
static int read_report(int fd)
{
    int code = 0;
    ssize_t got;
    do
        got = read(fd, &code, sizeof code);
    while (got < 0 && errno == EINTR);
    return got == (ssize_t)sizeof code ? code : 0;
}

bool child_start(const struct engine_spec *spec, struct child *ret_child, struct err *err)
{
    static char name[] = "rung";
    static char command[] = "engine";
    char *const argv[] = {name, command, NULL};
    const char *program = spec->program ? spec->program : "/proc/self/exe";
    int pair[2];
    int report[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
        return err_set(err, ERR_TRANSIENT, "start the engine: socketpair: %s", strerror(errno));
    if (pipe2(report, O_CLOEXEC) < 0) {
        err_set(err, ERR_TRANSIENT, "start the engine: pipe: %s", strerror(errno));
        close(pair[0]);
        close(pair[1]);
        return false;
    }
    AUTO_FREE char **envp = environment_new();
    struct launch launch = {.program = program,
                            .argv = argv,
                            .envp = envp,
                            .socket_fd = pair[1],
                            .input_fd = spec->input_fd,
                            .report_fd = report[1],
                            .supervisor = getpid(),
                            .open_max = (int)sysconf(_SC_OPEN_MAX)};
    pid_t pid = fork_quietly(&launch);
    int code = pid < 0 ? errno : 0;
    close(pair[1]);
    close(report[1]);
    if (pid > 0)
        code = read_report(report[0]);
    close(report[0]);
    if (code == 0) {
        *ret_child = (struct child){.pid = pid, .socket_fd = pair[0]};
        return true;
    }
    close(pair[0]);
    if (pid > 0)
        waitpid(pid, NULL, 0);
    // Out of processes or memory passes; a program that cannot be run does not.
    enum err_kind kind = code == EAGAIN || code == ENOMEM ? ERR_TRANSIENT : ERR_CONFIG;
    return err_set(err, kind, "start the engine: %s: %s", program, strerror(code));
}

static bool reap(pid_t pid, int flags, int *ret_status, struct engine_usage *usage)
{
    struct rusage used;
    pid_t got;
    do
        got = wait4(pid, ret_status, flags, &used);
    while (got < 0 && errno == EINTR);
    if (got != pid)
        return false;
    if (usage) {
        usage->cpu_us += (int64_t)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000000 +
                         used.ru_utime.tv_usec + used.ru_stime.tv_usec;
        int64_t peak = (int64_t)used.ru_maxrss * 1024;
        if (peak > usage->peak_rss_bytes)
            usage->peak_rss_bytes = peak;
    }
    return true;
}

struct child_end child_finish(struct child *child, int grace_ms, struct engine_usage *usage)
{
    struct child_end end = {0};
    close(child->socket_fd);
    int64_t deadline_us = clock_monotonic_us() + (int64_t)grace_ms * 1000;
    bool is_reaped = false;
    while (!(is_reaped = reap(child->pid, WNOHANG, &end.status, usage)) &&
           clock_monotonic_us() < deadline_us)
        poll(NULL, 0, 2);
    if (!is_reaped) {
        end.was_killed = true;
        kill(child->pid, SIGKILL);
        reap(child->pid, 0, &end.status, usage);
    }
    *child = (struct child){.socket_fd = -1};
    return end;
}

void child_end_describe(const struct child_end *end, char ret_text[96])
{
    if (WIFSIGNALED(end->status)) {
        const char *what = sigdescr_np(WTERMSIG(end->status));
        snprintf(ret_text, 96, "signal %d (%s)%s", WTERMSIG(end->status), what ? what : "unknown",
                 WTERMSIG(end->status) == SIGKILL ? ", perhaps out of memory" : "");
    } else {
        snprintf(ret_text, 96, "exit code %d", WEXITSTATUS(end->status));
    }
}
