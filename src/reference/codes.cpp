#include "reference/codes.hpp"

#include <charconv>
#include <stdexcept>

namespace freehold::reference {
namespace {

constexpr std::string_view row_mark = "| `";
constexpr std::string_view heading_mark = "## ";

std::string_view next_line(std::string_view& rest) {
  const auto end = std::min(rest.find('\n'), rest.size());
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return line;
}

// The cell up to the next bar.
std::string next_cell(std::string_view& row) {
  const auto end = std::min(row.find(" |"), row.size());
  const std::string cell(row.substr(0, end));
  row.remove_prefix(std::min(end + 3, row.size()));
  return cell;
}

// "| `limit_reached` | 402 | A limit of the plan is used up. | Choose a larger plan. |"
Code code_in(std::string_view row) {
  row.remove_prefix(2);
  Code code;
  const std::string quoted = next_cell(row);
  code.code = quoted.substr(1, quoted.size() - 2);
  const std::string status = next_cell(row);
  std::from_chars(status.data(), status.data() + status.size(), code.status);
  code.happened = next_cell(row);
  code.advice = next_cell(row);
  return code;
}

}  // namespace

Codes::Codes(std::string_view page) {
  while (!page.empty()) {
    const std::string_view line = next_line(page);
    if (line.starts_with(heading_mark))
      groups_.push_back({std::string(line.substr(heading_mark.size())), {}});
    if (line.starts_with(row_mark) && !groups_.empty())
      groups_.back().codes.push_back(code_in(line));
  }
  if (find("not_found") == nullptr) throw std::runtime_error("the list of codes is not one");
}

const Code* Codes::find(std::string_view code) const {
  for (const CodeGroup& group : groups_)
    for (const Code& known : group.codes)
      if (known.code == code) return &known;
  return nullptr;
}

const Code& Codes::get(std::string_view code) const {
  const Code* known = find(code);
  if (known == nullptr) throw std::logic_error(std::string(code) + " is not in docs/api/errors.md");
  return *known;
}

}  // namespace freehold::reference
