// An Edge with an io thread of its own, for tests: `answer` is one request through all of it.
#pragma once

#include <boost/asio/post.hpp>
#include <future>
#include <mutex>
#include <thread>

#include "core/async.hpp"
#include "core/scope.hpp"
#include "http/edge.hpp"
#include "http/wire.hpp"

namespace freehold::http {

class EdgeFixture {
 public:
  // `add_routes` fills the router; hooks and site as the test wants them.
  EdgeFixture(const std::function<void(Router&)>& add_routes, Site site = {}, Hooks hooks = {},
              db::Database* database = nullptr)
      : clock_(*parse_rfc3339("2026-11-22T09:30:00Z")) {
    add_routes(router_);
    hooks.log = [this](std::string_view lines) {
      const std::lock_guard lock(log_mutex_);
      log_ += lines;
    };
    site.key = Secret("a key for tests");
    edge_.emplace(EdgeParts{runtime_, router_, database, {clock_, clock_}}, std::move(site),
                  std::move(hooks));
    thread_ = std::jthread([this] { runtime_.run(); });
  }

  ~EdgeFixture() {
    runtime_.release();
    thread_.join();
  }

  Response answer(Request& request) {
    std::promise<Response> promise;
    asio::post(runtime_.executor(0), [&] { scope_.spawn("test", ask(request, promise)); });
    return promise.get_future().get();
  }
  Response answer(Request&& request) { return answer(request); }

  // What was logged so far. Lines are written in a turn of their own after the answer, which two
  // turns cannot overtake.
  std::string log() {
    for (int turn = 0; turn < 2; ++turn) {
      std::promise<void> passed;
      asio::post(runtime_.executor(0), [&] { passed.set_value(); });
      passed.get_future().wait();
    }
    const std::lock_guard lock(log_mutex_);
    return log_;
  }

  Edge& edge() { return *edge_; }

 private:
  Task<> ask(Request& request, std::promise<Response>& promise) {
    Response response = co_await edge_->answer(request);
    promise.set_value(std::move(response));
  }

  ManualClock clock_;
  Runtime runtime_{1, 1};
  Scope scope_{runtime_.executor(0)};
  Router router_;
  std::mutex log_mutex_;
  std::string log_;
  std::optional<Edge> edge_;
  std::jthread thread_;
};

// A request with headers: request(Method::post, "/a?b", {{"Origin", "…"}}, "body").
inline Request request(Method method, std::string_view target,
                       const std::vector<std::pair<std::string, std::string>>& headers = {},
                       std::string body = "") {
  Request made;
  made.method = method;
  made.set_target(target);
  made.ip = "192.0.2.1";
  for (const auto& [name, value] : headers) made.add_header(name, value);
  made.body = std::move(body);
  return made;
}

// Status, fields and body as they would be sent, without the date.
inline std::string sent(const Response& response) {
  std::string out;
  append_head(out, response, {.date = "now"});
  out.erase(out.find("Date: now\r\n"), 11);
  std::erase(out, '\r');
  return out + std::string(response.content());
}

// The value of one field as it would be sent; empty when it is not there.
inline std::string sent_header(const Response& response, std::string_view name) {
  const std::string text = sent(response);
  const std::size_t at = text.find("\n" + std::string(name) + ": ");
  if (at == text.npos) return "";
  const std::size_t begin = at + name.size() + 3;
  return text.substr(begin, text.find('\n', begin) - begin);
}

}  // namespace freehold::http
