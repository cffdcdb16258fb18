// What is said of a struct that travels as JSON, besides what its types say: its name in the
// document of the API, what it and its members mean, and the limits that the program holds them to.
// Stated once, beside the struct, and found by its namespace:
//
//   Notes notes_on(const Document*);   // "Document", "What a workspace writes.", {{"title", …}}
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace freehold {

// Of a number, of a text's length, or of how many items a list has.
struct Bounds {
  std::optional<std::int64_t> least = {};
  std::optional<std::int64_t> most = {};
  std::optional<std::int64_t> usual = {};  // what a number is when it is not sent
  std::string_view pattern = {};           // of a text, as a regular expression
  std::string_view format = {};            // of a text: "uri", "email"
};

struct MemberNote {
  std::string_view member;
  std::string_view about;
  Bounds bounds = {};
  Bounds each = {};  // of each item of a list
};

struct Notes {
  std::string name;
  std::string_view about;
  std::vector<MemberNote> members;
  // Where the same struct is answered and also sent: its name in requests, which may leave out what
  // an answer always has.
  std::string sent_as = {};
};

}  // namespace freehold
