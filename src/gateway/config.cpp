// What can be wrong with the configuration of a gateway.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "gateway/routes.hpp"

namespace freehold::gateway {
namespace {

// "the route of /app": how a mistake names where it is.
std::string name_of(const RouteConfig& route) {
  return fmt::format("the route of {}{}", route.host, route.path);
}

std::optional<std::string> path_mistake(std::string_view path) {
  const bool plain = std::ranges::all_of(path, [](char c) {
    return c > ' ' && c < 0x7f && std::string_view("?#%\\{}*;\"").find(c) == std::string_view::npos;
  });
  const bool straight = path.find("//") == path.npos && path.find("/.") == path.npos;
  if (!path.starts_with('/') || !plain || !straight)
    return "path must begin with / and be plain text: no pattern, escape or query";
  if (path.size() > 1 && path.ends_with('/'))
    return "path must not end with /: it covers itself and everything below";
  return {};
}

bool is_plain_host(std::string_view host) {
  return std::ranges::all_of(host, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
  });
}

std::vector<std::string> route_mistakes(const RouteConfig& route) {
  std::vector<std::string> found;
  const auto say = [&](std::string_view what) {
    found.push_back(fmt::format("{}: {}", name_of(route), what));
  };
  if (const auto path = path_mistake(route.path)) say(*path);
  if (!is_plain_host(route.host))
    say("host must be a name in small letters, without a scheme or a port");
  const auto upstream = parse_upstream(route.to);
  if (route.to.empty()) {
    say("to is missing: where the product is, such as http://127.0.0.1:3000");
  } else if (const auto* wrong = std::get_if<std::string>(&upstream)) {
    say("to " + *wrong);
  }
  constexpr std::array known{"anyone", "signed_in", "member"};
  if (!route.who.empty() && std::ranges::find(known, route.who) == known.end())
    say("who must be anyone, signed_in or member");
  const bool of_member = route.who == "member" || !route.permission.empty();
  if (!route.permission.empty() && !route.who.empty() && route.who != "member")
    say("a permission is held by members: leave `who` out");
  if (!of_member && !(route.feature.empty() && route.meter.empty()))
    say("feature and meter are of a workspace: add `who = \"member\"` or a permission");
  return found;
}

}  // namespace

std::vector<std::string> mistakes_of(const Config& config) {
  std::vector<std::string> found;
  for (std::size_t i = 0; i < config.routes.size(); ++i) {
    const RouteConfig& route = config.routes[i];
    std::ranges::move(route_mistakes(route), std::back_inserter(found));
    const auto same = [&](const RouteConfig& other) {
      return other.host == route.host && other.path.size() == route.path.size() &&
             covers(other.path, route.path);
    };
    if (std::any_of(config.routes.begin(), config.routes.begin() + std::ptrdiff_t(i), same))
      found.push_back(
          fmt::format("{}: is there twice; only one of them could ever be taken", name_of(route)));
  }
  return found;
}

}  // namespace freehold::gateway
