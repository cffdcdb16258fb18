#include "identity/return_to.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "identity/next_url.hpp"

namespace freehold::identity {
namespace {

constexpr std::size_t longest_state = 512;

bool is_state(std::string_view state) {
  return state.size() <= longest_state &&
         std::ranges::all_of(state, [](char c) { return c >= ' ' && c <= '~'; });
}

void append_field(std::string& url, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  url += url.find('?') == std::string::npos ? '?' : '&';
  url.append(name).append("=").append(url_encoded(value));
}

}  // namespace

std::optional<ReturnTo> return_of(const std::vector<std::string>& allowed,
                                  const http::Fields& fields) {
  const std::string_view url = fields.get("return_to");
  if (url.empty()) return {};
  if (std::ranges::find(allowed, url) == allowed.end())
    throw Problem::bad_request("return_address_not_allowed",
                               "This link leads back to an address that is not on the list of this "
                               "installation. Whoever runs it adds it to product.return_urls, "
                               "exactly as the link has it.");
  const std::string_view state = fields.get("state");
  if (!is_state(state))
    throw Problem::bad_request("return_address_not_allowed",
                               "The state of this link is longer than 512 characters, or not plain "
                               "text.");
  return ReturnTo{std::string(url), std::string(state)};
}

std::string link_with(std::string_view path, const ReturnTo& to) {
  std::string link(path);
  append_field(link, "return_to", to.url);
  append_field(link, "state", to.state);
  return link;
}

std::string address_of(const ReturnTo& to, std::string_view tenant_slug) {
  std::string address = to.url;
  append_field(address, "tenant", tenant_slug);
  append_field(address, "state", to.state);
  return address;
}

}  // namespace freehold::identity
