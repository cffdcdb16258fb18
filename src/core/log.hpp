// JSON lines on standard error: {"time","level","event", fields…, "tenant","request","trace"}. The
// event is a stable name. Secrets have no conversion to a field.
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "core/id.hpp"

namespace freehold {
class Actor;
struct Origin;
}  // namespace freehold

namespace freehold::log {

enum class Level { debug, info, warn, error };

class Field {
 public:
  Field(std::string_view name, std::string_view value) : name(name), value(value) {}
  Field(std::string_view name, const char* value) : name(name), value(std::string_view(value)) {}
  Field(std::string_view name, const std::string& value)
      : name(name), value(std::string_view(value)) {}
  Field(std::string_view name, bool value) : name(name), value(value) {}
  Field(std::string_view name, double value) : name(name), value(value) {}
  template <std::integral Number>
  Field(std::string_view name, Number value)
      : name(name), value(static_cast<std::int64_t>(value)) {}

  std::string_view name;
  std::variant<std::int64_t, double, bool, std::string_view> value;
};
using Fields = std::initializer_list<Field>;

// Whose doing a line is about. What is known of it stands behind the fields as tenant, request and
// trace, so that a request and all that followed from it are found by one name.
struct Cause {
  std::optional<TenantId> tenant = {};
  std::string_view request = {};
  std::string_view trace = {};
};
// They outlive the cause.
Cause cause_of(const Actor& actor);
Cause cause_of(const Origin& origin);

// Lines below the level are not written. Default: info.
void set_level(Level level);
bool enabled(Level level);

// Within a request or a job, with its cause; without one where several share what has happened.
void write(Level level, std::string_view event, const Cause& cause, Fields fields);
inline void write(Level level, std::string_view event, Fields fields) {
  write(level, event, Cause{}, fields);
}
inline void debug(std::string_view event, Fields fields = {}) {
  write(Level::debug, event, fields);
}
inline void info(std::string_view event, Fields fields = {}) {
  write(Level::info, event, fields);
}
inline void info(std::string_view event, const Cause& cause, Fields fields) {
  write(Level::info, event, cause, fields);
}
inline void warn(std::string_view event, Fields fields = {}) {
  write(Level::warn, event, fields);
}
inline void warn(std::string_view event, const Cause& cause, Fields fields) {
  write(Level::warn, event, cause, fields);
}
inline void error(std::string_view event, Fields fields = {}) {
  write(Level::error, event, fields);
}
inline void error(std::string_view event, const Cause& cause, Fields fields) {
  write(Level::error, event, cause, fields);
}

// Whole lines that are formatted already, each with its newline, in one write: for logs that
// collect them. The level was looked at before.
void write_lines(std::string_view lines);

// One line as it would be written, for tests.
std::string format(Level level, std::string_view event, const Cause& cause, Fields fields,
                   std::string_view time);

}  // namespace freehold::log
