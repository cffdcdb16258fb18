// Lightness is changed in Oklch, where equal steps look equal and a hue stays what it is:
// https://www.w3.org/TR/css-color-4/#ok-lab
#include "brand/colour.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace freehold::brand {
namespace {

constexpr double for_text = 4.5;
constexpr double for_edges = 3;
constexpr double step = 0.005;

struct Lch {
  double lightness;  // 0 is black, 1 is white
  double chroma;
  double hue;  // radians
};

struct Linear {
  double red, green, blue;
};

double to_linear(std::uint8_t channel) {
  const double value = channel / 255.0;
  return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
}

double from_linear(double value) {
  return value <= 0.0031308 ? value * 12.92 : 1.055 * std::pow(value, 1 / 2.4) - 0.055;
}

Linear linear_of(Colour colour) {
  return {to_linear(colour.red), to_linear(colour.green), to_linear(colour.blue)};
}

double luminance(Colour colour) {
  const Linear c = linear_of(colour);
  return 0.2126 * c.red + 0.7152 * c.green + 0.0722 * c.blue;
}

Lch lch_of(Colour colour) {
  const Linear c = linear_of(colour);
  const double l = std::cbrt(0.4122214708 * c.red + 0.5363325363 * c.green + 0.0514459929 * c.blue);
  const double m = std::cbrt(0.2119034982 * c.red + 0.6806995451 * c.green + 0.1073969566 * c.blue);
  const double s = std::cbrt(0.0883024619 * c.red + 0.2817188376 * c.green + 0.6299787005 * c.blue);
  const double a = 1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s;
  const double b = 0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s;
  return {0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s, std::hypot(a, b),
          std::atan2(b, a)};
}

Linear linear_of(const Lch& lch) {
  const double a = lch.chroma * std::cos(lch.hue);
  const double b = lch.chroma * std::sin(lch.hue);
  const double l = std::pow(lch.lightness + 0.3963377774 * a + 0.2158037573 * b, 3);
  const double m = std::pow(lch.lightness - 0.1055613458 * a - 0.0638541728 * b, 3);
  const double s = std::pow(lch.lightness - 0.0894841775 * a - 1.2914855480 * b, 3);
  return {4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
          -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
          -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s};
}

bool is_shown(const Linear& c) {
  const auto fits = [](double value) { return value >= -0.0005 && value <= 1.0005; };
  return fits(c.red) && fits(c.green) && fits(c.blue);
}

// A screen cannot show every chroma at every lightness: it becomes as vivid as it can.
Colour colour_of(Lch lch) {
  while (lch.chroma > 0 && !is_shown(linear_of(lch))) lch.chroma = std::max(0.0, lch.chroma - step);
  const Linear c = linear_of(lch);
  const auto channel = [](double value) {
    return std::uint8_t(std::lround(255 * from_linear(std::clamp(value, 0.0, 1.0))));
  };
  return {channel(c.red), channel(c.green), channel(c.blue)};
}

// Grounds that an accent stands on in tokens.css: canvas, surface and raised.
struct Grounds {
  Colour surface;
  Colour other;
  double direction;  // where lightness goes to be seen better on them
};

Grounds grounds_of(Scheme scheme) {
  if (scheme == Scheme::light) return {{255, 255, 255}, {249, 250, 251}, -1};
  return {{19, 20, 24}, {26, 27, 31}, +1};
}

constexpr Colour white{252, 252, 253};
constexpr Colour black{9, 10, 13};

Colour text_on(Colour ground) {
  return contrast(ground, white) >= for_text ? white : black;
}

double least_contrast(Colour colour, const Grounds& grounds) {
  return std::min(contrast(colour, grounds.surface), contrast(colour, grounds.other));
}

// What a colour is as an accent: its contrast with the grounds, and that of the text on it.
bool is_legible(Colour accent, Scheme scheme) {
  return least_contrast(accent, grounds_of(scheme)) >= for_edges &&
         contrast(accent, text_on(accent)) >= for_text;
}

// Of this hue, as near to `lightness` as text on these grounds may be.
Colour ink_of(Lch lch, double lightness, const Grounds& grounds, Colour soft) {
  lch.lightness = lightness;
  Colour ink = colour_of(lch);
  while (std::min(least_contrast(ink, grounds), contrast(ink, soft)) < 5.4 &&
         lch.lightness > 0.02 && lch.lightness < 0.98) {
    lch.lightness += grounds.direction * step;
    ink = colour_of(lch);
  }
  return ink;
}

// Our own accent's chroma, to which the others of tokens.css stand in proportion.
constexpr double own_chroma = 0.175;

struct Recipe {
  double ink, soft, soft_chroma, chart, chart_chroma, chart_soft, chart_soft_chroma, selected,
      selected_chroma;
};
constexpr Recipe light_recipe{0.47, 0.958, 0.02, 0.56, 0.165, 0.88, 0.06, 0.968, 0.015};
constexpr Recipe dark_recipe{0.775, 0.268, 0.06, 0.68, 0.14, 0.34, 0.08, 0.225, 0.032};

}  // namespace

