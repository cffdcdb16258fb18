#include "html/lint/rules.hpp"

#include <array>

#include "html/engine/names.hpp"

namespace freehold::html {

std::span<const Rule> rules() {
  using enum Weight;
  using enum Kinds;
  static constexpr std::array table{
      Rule{"pragma", engine, html, check_pragma},
      Rule{"modifier", engine, html, check_modifier},
      Rule{"name", engine, both, check_name},
      Rule{"section", everyone, both, check_section},
      Rule{"section-state", everyone, html, check_section_state},
      Rule{"partial", everyone, both, check_partial},
      Rule{"partial-place", everyone, html, check_partial_place},
      Rule{"content", everyone, both, check_content},
      Rule{"unquoted", everyone, html, check_unquoted},
      Rule{"markup-marker", everyone, html, check_markup_marker},
      Rule{"unsafe-attribute", everyone, html, check_unsafe_attribute},
      Rule{"address", everyone, html, check_address},
      Rule{"inline-script", everyone, html, check_inline_script},
      Rule{"inline-style", everyone, html, check_inline_style},
      Rule{"event-attribute", everyone, html, check_event_attribute},
      Rule{"script-value", everyone, html, check_script_value},
      Rule{"htmx-filter", everyone, html, check_htmx_filter},
      Rule{"blank-target", everyone, html, check_blank_target},
      Rule{"image-text", everyone, html, check_image_text},
      Rule{"class-marker", everyone, html, check_class_marker},
      Rule{"verbatim", everyone, html, check_verbatim},
      Rule{"post-key", everyone, html, check_post_key},
      Rule{"copy", house, both, check_copy},
      Rule{"word", house, both, check_word},
      Rule{"mail-twin", everyone, html, check_mail_twin},
      Rule{"subject", everyone, text, check_subject},
  };
  return table;
}

Known known_of(std::span<const TemplateFile> files) {
  Known known;
  for (const TemplateFile& file : files) {
    known.names.insert(file.name);
    const std::string_view first = std::string_view(file.body).substr(0, file.body.find('\n'));
    known.includes.emplace(include_key(file.name), first.contains("state=\"IN_TAG\""));
  }
  return known;
}

}  // namespace freehold::html
