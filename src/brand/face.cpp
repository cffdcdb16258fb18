#include "brand/face.hpp"

#include <fmt/format.h>

#include "core/crypto.hpp"

namespace freehold::brand {
namespace {

constexpr Colour own_accent{0x26, 0x5b, 0xc5};  // --accent of tokens.css

Colour accent_of(const std::string& text, Colour otherwise) {
  return parse_colour(text).value_or(otherwise);
}

std::string hash_of(std::string_view bytes) {
  return to_hex(view(sha256(bytes))).substr(0, 12);
}

// Each by its name in assets/css/tokens.css, for both schemes.
std::string css_of(const Shades& light, const Shades& dark) {
  std::string css = ":root{";
  const auto token = [&](std::string_view name, Colour in_light, Colour in_dark) {
    css += fmt::format("--{}:light-dark({},{});", name, to_string(in_light), to_string(in_dark));
  };
  token("accent", light.accent, dark.accent);
  token("accent-hover", light.hover, dark.hover);
  token("accent-ink", light.ink, dark.ink);
  token("accent-soft", light.soft, dark.soft);
  token("on-accent", light.on_accent, dark.on_accent);
  token("chart-1", light.chart, dark.chart);
  token("chart-1-soft", light.chart_soft, dark.chart_soft);
  token("selected", light.selected, dark.selected);
  return css + "}\n";
}

}  // namespace

std::optional<std::string> Face::css_url() const {
  if (css.empty()) return {};
  return fmt::format("/brand/{}.css", css_hash);
}

std::optional<std::string> Face::logo_url() const {
  if (!logo) return {};
  return fmt::format("/brand/{}.{}", logo_hash, logo->extension);
}

html::Brand Face::on_pages(std::string url) const {
  return {.name = look.name, .url = std::move(url), .logo = logo_url(), .style_sheet = css_url()};
}

std::shared_ptr<const Face> face_of(Look look) {
  auto face = std::make_shared<Face>();
  const Colour accent = accent_of(look.accent, own_accent);
  face->light = shades_of(accent, Scheme::light);
  face->dark = shades_of(accent_of(look.accent_dark, legible(accent, Scheme::dark)), Scheme::dark);
  if (!look.accent.empty()) face->css = css_of(face->light, face->dark);
  std::string mistake;
  if (!look.logo.empty()) face->logo = read_logo(look.logo, mistake);
  face->css_hash = hash_of(face->css);
  face->logo_hash = hash_of(look.logo);
  face->look = std::move(look);
  return face;
}

}  // namespace freehold::brand
