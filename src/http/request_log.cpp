#include "http/request_log.hpp"

#include <boost/asio/post.hpp>
#include <charconv>

#include "core/async.hpp"

namespace freehold::http {
namespace {

struct Lines {
  std::string text;
  std::int64_t second = -1;  // of the prefix
  std::string prefix;        // {"time":"2026-11-22T02:09:24
};

// Nothing here goes through a formatter: the line is a good part of what a small request costs.
void append_padded(std::string& out, std::int64_t number, std::size_t width) {
  char digits[20];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  const auto size = std::size_t(end - digits);
  if (size < width) out.append(width - size, '0');
  out.append(digits, size);
}

// "12.345"
void append_millis(std::string& out, std::chrono::nanoseconds took) {
  const std::int64_t micros = took.count() / 1000;
  append_padded(out, micros / 1000, 1);
  out += '.';
  append_padded(out, micros % 1000, 3);
}

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
  const std::string_view route =
      entry.route == nullptr ? std::string_view("none") : std::string_view(entry.route->path);
  std::string& text = lines.text;
  text.append(lines.prefix).append(1, '.');
  append_padded(text, entry.at.micros % 1'000'000, 6);
  text.append(R"(Z","level":"info","event":"http.request","method":")");
  text.append(name_of(request.method)).append(R"(","route":")").append(route);
  text.append(R"(","status":)");
  append_padded(text, entry.response.status, 3);
  if (!entry.response.refusal.empty())
    text.append(R"(,"code":")").append(entry.response.refusal) += '"';
  text.append(R"(,"ms":)");
  append_millis(text, entry.took);
  if (request.actor_)
    text.append(R"(,"tenant":")").append(to_string(request.actor_->tenant())) += '"';
  text.append(R"(,"request":")").append(request.id);
  text.append(R"(","trace":")").append(request.trace_id).append("\"}\n");
  if (!first) return;
  asio::post(state_->runtime.executor(thread), [state = state_, thread] {
    std::string& collected = state->by_thread[thread].text;
    state->sink(collected);
    collected.clear();
  });
}

}  // namespace freehold::http
