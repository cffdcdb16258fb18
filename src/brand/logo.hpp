// An owner's logo: an SVG, PNG, JPEG or WebP. It is shown by <img> and served under a policy that
// lets it load and run nothing; an SVG that tries to is refused all the same.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace freehold::brand {

inline constexpr std::size_t largest_logo = 32 * 1024;  // bytes

struct Logo {
  std::string bytes;
  std::string_view type;       // media type
  std::string_view extension;  // "svg"
};

// From the bytes of a file; an SVG without what stands around it, and with the line ends of Unix.
// Otherwise `mistake` says what is wrong.
std::optional<Logo> read_logo(std::string_view bytes, std::string& mistake);

// From a form: the text of an SVG, or `data:image/png;base64,…`.
std::optional<Logo> logo_of_text(std::string_view text, std::string& mistake);
// As `logo_of_text` reads it.
std::string text_of(const Logo& logo);

}  // namespace freehold::brand
