// The colours that an owner chooses, and those that are made of them. A page is legible in every
// brand: what does not hold 4.5:1 for text and 3:1 for edges and the focus ring is refused (WCAG
// 2.2, 1.4.3 and 1.4.11).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace freehold::brand {

struct Colour {
  std::uint8_t red = 0;
  std::uint8_t green = 0;
  std::uint8_t blue = 0;
  bool operator==(const Colour&) const = default;
};

// "#265bc5", as CSS writes it. Nothing for any other text.
std::optional<Colour> parse_colour(std::string_view text);
std::string to_string(Colour colour);

// From 1 to 21: WCAG 2.2, "contrast ratio".
double contrast(Colour a, Colour b);

enum class Scheme { light, dark };

// What assets/css/tokens.css calls --accent, --accent-hover, … of one scheme.
struct Shades {
  Colour accent;
  Colour hover;
  Colour ink;         // links in text
  Colour soft;        // the ground of what is chosen or noted
  Colour on_accent;   // text on `accent` and `hover`
  Colour chart;       // marks in a chart
  Colour chart_soft;  // the same, earlier
  Colour selected;    // the ground of a chosen row
};
Shades shades_of(Colour accent, Scheme scheme);

// A sentence that says what is wrong with it, and the nearest colour that would do; nothing when it
// is legible.
std::optional<std::string> mistake_in(Colour accent, Scheme scheme);

// The nearest colour of that hue that is legible: how `accent` of a light page becomes a dark
// one's.
Colour legible(Colour accent, Scheme scheme);

}  // namespace freehold::brand
