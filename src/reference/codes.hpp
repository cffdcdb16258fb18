// What a refusal's code means: docs/api/errors.md, which the program carries, read as data. Private
// to the module.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace freehold::reference {

struct Code {
  std::string code;
  int status = 0;
  std::string happened;  // "The plan does not include this feature."
  std::string advice;    // "Choose a plan that does; `upgrade` names it."
};

struct CodeGroup {
  std::string title;  // "The plan and its limits"
  std::vector<Code> codes;
};

class Codes {
 public:
  // Throws std::runtime_error for a page without such tables.
  explicit Codes(std::string_view page);

  const std::vector<CodeGroup>& groups() const { return groups_; }
  const Code* find(std::string_view code) const;
  // Throws std::logic_error for one that is not on the page.
  const Code& get(std::string_view code) const;

 private:
  std::vector<CodeGroup> groups_;
};

}  // namespace freehold::reference
