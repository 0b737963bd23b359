/* Preloaded: fails one chosen call, or all from it on, of those that write to (or read) files below a directory.

   FAULT_BELOW   the directory
   FAULT_AT      which call: 1 is the first
   FAULT_KIND    eio, enospc, erofs: the call fails. short: half of the bytes are written and the rest is refused (only writes
                 are counted then). kill: the process is killed instead. torn: half of the bytes are written, then it is killed
   FAULT_READS   when set, calls that read count too
   FAULT_WHILE   every call from there on fails for as long as this file exists, and calls are counted only while it does;
                 without it only the one call fails
   FAULT_REPORT  this file is made when the first call is failed, and says which one it was */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static const char *below, *kind, *reads, *lasting, *report;
static long chosen;
static atomic_long calls;

__attribute__((constructor)) static void start(void) {
    below = getenv("FAULT_BELOW");
    kind = getenv("FAULT_KIND");
    reads = getenv("FAULT_READS");
    lasting = getenv("FAULT_WHILE");
    report = getenv("FAULT_REPORT");
    chosen = getenv("FAULT_AT") ? atol(getenv("FAULT_AT")) : 0;
}

/* The C library's own function. */
#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static int is(const char *name) { return strcmp(kind, name) == 0; }

static int is_ours(const char *path) { return path && strncmp(path, below, strlen(below)) == 0; }

static void say(const char *call, const char *path) {
    char line[5000];
    int length = snprintf(line, sizeof line, "%s %s\n", call, path);
    int file = (int)syscall(SYS_openat, AT_FDCWD, report, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (file < 0) return;
    syscall(SYS_write, file, line, (size_t)length);
    syscall(SYS_close, file);
}

/* Whether this call is to fail; errno is set then. `*bytes`, of a call that writes, becomes what is to be written all the same. */
static int fails(const char *call, const char *path, size_t *bytes) {
    int halves = is("short") || is("torn");
    if (chosen == 0 || !is_ours(path) || (halves && !bytes)) return 0;
    if (lasting && syscall(SYS_faccessat, AT_FDCWD, lasting, F_OK) != 0) return 0;
    long call_number = atomic_fetch_add(&calls, 1) + 1;
    if (lasting ? call_number < chosen : call_number != chosen) return 0;
    say(call, path);
    if (is("kill")) raise(SIGKILL);
    if (bytes) *bytes = halves && call_number == chosen ? *bytes / 2 : 0;
    errno = is("eio") ? EIO : is("erofs") ? EROFS : ENOSPC;
    return 1;
}

static const char *path_of(int file, char *buffer, size_t size) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, buffer, size - 1);
    if (length < 0) return NULL;
    buffer[length] = 0;
    return buffer;
}

static int fails_on(const char *call, int file, size_t *bytes) {
    char buffer[4096];
    int before = errno;
    const char *path = path_of(file, buffer, sizeof buffer);
    errno = before;
    return fails(call, path, bytes);
}

/* A write of `bytes`: `WHOLE` does it, `HALF` as much of it as `bytes` says by then. */
#define WRITE(call, WHOLE, HALF)                          \
    if (!fails_on(call, file, &bytes)) return WHOLE;      \
    if (bytes == 0 && !is("torn")) return -1;             \
    ssize_t written = HALF;                               \
    if (is("torn")) raise(SIGKILL);                       \
    return written

ssize_t write(int file, const void *from, size_t bytes) {
    WRITE("write", REAL(write)(file, from, bytes), REAL(write)(file, from, bytes));
}
ssize_t pwrite(int file, const void *from, size_t bytes, off_t at) {
    WRITE("pwrite", REAL(pwrite)(file, from, bytes, at), REAL(pwrite)(file, from, bytes, at));
}
ssize_t pwrite64(int file, const void *from, size_t bytes, off64_t at) {
    WRITE("pwrite", REAL(pwrite64)(file, from, bytes, at), REAL(pwrite64)(file, from, bytes, at));
}

