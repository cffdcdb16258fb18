// Where Redis is and who we are there, read from a URL.
#pragma once

#include <string>
#include <string_view>

namespace freehold::redis {

struct Target {
  bool tls = false;
  std::string path;  // of a unix socket; else empty
  std::string host;
  std::string port;
  std::string user;
  std::string password;

  // For logs and errors: the URL without user and password.
  std::string name() const;
};

// Throws std::invalid_argument with a sentence that does not repeat the URL, which may hold a
// password.
Target parse_target(std::string_view url);

}  // namespace freehold::redis
