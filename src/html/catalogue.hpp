// The design system on show: every component in every state, and a page of each layout. Routed as
// /dev/components while developing; the browser tests check it for accessibility and look.
#pragma once

#include <string>
#include <vector>

#include "core/json_fwd.hpp"

namespace freehold::html {

struct Sample {
  std::string slug;  // /dev/components/{slug}; the first is /dev/components itself
  std::string label;
};

// The pages of the catalogue, in order.
const std::vector<Sample>& samples();

// The template and the whole model of a sample. Throws Problem 404 for another slug.
std::string sample_page(std::string_view slug);
json::value sample_model(std::string_view slug);

// The model of the mail `html/mail/sample`.
json::value mail_model();

// All components in the console's layout: the model of `html/components`.
json::value components_model();

}  // namespace freehold::html
