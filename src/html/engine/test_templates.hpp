// Views over templates that a test writes itself.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "html/html.hpp"

namespace freehold::html {

// `path` is below src/, such as "demo/templates/page.tpl". The pragma is put in front of each .tpl.
class TestTemplates {
 public:
  TestTemplates& add(std::string_view path, std::string_view source) {
    const bool html = path.ends_with(".tpl");
    files_.emplace_back("src/" + std::string(path),
                        (html ? "{{%AUTOESCAPE context=\"HTML\"}}\n" : "") + std::string(source));
    return *this;
  }

  TestTemplates& add_raw(std::string_view path, std::string_view source) {
    files_.emplace_back("src/" + std::string(path), std::string(source));
    return *this;
  }

  Views views(Missing missing = Missing::error) const {
    const std::vector<EmbeddedFile> files = embedded();
    return Views(Source{files, {}, ""}, missing);
  }
  // With an owner's folder in place of some of them.
  Views views(const std::string& overrides) const {
    const std::vector<EmbeddedFile> files = embedded();
    return Views(Source{files, {}, "", overrides}, Missing::error);
  }

  // They live as long as this.
  std::vector<EmbeddedFile> embedded() const {
    std::vector<EmbeddedFile> files;
    for (const auto& [path, body] : files_) files.push_back({path, body, {}, {}, {}, {}});
    return files;
  }

 private:
  std::vector<std::pair<std::string, std::string>> files_;
};

// Renders one template, "demo/page", over a model.
inline std::string render_one(std::string_view source, const json::value& model) {
  return TestTemplates().add("demo/templates/page.tpl", source).views().render("demo/page", model);
}

// What the constructor or the call throws; empty if nothing.
template <class Call>
std::string error_of(Call call) {
  try {
    call();
  } catch (const TemplateError& error) {
    return error.what();
  }
  return {};
}

}  // namespace freehold::html
