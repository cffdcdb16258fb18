#include "http/router.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

#include "core/async.hpp"
#include "http/syntax.hpp"

namespace freehold::http {
namespace {

constexpr std::size_t most_parameters = 8;

// A segment of a route's path. A parameter with a prefix takes only TypeIDs of that prefix.
struct Segment {
  std::string text;  // the literal, or the parameter's name
  bool is_parameter = false;
  std::string prefix = {};

  bool takes(std::string_view value) const {
    if (!is_parameter) return text == value;
    return prefix.empty() ? !value.empty() : parse_typeid(prefix, value).has_value();
  }
  friend bool operator==(const Segment&, const Segment&) = default;
};

Segment segment_of(std::string_view text) {
  if (!text.starts_with('{') || !text.ends_with('}')) return {.text = std::string(text)};
  const std::string_view name = text.substr(1, text.size() - 2);
  Segment segment{.text = std::string(name), .is_parameter = true};
  if (name.ends_with("_id")) segment.prefix = name.substr(0, name.size() - 3);
  return segment;
}

std::vector<Segment> segments_of(std::string_view path) {
  std::vector<Segment> segments;
  path.remove_prefix(1);
  while (!path.empty()) segments.push_back(segment_of(next_part(path, '/')));
  return segments;
}

bool overlap(const Segment& a, const Segment& b) {
  if (!a.is_parameter) return b.takes(a.text);
  if (!b.is_parameter) return a.takes(b.text);
  return a.prefix.empty() || b.prefix.empty() || a.prefix == b.prefix;
}

bool is_name(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

[[noreturn]] void refuse(const Route& route, const std::string& why) {
  throw std::logic_error("route " + std::string(name_of(route.method)) + " " + route.path + ": " +
                         why);
}

void check_path(const Route& route) {
  const auto target = parse_target(route.path);
  if (!target || target->path != route.path) refuse(route, "the path is not in its plain form");
  if (route.path.size() > 1 && route.path.ends_with('/')) refuse(route, "the path ends with /");
  std::vector<std::string> names;
  for (const Segment& segment : segments_of(route.path)) {
    const bool braces = segment.text.find_first_of("{}") != std::string::npos;
    if (braces || (segment.is_parameter && !is_name(segment.text)))
      refuse(route, "a parameter is a whole segment, {name}");
    if (!segment.is_parameter) continue;
    if (std::ranges::find(names, segment.text) != names.end())
      refuse(route, "two parameters of one name");
    names.push_back(segment.text);
  }
  if (names.size() > most_parameters) refuse(route, "too many parameters");
}

void check_apart(const Route& added, const Route& other) {
  const auto a = segments_of(added.path);
  const auto b = segments_of(other.path);
  if (a == b) {
    if (added.method == other.method) refuse(added, "it is there already");
    return;
  }
  if (std::ranges::equal(a, b, overlap)) refuse(added, "a path could also match " + other.path);
}

struct Capture {
  std::string_view name;
  std::string_view value;
};
struct Captures {
  std::array<Capture, most_parameters> items;
  std::size_t count = 0;
};

std::string padded(std::string_view text, std::size_t width) {
  std::string cell{text};
  cell.resize(std::max(width, cell.size()), ' ');
  return cell + "  ";
}

std::string words_of(const Route& route) {
  const Words& words = route.words;
  std::string text;
  const auto say = [&](std::string_view name, std::string_view value = {}) {
    if (!text.empty()) text += ", ";
    text.append(name);
    if (!value.empty()) text.append(" ").append(value);
  };
  if (words.feature) say("feature", words.feature->key);
  if (words.meter) say("meter", words.meter->key);
  if (!words.rate.empty()) say("rate", words.rate);
  if (words.body_limit != Words().body_limit)
    say("body", std::to_string(words.body_limit / 1024) + " KiB");
  if (words.while_limited) say("while limited");
  if (words.safe) say("safe");
  if (words.cookies) say("cookies");
  return text;
}

}  // namespace

std::string to_string(const Access& access) {
  switch (access.kind) {
    case Access::Kind::anyone:
      return "anyone";
    case Access::Kind::signed_in:
      return "signed in";
    case Access::Kind::member:
      return "member";
    case Access::Kind::permission:
      return "permission " + std::string(access.permission->key);
    case Access::Kind::product:  // or, with a permission, a workspace's key that has it
      return access.permission ? "product or " + std::string(access.permission->key) : "product";
    case Access::Kind::staff:
      return "staff";
    case Access::Kind::webhook:
      return "webhook";
    case Access::Kind::file:
      return "file";
  }
  return "";
}

// A tree of segments: literals first, then typed parameters, then text. No two routes overlap, so
// at most one whole path matches, but a shared beginning may have to be tried twice.
struct Router::Node {
  struct Child {
    Segment segment;
    std::unique_ptr<Node> node;
  };
  std::vector<Child> children;
  std::array<int, method_count> routes;

