// One JSON line per request, in the form of core/log:
// {"time","level":"info","event":"http.request",
// "method","route","status","code","ms","tenant","request","trace"}; `code` is why it was refused.
// The route is its pattern: a path may hold a token, a query anything.
//
// Lines are collected per io thread and written once per turn of its event loop, so that a busy
// server writes many lines at once and an idle one writes at once. Private to the module.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string_view>

#include "core/runtime.hpp"
#include "http/router.hpp"

namespace freehold::http {

class RequestLog {
 public:
  using Sink = std::function<void(std::string_view lines)>;

  RequestLog(Runtime& runtime, Sink sink);

  struct Entry {
    const Request& request;
    const Route* route;  // null: none matched
    const Response& response;
    Instant at;
    std::chrono::nanoseconds took;
  };
  void write(const Entry& entry);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace freehold::http
