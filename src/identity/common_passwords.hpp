// What attackers try first. The list is made at start from a hand-written base of words, what
// people append to them, and walks over the keyboard; patterns that would be endless as a list
// (dates, repetitions, runs) are recognised instead.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace freehold::identity {

// Lower case, with the usual substitutions undone: "P@ssw0rd" and "password" fold to the same text.
// The text itself is not meant to be read: i, l, 1 and ! all become i.
std::string folded(std::string_view text);

bool is_common_password(std::string_view password);

// How many entries the list has, each at least 8 bytes long.
std::size_t common_password_count();

}  // namespace freehold::identity
