// What ctemplate asks for names: a place in the JSON model, with the places around it. Private to
// the module; README.md describes the rules to those who write templates.
#pragma once

#include <ctemplate/template_dictionary_interface.h>

#include <boost/json/value.hpp>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "html/assets.hpp"
#include "html/engine/library.hpp"

namespace freehold::html {

// Whether the engine itself answers for a name, in any template: {{index}}, {{asset_app_css}},
// {{word_workspace}}.
bool is_engines_name(std::string_view name);

// What all scopes of one rendering share.
struct Rendering {
  const Library& library;
  const Assets& assets;
  std::string_view page;  // the template that {{>CONTENT}} stands for
  std::vector<std::string> missing;
  std::deque<std::string> texts;          // printed values must outlive the call that asks for them
  std::deque<boost::json::value> values;  // values that are computed, not found
  std::int64_t sequence = 0;

  void miss(std::string_view kind, std::string_view name);
};

// One object of the model, or one element of an array.
class Scope final : public ctemplate::TemplateDictionaryInterface {
 public:
  Scope(const boost::json::value& value, const Scope* parent, Rendering& rendering)
      : value_(value), parent_(parent), rendering_(rendering) {}
  Scope(const boost::json::value& element, const Scope* parent, std::size_t index,
        std::size_t count)
      : value_(element),
        parent_(parent),
        rendering_(parent->rendering_),
        index_(index),
        count_(count) {}

 protected:
  ctemplate::TemplateString GetValue(const ctemplate::TemplateString& name) const override;
  bool IsHiddenSection(const ctemplate::TemplateString& name) const override;
  bool IsUnhiddenSection(const ctemplate::TemplateString& name) const override;
  Iterator* CreateSectionIterator(const ctemplate::TemplateString& name) const override;
  bool IsHiddenTemplate(const ctemplate::TemplateString&) const override { return false; }
  Iterator* CreateTemplateIterator(const ctemplate::TemplateString& name) const override;
  const char* GetIncludeTemplateName(const ctemplate::TemplateString& marker, int) const override;
  void DumpToString(std::string*, int) const override {}

 private:
  class Items;

  const boost::json::value* find(std::string_view name) const;
  const boost::json::value* find_position(std::string_view name) const;
  const boost::json::value* find_global(std::string_view name) const;
  bool is_shown(std::string_view name) const;
  const char* icon() const;

  const boost::json::value& value_;
  const Scope* parent_;
  Rendering& rendering_;
  std::size_t index_ = 0;
  std::size_t count_ = 0;  // 0: not an element of an array
};

}  // namespace freehold::html
