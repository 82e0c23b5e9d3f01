// The resolver of the C library, for records other than addresses (resolver(3)).
#include <arpa/nameser.h>
#include <netinet/in.h>
#include <resolv.h>
