#include "KeyDepth.hpp"

namespace {

/// Walks over a text, counting lines and code points.
struct Reader {
    std::string_view text;
    size_t offset = 0;
    ctoml_place place = {1, 1};

    bool at_end() const noexcept { return offset >= text.size(); }
    char current() const noexcept { return text[offset]; }
    bool sees(std::string_view what) const noexcept { return text.substr(offset, what.size()) == what; }

    void advance(size_t bytes = 1) noexcept {
        for (; bytes > 0 && !at_end(); --bytes, ++offset) {
            if (current() == '\n') {
                place = {place.line + 1, 1};
            } else if ((static_cast<unsigned char>(current()) & 0xC0) != 0x80) {
                ++place.column;
            }
        }
    }

    void skip_comment() noexcept {
        while (!at_end() && current() != '\n') advance();
    }

    /// Skips a string from its opening quote to behind its closing one; one that is not closed ends with its line.
    void skip_string() noexcept {
        const char quote = current();
        const char three[] = {quote, quote, quote};
        const std::string_view fence(three, 3);
        const bool is_multiline = sees(fence);
        advance(is_multiline ? 3 : 1);
        while (!at_end()) {
            if (quote == '"' && current() == '\\') {
                advance(2);
            } else if (is_multiline && sees(fence)) {
                advance(3);
                // Up to two quotes may stand before the closing three: "a""""" is a followed by two quotes.
                for (int extra = 0; extra < 2 && !at_end() && current() == quote; ++extra) advance();
                return;
            } else if (!is_multiline && (current() == quote || current() == '\n')) {
                advance();
                return;
            } else {
                advance();
            }
        }
    }
};

} // namespace

std::optional<ctoml_place> place_of_too_deep_key(std::string_view text, unsigned limit) noexcept {
    Reader reader{text};
    unsigned dots = 0;
    while (!reader.at_end()) {
        switch (reader.current()) {
        case '#':
            reader.skip_comment();
            break;
        case '"':
        case '\'':
            reader.skip_string();
            break;
        case '.':
            if (++dots > limit) return reader.place;
            reader.advance();
            break;
        case '\n':
        case '=':
        case ',':
        case '[':
        case ']':
        case '{':
        case '}':
            dots = 0;
            reader.advance();
            break;
        default:
            reader.advance();
        }
    }
    return std::nullopt;
}
