// The rules for templates, as a table. Most guard contextual escaping, which has holes in the
// places named here; some guard the content security policy, accessibility and the tone of what is
// written. Private to the module; lint.hpp applies them.
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

// The templates that there are.
struct Known {
  std::set<std::string, std::less<>> names = {};
  std::map<std::string, bool, std::less<>> includes = {};  // by key: whether it stands in a tag
};
Known known_of(std::span<const TemplateFile> files);

struct Checked {
  const TemplateFile& file;
  const Reading& reading;
  const Known& known;
};

struct Complaint {
  int line;
  std::string message;
};
using Complaints = std::vector<Complaint>;
using Check = Complaints (*)(const Checked&);

// Escaping cannot be trusted where a rule of the engine is broken: the engine loads no such
// template, whoever wrote it. A rule of the house is how we write; an owner may write as they like.
enum class Weight { engine, everyone, house };
enum class Kinds { html, text, both };

struct Rule {
  std::string_view name;
  Weight weight;
  Kinds kinds;
  Check check;
};
std::span<const Rule> rules();

// structure.cpp: what a template is made of
Complaints check_pragma(const Checked& checked);
Complaints check_modifier(const Checked& checked);
Complaints check_name(const Checked& checked);
Complaints check_section(const Checked& checked);
Complaints check_section_state(const Checked& checked);
Complaints check_partial(const Checked& checked);
Complaints check_partial_place(const Checked& checked);
Complaints check_content(const Checked& checked);
Complaints check_mail_twin(const Checked& checked);
Complaints check_subject(const Checked& checked);

// values.cpp: where a value may stand
Complaints check_unquoted(const Checked& checked);
Complaints check_markup_marker(const Checked& checked);
Complaints check_unsafe_attribute(const Checked& checked);
Complaints check_address(const Checked& checked);
Complaints check_class_marker(const Checked& checked);
Complaints check_verbatim(const Checked& checked);

// page.cpp: what browsers, people and the content security policy ask of a page
Complaints check_inline_script(const Checked& checked);
Complaints check_inline_style(const Checked& checked);
Complaints check_event_attribute(const Checked& checked);
Complaints check_script_value(const Checked& checked);
Complaints check_htmx_filter(const Checked& checked);
Complaints check_blank_target(const Checked& checked);
Complaints check_image_text(const Checked& checked);
Complaints check_post_key(const Checked& checked);
Complaints check_copy(const Checked& checked);
Complaints check_word(const Checked& checked);

// "post", whatever its case.
bool is_posting(const Tag& tag);

}  // namespace freehold::html
