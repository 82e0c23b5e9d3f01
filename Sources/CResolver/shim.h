// The resolver of the C library, for records other than addresses (resolver(3)).
#include <arpa/nameser.h>
#include <netdb.h>
#include <netinet/in.h>
#include <resolv.h>

// A function has the same name as the structure.
typedef struct __res_state cresolver_state;

// Macros that Swift does not see.
static inline int cresolver_init(cresolver_state *state) { return res_ninit(state); }
static inline void cresolver_close(cresolver_state *state) { res_nclose(state); }
static inline int cresolver_query(
    cresolver_state *state, const char *name, int type, unsigned char *answer, int length
) {
    return res_nquery(state, name, ns_c_in, type, answer, length);
}

// What glibc's getaddrinfo(3) says beyond POSIX: a name without addresses, or without those of the wanted family.
static const int cresolver_no_data = -5;
static const int cresolver_no_family = -9;
