// An owner's templates held against the built-in ones, and put in their place. Private to the
// module; html/templates.hpp is its face.
#pragma once

#include "html/engine/own_files.hpp"
#include "html/html.hpp"
#include "html/templates.hpp"

namespace freehold::html {

struct Merged {
  std::vector<TemplateFile> files = {};  // all templates, the owner's in place of ours
  Overrides overrides = {};
};

// The folder's templates are looked at whole: by the rules, and by what their built-ins ask for and
// send. With a mistake among them none is to be used.
Merged merge(std::vector<TemplateFile> built_in, const std::string& folder);
Merged merge(std::vector<TemplateFile> built_in, OwnFiles own);

std::vector<TemplateFile> from_program(std::span<const EmbeddedFile> files);
// From the program, or while developing from the checkout.
std::vector<TemplateFile> built_in_of(const Source& source);

}  // namespace freehold::html
