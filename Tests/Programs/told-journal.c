/* Takes the place of the journal: writes the fields of each entry into the file $TOLD_JOURNAL, one a line, and an empty
   line behind them. */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/uio.h>
#include <unistd.h>

int sd_journal_sendv(const struct iovec *fields, int count) {
    int file = open(getenv("TOLD_JOURNAL"), O_WRONLY | O_CREAT | O_APPEND, 0600);
    if (file < 0) return -1;
    for (int index = 0; index < count; index++) {
        if (write(file, fields[index].iov_base, fields[index].iov_len) < 0) break;
        if (write(file, "\n", 1) < 0) break;
    }
    (void)!write(file, "\n", 1);
    return close(file);
}
