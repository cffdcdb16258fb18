// The built-in templates, read, which overrides are held against. Private to the module.
#pragma once

#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "html/engine/files.hpp"
#include "html/lint/reader.hpp"

namespace freehold::html {

class Originals {
 public:
  // The files outlive this.
  explicit Originals(std::span<const TemplateFile> files);

  bool has(std::string_view name) const { return readings_.contains(name); }
  const Reading& reading(std::string_view name) const { return readings_.find(name)->second; }
  const TemplateFile* find(std::string_view name) const;
  std::vector<std::string> layouts() const;  // of pages

  // The name of what {{>marker}} includes in a template of this module; nullptr: nothing.
  const std::string* included(std::string_view module, std::string_view marker) const;
  // A template that no other includes is a page of its own.
  bool is_page(std::string_view name) const { return !parts_.contains(name); }

  // The nearest name, as a hint for one that there is not.
  std::string nearest(std::string_view name) const;

 private:
  std::span<const TemplateFile> files_;
  std::map<std::string, Reading, std::less<>> readings_;      // by name
  std::map<std::string, std::string, std::less<>> includes_;  // by include key
  std::set<std::string, std::less<>> parts_;                  // names that are included
};

}  // namespace freehold::html