static size_t sum(const struct iovec *parts, int count) {
    size_t bytes = 0;
    for (int part = 0; part < count; part++) bytes += parts[part].iov_len;
    return bytes;
}
/* Half of it is the first part at most: a caller has to go on after that in any case. */
static size_t first(const struct iovec *parts, size_t bytes) { return parts->iov_len < bytes ? parts->iov_len : bytes; }

ssize_t writev(int file, const struct iovec *parts, int count) {
    size_t bytes = sum(parts, count);
    WRITE("writev", REAL(writev)(file, parts, count), REAL(write)(file, parts->iov_base, first(parts, bytes)));
}
ssize_t pwritev(int file, const struct iovec *parts, int count, off_t at) {
    size_t bytes = sum(parts, count);
    WRITE("pwritev", REAL(pwritev)(file, parts, count, at), REAL(pwrite)(file, parts->iov_base, first(parts, bytes), at));
}

ssize_t read(int file, void *to, size_t bytes) { return reads && fails_on("read", file, NULL) ? -1 : REAL(read)(file, to, bytes); }
ssize_t pread(int file, void *to, size_t bytes, off_t at) {
    return reads && fails_on("pread", file, NULL) ? -1 : REAL(pread)(file, to, bytes, at);
}
ssize_t pread64(int file, void *to, size_t bytes, off64_t at) {
    return reads && fails_on("pread", file, NULL) ? -1 : REAL(pread64)(file, to, bytes, at);
}

int fsync(int file) { return fails_on("fsync", file, NULL) ? -1 : REAL(fsync)(file); }
int fdatasync(int file) { return fails_on("fdatasync", file, NULL) ? -1 : REAL(fdatasync)(file); }
int ftruncate(int file, off_t size) { return fails_on("ftruncate", file, NULL) ? -1 : REAL(ftruncate)(file, size); }
int ftruncate64(int file, off64_t size) { return fails_on("ftruncate", file, NULL) ? -1 : REAL(ftruncate64)(file, size); }
int fallocate(int file, int mode, off_t at, off_t size) {
    return fails_on("fallocate", file, NULL) ? -1 : REAL(fallocate)(file, mode, at, size);
}
/* These two give the error instead of setting it. */
int posix_fallocate(int file, off_t at, off_t size) {
    return fails_on("fallocate", file, NULL) ? errno : REAL(posix_fallocate)(file, at, size);
}
int posix_fallocate64(int file, off64_t at, off64_t size) {
    return fails_on("fallocate", file, NULL) ? errno : REAL(posix_fallocate64)(file, at, size);
}

/* Opening to make a file. */
#define OPEN(name, signature, path, flags, ...)                                \
    int name signature {                                                       \
        mode_t mode = 0;                                                       \
        if ((flags) & (O_CREAT | O_TMPFILE)) {                                 \
            va_list more;                                                      \
            va_start(more, flags);                                             \
            mode = va_arg(more, mode_t);                                       \
            va_end(more);                                                      \
        }                                                                      \
        if (((flags) & O_CREAT) && fails("open", path, NULL)) return -1;       \
        return REAL(name)(__VA_ARGS__, mode);                                  \
    }
OPEN(open, (const char *path, int flags, ...), path, flags, path, flags)
OPEN(open64, (const char *path, int flags, ...), path, flags, path, flags)
OPEN(openat, (int directory, const char *path, int flags, ...), path, flags, directory, path, flags)
OPEN(openat64, (int directory, const char *path, int flags, ...), path, flags, directory, path, flags)

int rename(const char *from, const char *to) { return fails("rename", to, NULL) ? -1 : REAL(rename)(from, to); }
int unlink(const char *path) { return fails("unlink", path, NULL) ? -1 : REAL(unlink)(path); }
int link(const char *from, const char *to) { return fails("link", to, NULL) ? -1 : REAL(link)(from, to); }
int mkdir(const char *path, mode_t mode) { return fails("mkdir", path, NULL) ? -1 : REAL(mkdir)(path, mode); }
int rmdir(const char *path) { return fails("rmdir", path, NULL) ? -1 : REAL(rmdir)(path); }