std::optional<Colour> parse_colour(std::string_view text) {
  if (text.size() != 7 || text[0] != '#') return {};
  std::array<std::uint8_t, 3> channels{};
  for (std::size_t i = 0; i < 6; ++i) {
    const char c = text[i + 1];
    const int digit = c >= '0' && c <= '9'   ? c - '0'
                      : c >= 'a' && c <= 'f' ? c - 'a' + 10
                      : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                             : -1;
    if (digit < 0) return {};
    channels[i / 2] = std::uint8_t(channels[i / 2] * 16 + digit);
  }
  return Colour{channels[0], channels[1], channels[2]};
}

std::string to_string(Colour colour) {
  return fmt::format("#{:02x}{:02x}{:02x}", colour.red, colour.green, colour.blue);
}

double contrast(Colour a, Colour b) {
  const double one = luminance(a) + 0.05;
  const double other = luminance(b) + 0.05;
  return std::max(one, other) / std::min(one, other);
}

Colour legible(Colour accent, Scheme scheme) {
  if (is_legible(accent, scheme)) return accent;
  const Lch lch = lch_of(accent);
  for (double away = step; away < 1; away += step) {
    for (const double lightness : {lch.lightness - away, lch.lightness + away}) {
      if (lightness < 0 || lightness > 1) continue;
      const Colour tried = colour_of({lightness, lch.chroma, lch.hue});
      if (is_legible(tried, scheme)) return tried;
    }
  }
  return accent;  // not reached: some grey of the middle always is
}

Shades shades_of(Colour accent, Scheme scheme) {
  const Grounds grounds = grounds_of(scheme);
  const Recipe& recipe = scheme == Scheme::light ? light_recipe : dark_recipe;
  const Lch lch = lch_of(accent);
  const auto toned = [&](double lightness, double chroma) {
    return colour_of({lightness, std::min(1.0, lch.chroma / own_chroma) * chroma, lch.hue});
  };
  Shades shades;
  shades.accent = accent;
  shades.on_accent = text_on(accent);
  // Away from the text on it, so that a button that is pointed at reads at least as well.
  const double away = shades.on_accent == white ? -0.05 : 0.05;
  shades.hover = colour_of({std::clamp(lch.lightness + away, 0.0, 1.0), lch.chroma, lch.hue});
  shades.soft = toned(recipe.soft, recipe.soft_chroma);
  shades.ink =
      ink_of({0, std::min(lch.chroma, own_chroma), lch.hue}, recipe.ink, grounds, shades.soft);
  shades.chart = toned(recipe.chart, recipe.chart_chroma);
  shades.chart_soft = toned(recipe.chart_soft, recipe.chart_soft_chroma);
  shades.selected = toned(recipe.selected, recipe.selected_chroma);
  return shades;
}

std::optional<std::string> mistake_in(Colour accent, Scheme scheme) {
  if (is_legible(accent, scheme)) return {};
  const std::string_view page = scheme == Scheme::light ? "light" : "dark";
  const double edge = least_contrast(accent, grounds_of(scheme));
  const std::string nearest = to_string(legible(accent, scheme));
  if (edge < for_edges)
    return fmt::format(
        "{} is hard to see on a {} page: its contrast is {:.1f}:1, and buttons and the focus ring "
        "need {}:1. The nearest that has it is {}.",
        to_string(accent), page, edge, for_edges, nearest);
  return fmt::format(
      "Neither black nor white text is legible on {}: the contrast is {:.1f}:1 and must be {}:1. "
      "The nearest that has it is {}.",
      to_string(accent), contrast(accent, text_on(accent)), for_text, nearest);
}

}  // namespace freehold::brand
