// The headers that keep a page, an API answer or a file from being misused by a browser, rendered
// once. Private to the module.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace freehold::http {

enum class Kind {
  page,
  token_page,  // its address is a secret: no Referer to anybody
  own_policy,  // a page that says itself what it may do: two policies would both have to agree
  api,
  file,
};
enum class Caching {
  own,       // the answer says it itself
  no_cache,  // may be kept, is asked for again
  no_store,
};

class SiteHeaders {
 public:
  // `secure`: the site is https. `form_action`: origins beside our own that a form may lead to.
  SiteHeaders(bool secure, const std::vector<std::string>& form_action);

  // Whole lines, each with its CRLF.
  std::string_view lines(Kind kind, Caching caching) const;

 private:
  std::array<std::array<std::string, 3>, 5> lines_;
};

}  // namespace freehold::http
