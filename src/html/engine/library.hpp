// The parsed templates: an immutable set, checked as a whole. Private to the module.
#pragma once

#include <ctemplate/template_cache.h>

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "html/engine/files.hpp"
#include "html/html.hpp"

namespace freehold::html {

// Partials are put into the templates that include them when they are loaded: each copy is then
// escaped for the place it stands in, and rendering takes no lock of ctemplate's cache per include.
// Only the two that depend on the model stay includes: {{>CONTENT}} and {{>ICON}}.
class Library {
 public:
  // Throws TemplateError with every mistake: no pragma, a modifier that switches escaping off, an
  // include of nothing or of itself, a file that ctemplate cannot parse. The lint says more.
  explicit Library(const std::vector<TemplateFile>& files);

  // The same mistakes, without a library.
  static std::vector<std::string> check(const std::vector<TemplateFile>& files);

  bool has(std::string_view name) const { return sources_.contains(name); }
  const ctemplate::TemplateCache& cache() const { return *cache_; }

 private:
  Library() = default;
  void load(const std::vector<TemplateFile>& files);

  struct SourceText {
    std::string path;
    std::string pragma;  // empty for a text template
    std::string subject;
    std::string text;
  };

  static SourceText html_source(const TemplateFile& file);
  static SourceText text_source(const TemplateFile& file);
  void add(const TemplateFile& file);
  std::string with_partials(std::string_view name, std::vector<std::string_view>& around);
  const std::string* find_partial(std::string_view module, std::string_view marker) const;
  void complain(std::string mistake);
  void parse(const SourceText& source, const std::string& name, const std::string& text);

  std::unique_ptr<ctemplate::TemplateCache> cache_ = std::make_unique<ctemplate::TemplateCache>();
  std::map<std::string, SourceText, std::less<>> sources_;    // by name
  std::map<std::string, std::string, std::less<>> partials_;  // by include_key
  std::vector<std::string> mistakes_;
};

// The source as it is given to ctemplate. Indentation, blank lines and the line ends of lines that
// hold only a marker go, which would be sent with every page. Around {{>CONTENT}} they have to:
// ctemplate indents each line of an include by what stands before it, also those of a <textarea>.
std::string without_layout(std::string_view source);

// What stops a start: every mistake on a line of its own.
TemplateError cannot_be_used(const std::vector<std::string>& mistakes);

}  // namespace freehold::html
