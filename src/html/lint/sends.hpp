// What the forms of a template send. An override that leaves out a field of its built-in would be
// refused by the program at each try, and one without the hidden values would do something else.
// Private to the module.
#pragma once

#include "html/lint/lint.hpp"
#include "html/lint/originals.hpp"

namespace freehold::html {

// A field as far as the template tells: by name, or as one that the model names in a section, such
// as {{#hidden}}<input name="{{name}}">{{/hidden}}. {{>FIELD}} is one, whatever it is made of.
struct Sent {
  std::string name = {};     // empty: the model names it
  std::string section = {};  // of one that the model names; empty: the template's own scope
  bool hidden = false;
  auto operator<=>(const Sent&) const = default;
};
using SentFields = std::set<Sent>;

class Sends {
 public:
  explicit Sends(const Originals& originals) : originals_(originals) {}

  // By the forms of the built-in template that post, and the partials in them; without {{>CSRF}},
  // which has a rule of its own.
  const SentFields& of(std::string_view name);

  // The fields that the built-in sends and its override does not.
  std::vector<Finding> check(const TemplateFile& own);

 private:
  SentFields fields_in(std::string_view name, const Reading& reading);

  const Originals& originals_;
  std::map<std::string, SentFields, std::less<>> sent_;
};

}  // namespace freehold::html
