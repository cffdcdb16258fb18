// The parsed templates: an immutable set, checked as a whole. Private to the module.
#pragma once

#include <ctemplate/template_cache.h>

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "html/engine/files.hpp"

namespace freehold::html {

class Library {
 public:
  // Throws TemplateError with every mistake: no pragma, a modifier that switches escaping off, an
  // include of nothing, a file that ctemplate cannot parse.
  explicit Library(const std::vector<TemplateFile>& files);

  bool has(std::string_view name) const { return names_.contains(name); }

  // The template that `{{>marker}}` stands for in a template of `module`: a marker in capitals is a
  // shared partial ({{>FIELD}} is html/field, {{>ICON_PLUS}} html/icon/plus), any other one of the
  // module itself ({{>rows}} is documents/rows). Null if there is none.
  const std::string* find_partial(std::string_view module, std::string_view marker) const;

  const ctemplate::TemplateCache& cache() const { return *cache_; }

 private:
  void add(const TemplateFile& file);
  void parse(const std::string& name, const std::string& text);
  void check_includes(const TemplateFile& file);

  std::unique_ptr<ctemplate::TemplateCache> cache_;
  std::map<std::string, std::string, std::less<>> names_;     // name -> path
  std::map<std::string, std::string, std::less<>> partials_;  // "module:marker" -> name
  std::vector<std::string> mistakes_;
};

// "src/billing/templates/mail/receipt.tpl" is "billing/mail/receipt"; a text twin keeps its ".txt".
std::string template_name(std::string_view path);

// The source as it is given to ctemplate. Indentation, blank lines and the line ends of lines that
// hold only a marker go: they would be sent with every page, and ctemplate indents each line of an
// include by what stands before its marker, which would change the text of a <textarea>.
std::string without_layout(std::string_view source);

}  // namespace freehold::html
