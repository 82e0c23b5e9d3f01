#ifndef KEY_DEPTH_HPP
#define KEY_DEPTH_HPP

#include "CTOML.h"

#include <optional>
#include <string_view>

/// Where the first key with more than `limit` dots goes too deep; nothing where no key does.
///
/// toml++ limits how deep values lie inside each other but not how many tables a key such as `a.a.a.a` makes, and it
/// takes a tree of tables down by recursion: 100,000 dots overflow the stack. So this looks before the parser does.
std::optional<ctoml_place> place_of_too_deep_key(std::string_view text, unsigned limit) noexcept;

#endif
