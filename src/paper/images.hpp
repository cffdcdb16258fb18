// Pictures on a Cairo context. Private to the module.
#pragma once

#include <string_view>

#include "paper/paper.hpp"

struct _cairo;  // cairo_t. NOLINT(bugprone-reserved-identifier): cairo chose the name

namespace freehold::paper {

// As Sheets::draw says.
double draw_picture(_cairo* cairo, const Box& box, std::string_view bytes,
                    std::string_view media_type);

}  // namespace freehold::paper
