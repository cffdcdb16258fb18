#include "brand/logo.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "core/crypto.hpp"
#include "core/text.hpp"

namespace freehold::brand {
namespace {

struct Kind {
  std::string_view type;
  std::string_view extension;
};
constexpr Kind svg{"image/svg+xml", "svg"};

std::optional<Kind> kind_of(std::string_view bytes) {
  using namespace std::string_view_literals;
  if (bytes.starts_with("\x89PNG\r\n\x1a\n"sv)) return Kind{"image/png", "png"};
  if (bytes.starts_with("\xff\xd8\xff"sv)) return Kind{"image/jpeg", "jpg"};
  if (bytes.starts_with("RIFF"sv) && bytes.size() > 12 && bytes.substr(8, 4) == "WEBP")
    return Kind{"image/webp", "webp"};
  const std::string_view text = trimmed(bytes);
  if (text.starts_with("<svg") || text.starts_with("<?xml") || text.starts_with("<!--")) return svg;
  return {};
}

// ` onload=`: an attribute whose name begins with "on".
bool has_handler(std::string_view text) {
  for (std::size_t at = text.find("on"); at != text.npos; at = text.find("on", at + 1)) {
    const bool begins =
        at > 0 && (std::isspace(static_cast<unsigned char>(text[at - 1])) != 0 ||
                   text[at - 1] == '"' || text[at - 1] == '\'' || text[at - 1] == '/');
    auto end = at;
    while (end < text.size() && std::isalpha(static_cast<unsigned char>(text[end])) != 0) ++end;
    while (end < text.size() && std::isspace(static_cast<unsigned char>(text[end])) != 0) ++end;
    if (begins && end < text.size() && text[end] == '=') return true;
  }
  return false;
}

// An address that is not a part of the same file ("#gradient") or an image inside of it.
bool leads_away(std::string_view text) {
  for (const std::string_view attribute : {"href", "src"}) {
    for (std::size_t at = text.find(attribute); at != text.npos;
         at = text.find(attribute, at + 1)) {
      auto rest = trimmed(text.substr(at + attribute.size()));
      if (!rest.starts_with('=')) continue;
      rest = trimmed(rest.substr(1));
      if (rest.starts_with('"') || rest.starts_with('\'')) rest.remove_prefix(1);
      rest = trimmed(rest);
      if (!rest.starts_with('#') && !rest.starts_with("data:image/png") &&
          !rest.starts_with("data:image/jpeg"))
        return true;
    }
  }
  return text.contains("url(http") || text.contains("url(//") || text.contains("url(\"http") ||
         text.contains("url('http") || text.contains("@import");
}

std::string mistake_in_svg(std::string_view bytes) {
  const std::string text = lower(bytes);
  if (!text.contains("<svg")) return "There is no <svg> in it.";
  if (text.contains("<!doctype") || text.contains("<!entity"))
    return "Take the DOCTYPE out of the SVG: it may define entities.";
  for (const std::string_view tag : {"<script", "<foreignobject", "<iframe", "<handler"})
    if (text.contains(tag))
      return fmt::format("Take {}> out of the SVG: a logo is a drawing only.", tag);
  if (has_handler(text))
    return "Take the on…= attributes out of the SVG: a logo is a drawing only.";
  if (leads_away(text)) return "Take addresses of other files out of the SVG, or put them into it.";
  return {};
}

}  // namespace

std::optional<Logo> read_logo(std::string_view given, std::string& mistake) {
  const auto kind = kind_of(given);
  std::string bytes(kind && kind->type == svg.type ? trimmed(given) : given);
  if (kind && kind->type == svg.type) std::erase(bytes, '\r');
  if (bytes.size() > largest_logo) {
    mistake = fmt::format("The logo has {} bytes; it may have {}.", bytes.size(), largest_logo);
    return {};
  }
  if (!kind) {
    mistake = "The logo must be an SVG, PNG, JPEG or WebP.";
    return {};
  }
  if (kind->type == svg.type) mistake = mistake_in_svg(bytes);
  if (!mistake.empty()) return {};
  return Logo{std::move(bytes), kind->type, kind->extension};
}

std::optional<Logo> logo_of_text(std::string_view text, std::string& mistake) {
  text = trimmed(text);
  if (!text.starts_with("data:")) return read_logo(text, mistake);
  const auto comma = text.find(";base64,");
  const auto bytes = comma == text.npos ? std::nullopt : from_base64(text.substr(comma + 8));
  if (!bytes) {
    mistake = "A data: address of a logo is data:image/png;base64,…";
    return {};
  }
  return read_logo(*bytes, mistake);
}

std::string text_of(const Logo& logo) {
  if (logo.type == svg.type) return logo.bytes;
  return fmt::format("data:{};base64,{}", logo.type, to_base64(logo.bytes));
}

}  // namespace freehold::brand
