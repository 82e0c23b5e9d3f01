#define _GNU_SOURCE
#include "CProgram.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

int cprogram_pipe(int ends[2]) {
    if (pipe2(ends, O_CLOEXEC) != 0) return errno;
    /* Only our end: the program expects an output that blocks. */
    if (fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0) return 0;
    int error = errno;
    close(ends[0]);
    close(ends[1]);
    return error;
}

int cprogram_memory_file(const void *bytes, size_t length, int *file) {
    int descriptor = memfd_create("hook-event", MFD_CLOEXEC);
    if (descriptor < 0) return errno;
    const char *next = bytes;
    while (length > 0) {
        ssize_t written = write(descriptor, next, length);
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) {
            int error = errno;
            close(descriptor);
            return error;
        }
        next += written;
        length -= (size_t)written;
    }
    lseek(descriptor, 0, SEEK_SET);
    *file = descriptor;
    return 0;
}

static int prepare(posix_spawn_file_actions_t *actions, posix_spawnattr_t *attributes, int input, int output) {
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    int error = posix_spawn_file_actions_adddup2(actions, input, STDIN_FILENO);
    if (error == 0) error = posix_spawn_file_actions_adddup2(actions, output, STDOUT_FILENO);
    if (error == 0) error = posix_spawn_file_actions_adddup2(actions, output, STDERR_FILENO);
    if (error == 0) error = posix_spawn_file_actions_addclosefrom_np(actions, STDERR_FILENO + 1);
    if (error == 0) error = posix_spawn_file_actions_addchdir_np(actions, "/");
    if (error == 0) error = posix_spawnattr_setsigmask(attributes, &none);
    if (error == 0) error = posix_spawnattr_setsigdefault(attributes, &all);
    short flags = POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
    if (error == 0) error = posix_spawnattr_setflags(attributes, flags);
    return error;
}

int cprogram_start(const char *path, char *const arguments[], char *const environment[], int input, int output,
                   pid_t *process, int *handle) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int error = posix_spawn_file_actions_init(&actions);
    if (error != 0) return error;
    error = posix_spawnattr_init(&attributes);
    if (error == 0) {
        error = prepare(&actions, &attributes, input, output);
        if (error == 0) error = posix_spawn(process, path, &actions, &attributes, arguments, environment);
        posix_spawnattr_destroy(&attributes);
    }
    posix_spawn_file_actions_destroy(&actions);
    if (error != 0) return error;
    *handle = pidfd_open(*process, 0);
    if (*handle >= 0) return 0;
    /* Nobody would learn of its end: it must not have begun. */
    error = errno;
    kill(-*process, SIGKILL);
    while (waitpid(*process, NULL, 0) < 0 && errno == EINTR) {}
    return error;
}

int cprogram_watch_make(int *watch) {
    *watch = epoll_create1(EPOLL_CLOEXEC);
    return *watch < 0 ? errno : 0;
}

int cprogram_watch_add(int watch, int descriptor, uint64_t key) {
    struct epoll_event event = {.events = EPOLLIN, .data.u64 = key};
    return epoll_ctl(watch, EPOLL_CTL_ADD, descriptor, &event) == 0 ? 0 : errno;
}

void cprogram_watch_remove(int watch, int descriptor) {
    epoll_ctl(watch, EPOLL_CTL_DEL, descriptor, NULL);
}

size_t cprogram_watch_ready(int watch, uint64_t *keys, size_t capacity) {
    struct epoll_event events[64];
    int room = capacity < 64 ? (int)capacity : 64;
    int count = epoll_wait(watch, events, room, 0);
    for (int index = 0; index < count; index++) keys[index] = events[index].data.u64;
    return count > 0 ? (size_t)count : 0;
}
