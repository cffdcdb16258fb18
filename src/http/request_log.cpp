#include "http/request_log.hpp"

#include <boost/asio/post.hpp>

#include "core/async.hpp"

namespace freehold::http {
namespace {

struct Lines {
  std::string text;
  std::int64_t second = -1;  // of the prefix
  std::string prefix;        // {"time":"2026-11-22T02:09:24
};

}  // namespace

struct RequestLog::State {
  Runtime& runtime;
  Sink sink;
  std::vector<Lines> by_thread;
};

RequestLog::RequestLog(Runtime& runtime, Sink sink)
    : state_(
          std::make_shared<State>(runtime, std::move(sink), std::vector<Lines>(runtime.size()))) {}

void RequestLog::write(const Entry& entry) {
  const unsigned thread = Runtime::current();
  Lines& lines = state_->by_thread[thread];
  const std::int64_t second = entry.at.micros / 1'000'000;
  if (second != lines.second) {
    lines.second = second;
    lines.prefix = "{\"time\":\"" + to_rfc3339(from_unix_seconds(second));
    lines.prefix.pop_back();  // Z, which comes after the fraction
  }
  const bool first = lines.text.empty();
  const Request& request = entry.request;
  const auto out = std::back_inserter(lines.text);
  fmt::format_to(out,
                 R"({}.{:06}Z","level":"info","event":"http.request","method":"{}","route":"{}")",
                 lines.prefix, entry.at.micros % 1'000'000, name_of(request.method),
                 entry.route == nullptr ? std::string_view("none") : entry.route->path);
  fmt::format_to(out, R"(,"status":{},"ms":{:.3f})", entry.status,
                 double(entry.took.count()) / 1e6);
  if (request.actor_) fmt::format_to(out, R"(,"tenant":"{}")", to_string(request.actor_->tenant()));
  fmt::format_to(out, R"(,"request":"{}","trace":"{}"}})", request.id, request.trace_id);
  lines.text += '\n';
  if (!first) return;
  asio::post(state_->runtime.executor(thread), [state = state_, thread] {
    std::string& text = state->by_thread[thread].text;
    state->sink(text);
    text.clear();
  });
}

}  // namespace freehold::http
