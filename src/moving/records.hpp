// Lines of text as named values, whatever they are written in. Private to this module.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "moving/people_file.hpp"

namespace freehold::moving {

// A blank value counts as none.
using Values = std::map<std::string, std::string, std::less<>>;
struct Record {
  int line;
  Values values;
};
struct Records {
  std::vector<Record> records;
  std::vector<Mistake> mistakes;
};

// RFC 4180 with a head; line ends of either kind; a value may go over several lines.
Records read_csv(std::string_view text);
// One object a line, of texts, true and false.
Records read_json_lines(std::string_view text);
// By the first character that is no blank: { is JSON lines.
Records read_records(std::string_view text);

}  // namespace freehold::moving
