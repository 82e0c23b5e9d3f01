// GSS-API of MIT Kerberos (RFC 2744), with the extension that takes a keytab and a cache of one's own.
#include <gssapi/gssapi.h>
#include <gssapi/gssapi_ext.h>
