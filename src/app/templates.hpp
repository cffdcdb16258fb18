// Where a node's pages and mails come from, and whether an owner's templates can be used.
#pragma once

#include "app/settings.hpp"
#include "html/templates.hpp"

namespace freehold::app {

html::Source views_source(const Settings& settings);

// What `freehold config check` says of product.templates; nothing when they can be used.
std::string template_mistakes(const html::Overrides& overrides);

// Before a start: every mistake is printed, and an outdated template is told in the log.
bool templates_can_be_used(const Settings& settings);

}  // namespace freehold::app
