/* What starting a program needs of Linux and glibc 2.36 and Swift cannot see: GNU extensions and epoll.
 * Every descriptor made here is closed on exec. No logic; errors are errno numbers. */
#ifndef CPROGRAM_H
#define CPROGRAM_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* A pipe whose reading end never blocks. ends[0] is read, ends[1] written. 0, or an errno. */
int cprogram_pipe(int ends[2]);

/* A file in memory with these bytes, to be read from its beginning: a standard input that nobody needs to feed.
 * A descriptor in *file, and 0, or an errno. */
int cprogram_memory_file(const void *bytes, size_t length, int *file);

/* Starts a program in a session, and so a process group, of its own; in the folder "/", with `input` as standard input
 * and `output` as standard output and error, no other descriptor, no signal blocked or ignored.
 * `handle` becomes a pidfd, readable once the program has ended. 0, or the errno of whatever step failed. */
int cprogram_start(const char *path, char *const arguments[], char *const environment[], int input, int output,
                   pid_t *process, int *handle);

/* An epoll descriptor in *watch, and 0, or an errno. */
int cprogram_watch_make(int *watch);

/* Watches a descriptor until it can be read; told by its key. 0, or an errno. */
int cprogram_watch_add(int watch, int descriptor, uint64_t key);

/* Stops watching a descriptor, before it is closed. */
void cprogram_watch_remove(int watch, int descriptor);

/* Up to `capacity` keys of descriptors that can be read now; never waits. Their number. */
size_t cprogram_watch_ready(int watch, uint64_t *keys, size_t capacity);

#endif