  Node() { routes.fill(-1); }

  Node& child(const Segment& segment) {
    for (Child& existing : children)
      if (existing.segment == segment) return *existing.node;
    const auto rank = [](const Segment& s) { return s.is_parameter ? s.prefix.empty() + 1 : 0; };
    const auto at = std::ranges::find_if(
        children, [&](const Child& other) { return rank(segment) < rank(other.segment); });
    return *children.insert(at, Child{segment, std::make_unique<Node>()})->node;
  }

  bool has_routes() const {
    return std::ranges::any_of(routes, [](int at) { return at >= 0; });
  }

  const Node* find(std::string_view rest, Captures& captures) const {
    if (rest.empty()) return has_routes() ? this : nullptr;
    const std::string_view value = next_part(rest, '/');
    for (const Child& next : children) {
      if (!next.segment.takes(value)) continue;
      const std::size_t before = captures.count;
      if (next.segment.is_parameter) captures.items[captures.count++] = {next.segment.text, value};
      if (const Node* found = next.node->find(rest, captures)) return found;
      captures.count = before;
    }
    return nullptr;
  }
};

Router::Router() : root_(std::make_shared<Node>()) {}

void Router::add(Route route) {
  check_path(route);
  for (const Route& other : routes_) check_apart(route, other);
  Node* node = root_.get();
  for (const Segment& segment : segments_of(route.path)) node = &node->child(segment);
  node->routes[std::size_t(route.method)] = int(routes_.size());
  routes_.push_back(std::move(route));
}

Router::Match Router::match(Request& request) const {
  const std::string_view path = request.path;
  if (!path.starts_with('/') || (path.size() > 1 && path.ends_with('/'))) return {};
  Captures captures;
  const Node* node = root_->find(path.substr(1), captures);
  if (node == nullptr) return {};

  const Method method = request.method == Method::head ? Method::get : request.method;
  const int at = node->routes[std::size_t(method)];
  Match match;
  if (at < 0) {
    for (std::size_t i = 0; i < method_count; ++i)
      if (node->routes[i] >= 0) match.allowed.push_back(Method(i));
    return match;
  }
  for (const auto& [name, value] : std::span(captures.items).first(captures.count))
    request.parameters.insert_or_assign(std::string(name), std::string(value));
  match.route = &routes_[std::size_t(at)];
  return match;
}

std::string Router::table() const {
  std::size_t path_width = 0;
  std::size_t access_width = 0;
  std::vector<const Route*> sorted;
  for (const Route& route : routes_) {
    path_width = std::max(path_width, route.path.size());
    access_width = std::max(access_width, to_string(route.access).size());
    sorted.push_back(&route);
  }
  std::ranges::sort(sorted, {}, [](const Route* r) { return std::pair(r->path, r->method); });
  std::string table;
  for (const Route* route : sorted) {
    std::string line = padded(name_of(route->method), 6) + padded(route->path, path_width) +
                       padded(to_string(route->access), access_width) +
                       padded(route->transaction, 12) + words_of(*route);
    line.resize(line.find_last_not_of(' ') + 1);
    table += line + "\n";
  }
  return table;
}

namespace detail {

Route with_runner(Route route, Handler<> handler) {
  route.transaction = "none";
  route.run = [handler = std::move(handler)](Request& request, db::Database*) {
    return handler(request);
  };
  return route;
}

}  // namespace detail
}  // namespace freehold::http
