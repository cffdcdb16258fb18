// The templates as such: which there are, whether they keep to the rules, and an owner's in place
// of ours. README.md says what an owner may do; docs/templates.md says how.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/embedded.hpp"
#include "html/html.hpp"

namespace freehold::html {

// A template of an owner in place of a built-in one.
struct Override {
  std::string name;
  std::string file;
  bool outdated = false;  // the built-in is another than the one that it was copied from
};

struct Overrides {
  std::vector<Override> templates = {};
  std::vector<std::string> mistakes = {};  // each with file and line; none: they can be used
};

// Reads the source's overrides and looks at all of them, as a start does; none without a folder.
Overrides examine_overrides(const Source& source);

// What is wrong with our own templates by the rules for all and by those of the house.
std::vector<std::string> lint_built_in(std::span<const EmbeddedFile> built_in);

// "identity/login", "notify/mail/letter.txt", sorted.
std::vector<std::string> template_names(std::span<const EmbeddedFile> built_in);

// The names that an override of it may ask its model for, besides those of the engine.
std::vector<std::string> names_known_to(std::span<const EmbeddedFile> built_in,
                                        std::string_view name);

// A file to begin an override with, below the folder of overrides. A mail is two.
struct TemplateCopy {
  std::string path;  // "identity/login.tpl"
  std::string body;
};
// Throws TemplateError for a name that there is not, with the nearest.
std::vector<TemplateCopy> copies_of(std::span<const EmbeddedFile> built_in, std::string_view name);

}  // namespace freehold::html
