/* TOML over toml++ (https://marzer.github.io/tomlplusplus/): a buffer in, a flat list of nodes with their places out.
 * No exception crosses this border, and no input may cost more than CTOML_LARGEST bytes of text or
 * CTOML_DEEPEST dots in a key and as many arrays or inline tables inside each other. */
#ifndef CTOML_H
#define CTOML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Longer texts are refused, in bytes. */
#define CTOML_LARGEST ((size_t)1024 * 1024)

/* More dots in one key, or more nested values, are refused: each level is a level of recursion in the parser. */
#define CTOML_DEEPEST 16

typedef enum ctoml_kind {
    ctoml_table,
    ctoml_array,
    ctoml_string,
    ctoml_integer,
    ctoml_float,
    ctoml_boolean,
    ctoml_date_time /* any of TOML's dates and times; handed on without a value */
} ctoml_kind;

/* A place in the text; both count from 1, columns count Unicode code points. */
typedef struct ctoml_place {
    uint32_t line;
    uint32_t column;
} ctoml_place;

/* UTF-8, not terminated; lives as long as the document. */
typedef struct ctoml_text {
    const char *bytes;
    size_t length;
} ctoml_text;

typedef struct ctoml_node {
    ctoml_kind kind;
    /* Index of the table or array that holds the node; -1 for the root. Parents come before their children. */
    int32_t parent;
    /* Empty for the root and for elements of an array. */
    ctoml_text key;
    ctoml_place key_place;
    /* Of the value; of the opening bracket where a table or an array of tables has a header of its own. */
    ctoml_place place;
    ctoml_text string;
    int64_t integer;
    double floating;
    bool boolean;
} ctoml_node;

typedef struct ctoml_document ctoml_document;

/* Parses `length` bytes of UTF-8. Gives NULL where memory is short; every other failure is told by `ctoml_error`. */
ctoml_document *ctoml_parse(const char *bytes, size_t length);

/* The nodes of the document, the root first; none where the text could not be parsed. */
const ctoml_node *ctoml_nodes(const ctoml_document *document, size_t *count);

/* Whether the text could not be parsed; if so, where and why. */
bool ctoml_error(const ctoml_document *document, ctoml_place *place, ctoml_text *why);

void ctoml_free(ctoml_document *document);

#ifdef __cplusplus
}
#endif

#endif
