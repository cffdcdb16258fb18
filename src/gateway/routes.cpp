#include "gateway/routes.hpp"

#include <algorithm>

namespace freehold::gateway {
namespace {

char to_lower(char c) {
  return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c;
}

bool begins_with(std::string_view text, std::string_view start) {
  if (text.size() < start.size()) return false;
  for (std::size_t i = 0; i < start.size(); ++i)
    if (to_lower(text[i]) != to_lower(start[i])) return false;
  return true;
}

std::string_view slug_at_start(std::string_view path) {
  constexpr std::string_view prefix = "/t/";
  if (!path.starts_with(prefix)) return {};
  path.remove_prefix(prefix.size());
  return path.substr(0, path.find('/'));
}

bool is_better(const RouteConfig& route, const RouteConfig& than) {
  if (route.host.empty() != than.host.empty()) return than.host.empty();
  return route.path.size() > than.path.size();
}

}  // namespace

bool covers(std::string_view route_path, std::string_view path) {
  if (route_path == "/") return path.starts_with('/');
  if (!begins_with(path, route_path)) return false;
  if (path.size() == route_path.size()) return true;
  const char next = path[route_path.size()];
  return next == '/' || next == ';';
}

bool is_plain(std::string_view path) {
  for (std::string_view rest = path; !rest.empty();) {
    const std::size_t end = std::min(rest.find('/'), rest.size());
    const std::string_view name = rest.substr(0, std::min(end, rest.find(';')));
    if (name == "." || name == "..") return false;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  for (std::size_t at = path.find('%'); at != path.npos; at = path.find('%', at + 1))
    for (const std::string_view escape : {"%2e", "%2f", "%5c", "%25", "%3b"})
      if (begins_with(path.substr(at), escape)) return false;
  return true;
}

std::string plain_host(std::string_view host) {
  const std::size_t colon = host.rfind(':');
  if (colon != host.npos && host.find(']', colon) == host.npos) host = host.substr(0, colon);
  std::string plain;
  for (const char c : host) plain += to_lower(c);
  return plain;
}

int find_route(const std::vector<RouteConfig>& routes, std::string_view host,
               std::string_view path) {
  std::string name;
  int best = -1;
  for (std::size_t i = 0; i < routes.size(); ++i) {
    const RouteConfig& route = routes[i];
    if (!covers(route.path, path)) continue;
    if (!route.host.empty() && name.empty()) name = plain_host(host);
    if (!route.host.empty() && route.host != name) continue;
    if (best < 0 || is_better(route, routes[std::size_t(best)])) best = int(i);
  }
  return best;
}

std::string_view slug_in(std::string_view route_path, std::string_view path) {
  const std::string_view at_start = slug_at_start(path);
  if (!at_start.empty() || route_path == "/" || path.size() < route_path.size()) return at_start;
  return slug_at_start(path.substr(route_path.size()));
}

}  // namespace freehold::gateway
