// Pages, fragments and mail: a template rendered over a JSON model.
//
// A template `src/<module>/templates/<file>.tpl` has the name `<module>/<file>`; shared layouts and
// partials are the module `html`. Every value is escaped for the place it is printed in (text,
// attribute, URL) by ctemplate's contextual auto-escaping, and a template without the pragma that
// turns it on is refused at start. README.md lists the models of layouts and partials.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "core/embedded.hpp"
#include "core/json_fwd.hpp"

namespace freehold::html {

class Assets;

// Where templates and assets come from. With a directory (the root of the repository) they are read
// from there, and again whenever a file has changed; otherwise they are the embedded ones. A folder
// of overrides holds an owner's templates in place of ours: `<module>/<file>.tpl` (templates.hpp).
struct Source {
  std::span<const EmbeddedFile> templates;
  std::span<const EmbeddedFile> assets;
  std::string directory;
  std::string overrides = {};
};

// Names that a template asked for and the model lacks, once each, in order of first use:
// "plan" for {{plan}}, "#plan" for {{#plan}}, ">plan" for {{>plan}}.
struct Report {
  std::vector<std::string> missing;
};

// What a missing name is: an exception (tests, development), or empty text, counted (production).
enum class Missing { error, empty };

// A template that cannot be used or a rendering that went wrong; the message names both.
struct TemplateError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct Mail {
  std::string subject;
  std::string text;
  std::string html;
};

// Thread-safe; one for the whole program.
class Views {
 public:
  // Parses every template. Throws TemplateError that lists all mistakes of all templates, or of all
  // overrides.
  Views(Source source, Missing missing);
  ~Views();

  // Renders `page` inside the layout that the model names (`layout`: console, staff, public, auth,
  // plain), or alone, as a fragment, where `layout` is null or absent. An optional value must be in
  // the model as null: an absent name is a mistake (see Missing).
  std::string render(std::string_view page, const json::value& model) const;

  // The same, but missing names are empty and told to `report`.
  std::string render(std::string_view page, const json::value& model, Report& report) const;

  // A mail from its two templates `<name>.tpl` (HTML) and `<name>.txt`. The first line of the text
  // twin is "Subject: …". Control characters in the subject become spaces.
  Mail render_mail(std::string_view name, const json::value& model) const;

  bool has(std::string_view page) const;

  // How often a name was missing since the start; for metrics.
  std::uint64_t missing_count() const;

  const Assets& assets() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace freehold::html
