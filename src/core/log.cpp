#include "core/log.hpp"

#include <limits.h>
#include <unistd.h>

#include <fmt/format.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <atomic>
#include <iterator>

#include "core/actor.hpp"
#include "core/time.hpp"

namespace freehold::log {
namespace {

std::atomic<Level> lowest{Level::info};

spdlog::logger& sink() {
  static const auto logger = [] {
    auto made = spdlog::stderr_logger_mt("freehold");
    made->set_pattern("%v");
    made->set_level(spdlog::level::trace);
    made->flush_on(spdlog::level::warn);
    return made;
  }();
  return *logger;
}

std::string_view name_of(Level level) {
  switch (level) {
    case Level::debug:
      return "debug";
    case Level::info:
      return "info";
    case Level::warn:
      return "warn";
    case Level::error:
      return "error";
  }
  return "";
}

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  for (unsigned char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += char(c);
    } else if (c < 0x20) {
      out += fmt::format("\\u{:04x}", c);
    } else {
      out += char(c);
    }
  }
  out += '"';
}

struct AppendValue {
  std::string& out;
  void operator()(std::int64_t value) const { out += std::to_string(value); }
  void operator()(double value) const { out += fmt::format("{:.6g}", value); }
  void operator()(bool value) const { out += value ? "true" : "false"; }
  void operator()(std::string_view value) const { append_quoted(out, value); }
};

void append(std::string& line, const Field& field) {
  line += ',';
  append_quoted(line, field.name);
  line += ':';
  std::visit(AppendValue{line}, field.value);
}

spdlog::level::level_enum spdlog_level(Level level) {
  switch (level) {
    case Level::debug:
      return spdlog::level::debug;
    case Level::info:
      return spdlog::level::info;
    case Level::warn:
      return spdlog::level::warn;
    case Level::error:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

}  // namespace

void set_level(Level level) {
  lowest = level;
}

bool enabled(Level level) {
  return level >= lowest.load(std::memory_order_relaxed);
}

Cause cause_of(const Actor& actor) {
  const Origin& origin = actor.origin();
  return {actor.tenant(), origin.request_id, origin.trace_id};
}

Cause cause_of(const Origin& origin) {
  return {{}, origin.request_id, origin.trace_id};
}

std::string format(Level level, std::string_view event, const Cause& cause, Fields fields,
                   std::string_view time) {
  std::string line = "{\"time\":";
  append_quoted(line, time);
  line += ",\"level\":";
  append_quoted(line, name_of(level));
  line += ",\"event\":";
  append_quoted(line, event);
  for (const Field& field : fields) append(line, field);
  if (cause.tenant) append(line, {"tenant", to_string(*cause.tenant)});
  if (!cause.request.empty()) append(line, {"request", cause.request});
  if (!cause.trace.empty()) append(line, {"trace", cause.trace});
  return line + "}";
}

void write(Level level, std::string_view event, const Cause& cause, Fields fields) {
  if (!enabled(level)) return;
  const std::string line = format(level, event, cause, fields, to_rfc3339(SystemClock{}.now()));
  sink().log(spdlog_level(level), line);
}

// Past stdio, whose lock would let one thread wait for another that was interrupted inside a write.
// In pieces that a pipe takes whole (up to PIPE_BUF), so that lines of two threads do not mix.
void write_lines(std::string_view lines) {
  while (!lines.empty()) {
    std::size_t size = std::min(lines.size(), std::size_t(PIPE_BUF));
    if (size < lines.size()) {
      const std::size_t last_end = lines.rfind('\n', size - 1);
      if (last_end != lines.npos) size = last_end + 1;
    }
    const ssize_t written = ::write(STDERR_FILENO, lines.data(), size);
    if (written <= 0) return;
    lines.remove_prefix(std::size_t(written));
  }
}

}  // namespace freehold::log
