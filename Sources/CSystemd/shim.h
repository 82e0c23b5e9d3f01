#include <sys/stat.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-journal.h>

/* Device and inode of an open file, as $JOURNAL_STREAM names them; 0, or -1. */
static inline int csystemd_identity(int descriptor, unsigned long long *device, unsigned long long *inode) {
    struct stat status;
    if (fstat(descriptor, &status) != 0) return -1;
    *device = status.st_dev;
    *inode = status.st_ino;
    return 0;
}
