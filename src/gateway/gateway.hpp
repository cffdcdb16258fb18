// The built-in gateway: passes requests on to the product that stands behind this program, with an
// assertion of who is asking, as forward authentication gives it. Freehold's own addresses are
// answered first; docs/gateway.md says how routes are written.
//
// Nothing is held whole: bodies go both ways as they come, and who is slow slows down the other.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "assertion/assertion.hpp"
#include "core/keys.hpp"
#include "core/runtime.hpp"
#include "core/task.hpp"
#include "http/edge.hpp"

namespace freehold::gateway {

// One [[gateway.route]]. Empty: not demanded.
struct RouteConfig {
  std::string host = {};  // in small letters, without a port; empty: every host
  std::string path = "/";
  std::string to = {};          // http://host:port or unix:/path
  std::string who = {};         // anyone, signed_in or member
  std::string permission = {};  // makes it `member`
  std::string feature = {};
  std::string meter = {};
  std::string rate = {};       // a class of the plans' rates
  std::uint64_t max_body = 0;  // bytes
};

struct Config {
  std::vector<RouteConfig> routes = {};
  std::chrono::milliseconds connect_timeout{2'000};
  std::chrono::milliseconds first_byte_timeout{60'000};  // from the whole request to its answer
  std::chrono::milliseconds idle_timeout{60'000};        // of a body that stands still
  std::chrono::milliseconds stream_timeout{600'000};     // of a silent WebSocket or event stream
};

// Everything that is wrong with the routes by themselves, one sentence each.
std::vector<std::string> mistakes_of(const Config& config);

// The words that routes may use.
struct Known {
  std::vector<Permission> permissions;
  std::set<std::string, std::less<>> features;
  std::set<std::string, std::less<>> meters;
  std::set<std::string, std::less<>> rates;
};

struct Parts {
  Runtime& runtime;
  assertion::Assertions& assertions;
  Known known;
  // Whether the program answers this path itself.
  std::function<bool(std::string_view path)> is_ours;
  // Whether whoever is asking may: rate, permission, plan, meter. Refuses by a Problem.
  std::function<Task<>(http::Request&, const http::Route&)> require;
  // Whether a visitor of a route of no workspace comes too often.
  std::function<Task<>(http::Request&, const http::Route&)> limit;
};

class Gateway {
 public:
  // Throws std::runtime_error with everything that is wrong: a route that names what nobody
  // declared, or an address that the program answers itself.
  Gateway(Parts parts, Config config);
  ~Gateway();

  http::Gateway hooks();
  // Ends the connections that wait for a next request. Called on an io thread.
  Task<> drain();

  struct State;

 private:
  std::shared_ptr<State> state_;
};

}  // namespace freehold::gateway
