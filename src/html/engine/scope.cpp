#include "html/engine/scope.hpp"

#include <fmt/format.h>
#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <optional>

#include "core/words.hpp"

namespace freehold::html {

namespace {

using boost::json::kind;

std::string_view view(const ctemplate::TemplateString& text) {
  return text.size() == 0 ? std::string_view() : std::string_view(text.data(), text.size());
}

const boost::json::value yes(true);
const boost::json::value no(false);

// A section is shown unless its value is null, false, 0, "" or [].
bool is_true(const boost::json::value& value) {
  switch (value.kind()) {
    case kind::null:
      return false;
    case kind::bool_:
      return value.get_bool();
    case kind::int64:
      return value.get_int64() != 0;
    case kind::uint64:
      return value.get_uint64() != 0;
    case kind::double_:
      return value.get_double() != 0;
    case kind::string:
      return !value.get_string().empty();
    case kind::array:
      return !value.get_array().empty();
    case kind::object:
      return true;
  }
  return false;
}

std::string text_of(const boost::json::value& value) {
  switch (value.kind()) {
    case kind::null:
      return {};
    case kind::int64:
      return std::to_string(value.get_int64());
    case kind::uint64:
      return std::to_string(value.get_uint64());
    case kind::double_:
      return fmt::format("{}", value.get_double());
    default:
      return boost::json::serialize(value);
  }
}

// {{word_workspace}}, {{word_workspaces}}, {{word_a_workspace}}; with a capital,
// {{Word_workspace}}.
std::optional<std::string> word_of(std::string_view name) {
  const bool begins = name.starts_with("Word_");
  if (!begins && !name.starts_with("word_")) return {};
  name.remove_prefix(5);
  const Words chosen = words();
  std::string word;
  if (name == "workspace") word = chosen.workspace;
  if (name == "workspaces") word = chosen.workspaces;
  if (name == "a_workspace") word = with_article(chosen.workspace);
  if (word.empty()) return {};
  return begins ? capital(word) : word;
}

}  // namespace

bool is_engines_name(std::string_view name) {
  constexpr std::array<std::string_view, 5> names{"first", "last", "index", "item", "sequence"};
  return name.starts_with("asset_") || word_of(name) ||
         std::ranges::find(names, name) != names.end();
}

void Rendering::miss(std::string_view kind, std::string_view name) {
  std::string entry = fmt::format("{}{}", kind, name);
  if (std::find(missing.begin(), missing.end(), entry) == missing.end())
    missing.push_back(std::move(entry));
}

// Steps through an array, or once into an object. Anything else shows the section in the scope that
// it stands in, which ctemplate does when there is nothing to step through.
class Scope::Items final : public Iterator {
 public:
  Items(const boost::json::value* value, const Scope* parent) : value_(value), parent_(parent) {
    if (value == nullptr) return;
    if (value->is_array()) count_ = value->get_array().size();
    if (value->is_object()) count_ = 1;
  }

  bool HasNext() const override { return next_ < count_; }

  const TemplateDictionaryInterface& Next() override {
    if (value_->is_array())
      scope_.emplace(value_->get_array()[next_], parent_, next_, count_);
    else
      scope_.emplace(*value_, parent_, parent_->rendering_);
    ++next_;
    return *scope_;
  }

 private:
  const boost::json::value* value_;
  const Scope* parent_;
  std::size_t next_ = 0;
  std::size_t count_ = 0;
  std::optional<Scope> scope_;
};

// The nearest scope that has the name; an object with "$component" ends the search, so that a
// partial cannot pick up a name of the page around it.
const boost::json::value* Scope::find(std::string_view name) const {
  for (const Scope* scope = this; scope != nullptr; scope = scope->parent_) {
    const boost::json::object* object = scope->value_.if_object();
    if (object != nullptr) {
      if (const boost::json::value* found = object->if_contains(name)) return found;
    }
    if (const boost::json::value* found = scope->find_position(name)) return found;
    if (object != nullptr && object->contains("$component")) break;
  }
  return find_global(name);
}

const boost::json::value* Scope::find_position(std::string_view name) const {
  if (count_ == 0) return nullptr;
  if (name == "first") return index_ == 0 ? &yes : &no;
  if (name == "last") return index_ + 1 == count_ ? &yes : &no;
  if (name == "index") return &rendering_.values.emplace_back(index_ + 1);
  if (name == "item" && !value_.is_object()) return &value_;
  return nullptr;
}

const boost::json::value* Scope::find_global(std::string_view name) const {
  if (name == "sequence") return &rendering_.values.emplace_back(++rendering_.sequence);
  if (const auto word = word_of(name)) return &rendering_.values.emplace_back(*word);
  constexpr std::string_view asset = "asset_";
  if (!name.starts_with(asset)) return nullptr;
  std::string file(name.substr(asset.size()));
  const auto dot = file.rfind('_');
  if (dot != file.npos) file[dot] = '.';
  return &rendering_.values.emplace_back(rendering_.assets.url(file));
}

ctemplate::TemplateString Scope::GetValue(const ctemplate::TemplateString& name) const {
  const boost::json::value* found = find(view(name));
  if (found == nullptr) {
    rendering_.miss("", view(name));
    return ctemplate::TemplateString("", 0);
  }
  if (const boost::json::string* text = found->if_string())
    return ctemplate::TemplateString(text->data(), text->size());
  const std::string& text = rendering_.texts.emplace_back(text_of(*found));
  return ctemplate::TemplateString(text.data(), text.size());
}

bool Scope::is_shown(std::string_view name) const {
  if (const boost::json::value* found = find(name)) return is_true(*found);
  constexpr std::string_view inverse = "_not";
  if (name.ends_with(inverse)) {
    const boost::json::value* found = find(name.substr(0, name.size() - inverse.size()));
    if (found != nullptr) return !is_true(*found);
  }
  rendering_.miss("#", name);
  return false;
}

bool Scope::IsHiddenSection(const ctemplate::TemplateString& name) const {
  return !is_shown(view(name));
}

bool Scope::IsUnhiddenSection(const ctemplate::TemplateString& name) const {
  return is_shown(view(name));
}

Scope::Iterator* Scope::CreateSectionIterator(const ctemplate::TemplateString& name) const {
  return new Items(find(view(name)), this);  // ctemplate deletes it
}

// No iteration: ctemplate then expands the include once, in this scope.
Scope::Iterator* Scope::CreateTemplateIterator(const ctemplate::TemplateString&) const {
  return new Items(nullptr, this);
}

// Only these two are left: the library has put all other partials in their places.
const char* Scope::GetIncludeTemplateName(const ctemplate::TemplateString& marker, int) const {
  if (view(marker) == "ICON") return icon();
  if (view(marker) != "CONTENT") return "";
  return rendering_.texts.emplace_back(rendering_.page).c_str();
}

// {{>ICON}} is the icon that the model names; null shows none.
const char* Scope::icon() const {
  const boost::json::value* found = find("icon");
  if (found == nullptr) rendering_.miss("", "icon");
  if (found == nullptr || !found->is_string() || found->get_string().empty()) return "";
  std::string name = fmt::format("html/icon/{}", std::string_view(found->get_string()));
  if (rendering_.library.has(name)) return rendering_.texts.emplace_back(std::move(name)).c_str();
  rendering_.miss(">", name);
  return "";
}

}  // namespace freehold::html
