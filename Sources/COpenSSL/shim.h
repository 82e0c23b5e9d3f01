// OpenSSL's certificates and signatures; what is a macro there is a function here, since Swift imports no macros.
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

// Lists of certificates and names.

static inline int copenssl_certificate_count(const STACK_OF(X509) *list) { return sk_X509_num(list); }

static inline X509 *copenssl_certificate_at(const STACK_OF(X509) *list, int index) { return sk_X509_value(list, index); }

/// For whom a certificate is (RFC 5280, 4.2.1.6); to be freed.
static inline GENERAL_NAMES *copenssl_alternative_names(const X509 *certificate) {
    return (GENERAL_NAMES *)X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
}

static inline int copenssl_name_count(const GENERAL_NAMES *list) { return sk_GENERAL_NAME_num(list); }

static inline const GENERAL_NAME *copenssl_name_at(const GENERAL_NAMES *list, int index) {
    return sk_GENERAL_NAME_value(list, index);
}

/// As RFC 4514 has names, but with blanks behind the commas and with letters beyond ASCII as they are.
static const unsigned long copenssl_name_format =
    (XN_FLAG_RFC2253 & ~XN_FLAG_SEP_MASK & ~ASN1_STRFLGS_ESC_MSB) | XN_FLAG_SEP_CPLUS_SPC;

/// What was written to a BIO in memory; belongs to it.
static inline long copenssl_bio_contents(BIO *bio, char **contents) { return BIO_get_mem_data(bio, contents); }

// TLS contexts.

/// A place of one's own in every TLS context; `release` is called for what lies there when a context goes.
static inline int copenssl_new_context_index(CRYPTO_EX_free *release) {
    return SSL_CTX_get_ex_new_index(0, NULL, NULL, NULL, release);
}
