#include "redis/target.hpp"

#include <boost/url.hpp>
#include <stdexcept>

namespace freehold::redis {
namespace {

[[noreturn]] void refuse(std::string_view why) {
  throw std::invalid_argument(
      fmt::format("the URL of Redis {}; it looks like redis://user:password@host:6379, "
                  "rediss://host:6379 or unix:///path/to/socket",
                  why));
}

void read_unix(const boost::urls::url_view& url, Target& target) {
  if (!url.host().empty() || url.path().size() < 2) refuse("has no absolute path");
  target.path = url.path();
}

void read_network(const boost::urls::url_view& url, Target& target) {
  if (url.host_address().empty()) refuse("has no host");
  const auto path = url.path();
  if (!path.empty() && path != "/" && path != "/0")
    refuse("names a database other than 0, which Redis Cluster does not have");
  target.host = url.host_address();
  target.port = url.has_port() ? std::string(url.port()) : "6379";
}

}  // namespace

std::string Target::name() const {
  if (!path.empty()) return "unix://" + path;
  const bool v6 = host.find(':') != std::string::npos;
  return fmt::format("{}://{}{}{}:{}", tls ? "rediss" : "redis", v6 ? "[" : "", host, v6 ? "]" : "",
                     port);
}

Target parse_target(std::string_view text) {
  const auto parsed = boost::urls::parse_uri({text.data(), text.size()});
  if (!parsed) refuse("does not parse");
  const auto& url = *parsed;
  if (url.has_query() || url.has_fragment()) refuse("has a query or a fragment");

  Target target;
  target.user = url.user();
  target.password = url.password();
  if (url.scheme() == "unix") {
    read_unix(url, target);
  } else if (url.scheme() == "redis" || url.scheme() == "rediss") {
    target.tls = url.scheme() == "rediss";
    read_network(url, target);
  } else {
    refuse("has an unknown scheme");
  }
  if (target.password.empty() && !target.user.empty()) refuse("has a user without a password");
  return target;
}

}  // namespace freehold::redis
