// An invoice as a file: one page of text, and a real PDF.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "simulator/json_access.hpp"

namespace freehold::simulator {

std::string invoice_pdf(const json::object& invoice);

// A PDF of one page with these lines; the first is its title. What Latin-1 does not have is "?".
std::string pdf_of(const std::vector<std::string>& lines);

}  // namespace freehold::simulator
