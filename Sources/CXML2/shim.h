#include <libxml/xmlversion.h>
// Debian builds libxml2 with ICU, whose headers clash with those of the ICU inside Foundation. Without this macro they
// are not included; all that changes is the tail of a struct for character encodings that nobody here makes or reads.
#undef LIBXML_ICU_ENABLED
#include <libxml/parser.h>
#include <libxml/HTMLparser.h>
