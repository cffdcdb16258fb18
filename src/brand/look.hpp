// What an owner says about looks, in the configuration or in the staff panel.
#pragma once

#include <boost/describe.hpp>
#include <string>
#include <string_view>

#include "core/problem.hpp"
#include "core/words.hpp"

namespace freehold::brand {

struct Look {
  std::string name;              // in pages and mails
  std::string mail_from;         // "Acme <hello@acme.example>"
  std::string accent = {};       // "#265bc5"; empty: Freehold's blue
  std::string accent_dark = {};  // on dark pages; empty: made of `accent`
  std::string workspace = "workspace";
  std::string workspaces = "workspaces";
  std::string logo = {};  // the bytes of an SVG, PNG, JPEG or WebP; empty: Freehold's mark
  bool operator==(const Look&) const = default;
};
BOOST_DESCRIBE_STRUCT(Look, (), (name, mail_from, accent, accent_dark, workspace, workspaces, logo))

// The same look as it is kept and compared: colours in small letters, an SVG with the line ends of
// Unix, whatever a browser or an editor made of them.
Look tidied(Look look);

// What is wrong with it, by field; each message says what to do. Empty: all is well.
FieldErrors mistakes_in(const Look& look);

inline Words words_of(const Look& look) {
  return {look.workspace, look.workspaces};
}

}  // namespace freehold::brand
