// Which names templates ask their models for. What an override asks for and its built-in does not
// would be empty text in production. Private to the module.
#pragma once

#include "html/lint/lint.hpp"
#include "html/lint/originals.hpp"

namespace freehold::html {

using Names = std::set<std::string, std::less<>>;

class Asks {
 public:
  explicit Asks(const Originals& originals) : originals_(originals) {}

  // By the built-in template and the partials in it.
  const Names& of(std::string_view name);

  // What an override of it may ask for: the same, what its layout asks for, and for a mail what its
  // twin does, which gets the same model.
  Names known_to(std::string_view name);

  // The names that are not known, each where it is asked for.
  std::vector<Finding> check(const TemplateFile& own);

 private:
  void add(Names& names, std::string_view name);

  const Originals& originals_;
  std::map<std::string, Names, std::less<>> asked_;
};

// As they are told to people: without the engine's, and without {{#plan_not}} beside {{#plan}}.
std::vector<std::string> shown(const Names& names);

}  // namespace freehold::html
