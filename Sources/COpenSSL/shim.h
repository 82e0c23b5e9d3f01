// OpenSSL's certificates and signatures; what is a macro there is a function here, since Swift imports no macros.
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
