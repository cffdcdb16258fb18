// JSON lines on standard error: {"time","level","event", fields…}. The event is a stable name, the
// fields say which tenant, request and trace. Secrets have no conversion to a field.
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

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

// Lines below the level are not written. Default: info.
void set_level(Level level);
bool enabled(Level level);

void write(Level level, std::string_view event, Fields fields);
inline void debug(std::string_view event, Fields fields = {}) {
  write(Level::debug, event, fields);
}
inline void info(std::string_view event, Fields fields = {}) {
  write(Level::info, event, fields);
}
inline void warn(std::string_view event, Fields fields = {}) {
  write(Level::warn, event, fields);
}
inline void error(std::string_view event, Fields fields = {}) {
  write(Level::error, event, fields);
}

// Whole lines that are formatted already, each with its newline, in one write: for logs that
// collect them. The level was looked at before.
void write_lines(std::string_view lines);

// One line as it would be written, for tests.
std::string format(Level level, std::string_view event, Fields fields, std::string_view time);

}  // namespace freehold::log
