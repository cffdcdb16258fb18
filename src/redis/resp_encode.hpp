// The server's side of the wire format, and replies as text: for tests and the fuzzer.
#pragma once

#include <fmt/format.h>

#include <string>
#include <variant>

#include "redis/redis.hpp"

namespace freehold::redis {

inline void encode(std::string& out, const Reply& reply) {
  struct Encoder {
    std::string& out;
    void operator()(Reply::Nil) const { out += "_\r\n"; }
    void operator()(bool value) const { out += value ? "#t\r\n" : "#f\r\n"; }
    void operator()(std::int64_t value) const { out += fmt::format(":{}\r\n", value); }
    void operator()(double value) const { out += fmt::format(",{}\r\n", value); }
    void operator()(const std::string& text) const {
      out += fmt::format("${}\r\n{}\r\n", text.size(), text);
    }
    void operator()(const Reply::Error& error) const {
      out += fmt::format("!{}\r\n{}\r\n", error.message.size(), error.message);
    }
    void operator()(const Reply::List& items) const {
      out += fmt::format("*{}\r\n", items.size());
      for (const auto& item : items) encode(out, item);
    }
  };
  std::visit(Encoder{out}, reply.value);
}

inline std::string describe(const Reply& reply) {
  struct Describer {
    std::string operator()(Reply::Nil) const { return "nil"; }
    std::string operator()(bool value) const { return value ? "true" : "false"; }
    std::string operator()(std::int64_t value) const { return fmt::format("{}", value); }
    std::string operator()(double value) const { return fmt::format("{}", value); }
    std::string operator()(const std::string& text) const { return "'" + text + "'"; }
    std::string operator()(const Reply::Error& error) const {
      return "error '" + error.message + "'";
    }
    std::string operator()(const Reply::List& items) const {
      std::string text;
      for (const auto& item : items) text += (text.empty() ? "" : " ") + describe(item);
      return "[" + text + "]";
    }
  };
  return std::visit(Describer{}, reply.value);
}

}  // namespace freehold::redis
