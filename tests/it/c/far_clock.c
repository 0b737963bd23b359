// A clock that is nine thousand years ahead.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <time.h>

int clock_gettime(clockid_t which, struct timespec *time) {
    static int (*real)(clockid_t, struct timespec *);
    if (!real)
        *(void **)&real = dlsym(RTLD_NEXT, "clock_gettime");
    int outcome = real(which, time);
    if (outcome == 0 && which == CLOCK_REALTIME)
        time->tv_sec += 9000LL * 365 * 24 * 60 * 60;
    return outcome;
}
