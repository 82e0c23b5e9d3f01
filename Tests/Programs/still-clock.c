/* A wall clock that stands still until it is set, for programs started with LD_PRELOAD of this: what would take a day, and
 * a change of summer time, is tested in seconds, and every run sees the same times.
 *
 * STILL_CLOCK names a file with one 64-bit number, nanoseconds since 1970. Whoever writes it sets the clock of all programs
 * that share it. Clocks that measure (CLOCK_MONOTONIC and the like) go on by themselves. Timers of CLOCK_REALTIME expire
 * when the clock is set to their time or past it, as with clock_settime(2).
 *
 * libfaketime 0.9.10 does not do: it takes every absolute timer for one of CLOCK_REALTIME, so that Dispatch's timers on
 * CLOCK_MONOTONIC never expire (timer_settime_common: "only CLOCK_REALTIME is handled"). */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum { BILLION = 1000000000, TIMERS = 1024 };

static volatile int64_t *still;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
/* By descriptor: 0 no such timer, -1 one that is not set, else when it expires. */
static int64_t timers[TIMERS];

static int64_t nanoseconds(const struct timespec *time) { return (int64_t)time->tv_sec * BILLION + time->tv_nsec; }

__attribute__((constructor)) static void open_clock(void) {
    const char *path = getenv("STILL_CLOCK");
    int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (file < 0) return;
    void *page = mmap(NULL, sizeof *still, PROT_READ, MAP_SHARED, file, 0);
    close(file);
    if (page != MAP_FAILED) still = page;
}

int clock_gettime(clockid_t clock, struct timespec *time) {
    if (!still || (clock != CLOCK_REALTIME && clock != CLOCK_REALTIME_COARSE)) {
        static int (*real)(clockid_t, struct timespec *);
        if (!real) real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
        return real(clock, time);
    }
    int64_t now = *still;
    time->tv_sec = now / BILLION;
    time->tv_nsec = now % BILLION;
    return 0;
}

int gettimeofday(struct timeval *restrict time, void *restrict zone) {
    struct timespec now;
    (void)zone;
    clock_gettime(CLOCK_REALTIME, &now);
    time->tv_sec = now.tv_sec;
    time->tv_usec = now.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *result) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (result) *result = now.tv_sec;
    return now.tv_sec;
}

static int set_timer(int descriptor, int flags, const struct itimerspec *value, struct itimerspec *old) {
    return (int)syscall(SYS_timerfd_settime, descriptor, flags, value, old);
}

/* Lets the timer expire now if its time has come, else never. */
static void arm(int descriptor) {
    int isDue = timers[descriptor] > 0 && timers[descriptor] <= *still;
    struct itimerspec value = {.it_value = {.tv_nsec = isDue}};
    if (isDue) timers[descriptor] = -1;
    set_timer(descriptor, 0, &value, NULL);
}

static void *watch(void *unused) {
    int64_t last = *still;
    for (;;) {
        usleep(5000);
        if (*still == last) continue;
        last = *still;
        pthread_mutex_lock(&mutex);
        for (int descriptor = 0; descriptor < TIMERS; descriptor++)
            if (timers[descriptor] > 0) arm(descriptor);
        pthread_mutex_unlock(&mutex);
    }
    return unused;
}

int timerfd_create(int clock, int flags) {
    int descriptor = (int)syscall(SYS_timerfd_create, clock, flags);
    if (!still || descriptor < 0) return descriptor;
    pthread_mutex_lock(&mutex);
    static int isWatching;
    if (descriptor < TIMERS) timers[descriptor] = clock == CLOCK_REALTIME ? -1 : 0;
    if (!isWatching) {
        pthread_t thread;
        isWatching = pthread_create(&thread, NULL, watch, NULL) == 0;
    }
    pthread_mutex_unlock(&mutex);
    return descriptor;
}

int timerfd_settime(int descriptor, int flags, const struct itimerspec *value, struct itimerspec *old) {
    if (!still || descriptor < 0 || descriptor >= TIMERS || timers[descriptor] == 0)
        return set_timer(descriptor, flags, value, old);
    pthread_mutex_lock(&mutex);
    int64_t time = nanoseconds(&value->it_value);
    timers[descriptor] = time == 0 ? -1 : flags & TFD_TIMER_ABSTIME ? time : *still + time;
    arm(descriptor);
    pthread_mutex_unlock(&mutex);
    return 0;
}
