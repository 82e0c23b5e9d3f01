// GSS-API of MIT Kerberos (RFC 2744), with the extension that takes a keytab and a cache of one's own, and of libkrb5
// what looks into a keytab and throws a cache away.
#include <gssapi/gssapi.h>
#include <gssapi/gssapi_ext.h>
#include <gssapi/gssapi_krb5.h>
#include <krb5.h>

// Globals of pointers and macros with casts, which Swift does not take.
static inline gss_OID cgssapi_mechanism(void) { return (gss_OID)gss_mech_krb5; }
static inline gss_OID cgssapi_service_name(void) { return (gss_OID)GSS_C_NT_HOSTBASED_SERVICE; }
static inline gss_OID cgssapi_principal_name(void) { return (gss_OID)GSS_KRB5_NT_PRINCIPAL_NAME; }
static inline int cgssapi_failed(OM_uint32 major) { return GSS_ERROR(major) != 0; }
static const OM_uint32 cgssapi_no_credential = GSS_S_NO_CRED;
static const OM_uint32 cgssapi_expired = GSS_S_CREDENTIALS_EXPIRED;
static const OM_uint32 cgssapi_failure = GSS_S_FAILURE;
static const OM_uint32 cgssapi_complete = GSS_S_COMPLETE;
// RFC 2744, 3.9.1: the calling and the routine error of a major status.
static const OM_uint32 cgssapi_routine_mask = (OM_uint32)GSS_C_ROUTINE_ERROR_MASK << GSS_C_ROUTINE_ERROR_OFFSET;
