// Holds templates to the rules. Private to the module; html/templates.hpp is its face.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "html/lint/rules.hpp"

namespace freehold::html {

struct Finding {
  std::string path;
  int line = 1;
  std::string_view rule;
  std::string message;
};

// "src/demo/templates/page.tpl:3: <img> needs alt (image-text)"
std::string text_of(const Finding& finding);

enum class Author { house, owner };

// What is wrong with these templates, sorted by path and line. `known` are all that there are.
std::vector<Finding> lint(std::span<const TemplateFile> files, const Known& known, Author author);

// Only what the engine refuses, whoever wrote it.
std::vector<Finding> lint_for_engine(const TemplateFile& file);

void sort_findings(std::vector<Finding>& findings);

}  // namespace freehold::html
