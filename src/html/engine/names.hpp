// What templates are called, by files and by the includes of others. Private to the module.
#pragma once

#include <string>
#include <string_view>

namespace freehold::html {

// "src/billing/templates/mail/receipt.tpl" is "billing/mail/receipt"; a text twin keeps its ".txt".
std::string template_name(std::string_view path);

std::string_view module_of(std::string_view name);
bool is_text(std::string_view name);  // of a text template; also of its path
bool is_mail(std::string_view name);

// Only a layout may hold {{>CONTENT}}, and only as a layout is it rendered.
bool is_layout(std::string_view name);

// How includes name a template: "html:ICON_PLUS" is {{>ICON_PLUS}} to everyone, "documents:rows" is
// {{>rows}} to its own module.
std::string include_key(std::string_view name);
std::string include_key(std::string_view module, std::string_view marker);

}  // namespace freehold::html
