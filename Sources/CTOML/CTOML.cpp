#include "CTOML.h"
#include "KeyDepth.hpp"

// The parser hands errors back as values, and builds none of its own output formats.
#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
#define TOML_MAX_NESTED_VALUES CTOML_DEEPEST
#include <toml++/impl/forward_declarations.h>
// toml++ 3.3.0 promises the compiler what a text can break; found by a fuzzer with the sanitizers on.
// `[!]` fails an assertion that stands before the check which would report it: debug builds abort, and release builds
// may leave the check out. So assertions say nothing here.
#undef TOML_ASSERT
#undef TOML_ASSERT_ASSUME
#define TOML_ASSERT(condition) static_assert(true)
#define TOML_ASSERT_ASSUME(condition) static_assert(true)
// A letter such as ä beside a key reaches a place marked unreachable in the tables of characters: `false` is meant.
#undef TOML_UNREACHABLE
#define TOML_UNREACHABLE return {}
#include <toml++/impl/unicode.h>
#undef TOML_UNREACHABLE
#define TOML_UNREACHABLE __builtin_trap()
#include <toml++/toml.h>

#include <new>
#include <string>
#include <vector>

struct ctoml_document {
    /// Owns what the texts of `nodes` point into.
    toml::table root;
    std::vector<ctoml_node> nodes;
    bool is_broken = false;
    ctoml_place error_place = {1, 1};
    std::string error;

    void refuse(ctoml_place place, std::string why) {
        is_broken = true;
        error_place = place;
        error = std::move(why);
    }
};

namespace {

ctoml_place place_of(const toml::source_position &position) noexcept {
    // Nodes that no text stands for, such as the root of an empty file, have no place.
    return position ? ctoml_place{position.line, position.column} : ctoml_place{1, 1};
}

ctoml_text text_of(std::string_view text) noexcept {
    return {text.data(), text.size()};
}

void append(std::vector<ctoml_node> &nodes, const toml::node &value, int32_t parent, const toml::key *key) {
    ctoml_node node{};
    node.parent = parent;
    node.place = place_of(value.source().begin);
    if (key != nullptr) {
        node.key = text_of(key->str());
        node.key_place = place_of(key->source().begin);
    }
    switch (value.type()) {
    case toml::node_type::table:
        node.kind = ctoml_table;
        break;
    case toml::node_type::array:
        node.kind = ctoml_array;
        break;
    case toml::node_type::string:
        node.kind = ctoml_string;
        node.string = text_of(value.as_string()->get());
        break;
    case toml::node_type::integer:
        node.kind = ctoml_integer;
        node.integer = value.as_integer()->get();
        break;
    case toml::node_type::floating_point:
        node.kind = ctoml_float;
        node.floating = value.as_floating_point()->get();
        break;
    case toml::node_type::boolean:
        node.kind = ctoml_boolean;
        node.boolean = value.as_boolean()->get();
        break;
    default:
        node.kind = ctoml_date_time;
        break;
    }
    const auto index = static_cast<int32_t>(nodes.size());
    nodes.push_back(node);
    if (const auto *table = value.as_table()) {
        for (auto &&[child_key, child] : *table) append(nodes, child, index, &child_key);
    } else if (const auto *array = value.as_array()) {
        for (auto &&child : *array) append(nodes, child, index, nullptr);
    }
}

void parse(ctoml_document &document, std::string_view text) {
    if (text.size() > CTOML_LARGEST) {
        document.refuse({1, 1}, "the file is larger than 1 MiB");
        return;
    }
    if (const auto place = place_of_too_deep_key(text, CTOML_DEEPEST)) {
        document.refuse(*place, "the key has too many dots");
        return;
    }
    auto result = toml::parse(text);
    if (!result) {
        document.refuse(place_of(result.error().source().begin), std::string(result.error().description()));
        return;
    }
    document.root = std::move(result).table();
    append(document.nodes, document.root, -1, nullptr);
}

} // namespace

extern "C" ctoml_document *ctoml_parse(const char *bytes, size_t length) {
    auto *document = new (std::nothrow) ctoml_document;
    if (document == nullptr) return nullptr;
    try {
        parse(*document, length == 0 ? std::string_view() : std::string_view(bytes, length));
        return document;
    } catch (...) {
        // Only memory can run short here.
        delete document;
        return nullptr;
    }
}

extern "C" const ctoml_node *ctoml_nodes(const ctoml_document *document, size_t *count) {
    *count = document->nodes.size();
    return document->nodes.data();
}

extern "C" bool ctoml_error(const ctoml_document *document, ctoml_place *place, ctoml_text *why) {
    if (!document->is_broken) return false;
    *place = document->error_place;
    *why = text_of(document->error);
    return true;
}

extern "C" void ctoml_free(ctoml_document *document) {
    delete document;
}
