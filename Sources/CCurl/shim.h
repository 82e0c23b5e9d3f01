// libcurl sets and gets options through variadic functions, which Swift can not call: here is each under a fixed type.
// The parentheses around curl_easy_setopt and its kin step past the type-checking macros of the same names.
// Beside it epoll, which Swift's Glibc module leaves out.
#include <curl/curl.h>
#include <stdint.h>
#include <sys/epoll.h>

typedef size_t (*ccurl_data_function)(char *, size_t, size_t, void *);
typedef int (*ccurl_prerequest_function)(void *, char *, char *, int, int);
typedef CURLcode (*ccurl_tls_function)(CURL *, void *, void *);
typedef curl_socket_t (*ccurl_open_socket_function)(void *, curlsocktype, struct curl_sockaddr *);
typedef int (*ccurl_socket_function)(CURL *, curl_socket_t, int, void *, void *);
typedef int (*ccurl_timer_function)(CURLM *, long, void *);

static inline CURLcode ccurl_set_long(CURL *easy, CURLoption option, long value) {
    return (curl_easy_setopt)(easy, option, value);
}

static inline CURLcode ccurl_set_large(CURL *easy, CURLoption option, int64_t value) {
    return (curl_easy_setopt)(easy, option, (curl_off_t)value);
}

static inline CURLcode ccurl_set_string(CURL *easy, CURLoption option, const char *value) {
    return (curl_easy_setopt)(easy, option, value);
}

static inline CURLcode ccurl_set_list(CURL *easy, CURLoption option, struct curl_slist *value) {
    return (curl_easy_setopt)(easy, option, value);
}

/// For options that take a `void *`: user data, or bytes to copy.
static inline CURLcode ccurl_set_pointer(CURL *easy, CURLoption option, const void *value) {
    return (curl_easy_setopt)(easy, option, value);
}

static inline CURLcode ccurl_set_data_function(CURL *easy, CURLoption option, ccurl_data_function value) {
    return (curl_easy_setopt)(easy, option, value);
}

static inline CURLcode ccurl_set_prerequest_function(CURL *easy, ccurl_prerequest_function value) {
    return (curl_easy_setopt)(easy, CURLOPT_PREREQFUNCTION, value);
}

static inline CURLcode ccurl_set_open_socket_function(CURL *easy, ccurl_open_socket_function value) {
    return (curl_easy_setopt)(easy, CURLOPT_OPENSOCKETFUNCTION, value);
}

static inline CURLcode ccurl_set_tls_function(CURL *easy, ccurl_tls_function value) {
    return (curl_easy_setopt)(easy, CURLOPT_SSL_CTX_FUNCTION, value);
}

/// A number in the place that `CURLOPT_PRIVATE` has for a pointer.
static inline CURLcode ccurl_set_number(CURL *easy, uintptr_t number) {
    return (curl_easy_setopt)(easy, CURLOPT_PRIVATE, (char *)number);
}

static inline CURLcode ccurl_get_number(CURL *easy, uintptr_t *number) {
    return (curl_easy_getinfo)(easy, CURLINFO_PRIVATE, (char **)number);
}

static inline CURLcode ccurl_get_long(CURL *easy, CURLINFO info, long *value) {
    return (curl_easy_getinfo)(easy, info, value);
}

static inline CURLcode ccurl_get_certificates(CURL *easy, struct curl_certinfo **value) {
    return (curl_easy_getinfo)(easy, CURLINFO_CERTINFO, value);
}

static inline CURLcode ccurl_get_tls_session(CURL *easy, struct curl_tlssessioninfo **value) {
    return (curl_easy_getinfo)(easy, CURLINFO_TLS_SSL_PTR, value);
}

static inline CURLMcode ccurl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return (curl_multi_setopt)(multi, option, value);
}

static inline CURLMcode ccurl_multi_set_socket_function(CURLM *multi, ccurl_socket_function function, void *context) {
    CURLMcode code = (curl_multi_setopt)(multi, CURLMOPT_SOCKETFUNCTION, function);
    return code != CURLM_OK ? code : (curl_multi_setopt)(multi, CURLMOPT_SOCKETDATA, context);
}

static inline CURLMcode ccurl_multi_set_timer_function(CURLM *multi, ccurl_timer_function function, void *context) {
    CURLMcode code = (curl_multi_setopt)(multi, CURLMOPT_TIMERFUNCTION, function);
    return code != CURLM_OK ? code : (curl_multi_setopt)(multi, CURLMOPT_TIMERDATA, context);
}

/// Sees to one socket, or with `CURL_SOCKET_TIMEOUT` to what has become due.
static inline CURLMcode ccurl_multi_act(CURLM *multi, curl_socket_t socket, int events) {
    int running;
    return curl_multi_socket_action(multi, socket, events, &running);
}

// Macros with casts, which Swift does not import.
static const long ccurl_auth_none = (long)CURLAUTH_NONE;
static const long ccurl_auth_basic = (long)CURLAUTH_BASIC;
static const long ccurl_auth_ntlm = (long)CURLAUTH_NTLM;
static const curl_socket_t ccurl_socket_timeout = CURL_SOCKET_TIMEOUT;
static const long ccurl_global_all = CURL_GLOBAL_ALL;
