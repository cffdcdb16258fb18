// A look made ready: the style sheet and the logo as files with addresses, the colours of mails.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "brand/colour.hpp"
#include "brand/logo.hpp"
#include "brand/look.hpp"
#include "html/frame.hpp"

namespace freehold::brand {

struct Face {
  Look look;
  std::string css;        // empty: no colour was chosen
  std::string css_hash;   // a part of its address
  std::string logo_hash;  // the same of the logo, which mails lead to
  std::optional<Logo> logo;
  Shades light;
  Shades dark;

  std::optional<std::string> css_url() const;   // "/brand/6f1ed002ab55.css"
  std::optional<std::string> logo_url() const;  // "/brand/6f1ed002ab55.svg"
  // For pages; `url` is where the name leads.
  html::Brand on_pages(std::string url) const;
};

// The look must have no mistakes.
std::shared_ptr<const Face> face_of(Look look);

}  // namespace freehold::brand
