// Settings: read once at start from a TOML file and from the environment, which wins. Every key is
// asked for with its default and a sentence that says its consequence; all mistakes are reported
// together, and keys that nobody asked for are refused.
//
// "http.listen" is `listen` in `[http]` of freehold.toml and FREEHOLD_HTTP_LISTEN. DATABASE_URL and
// REDIS_URL, which hosts set, stand for database.url and redis.url.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/crypto.hpp"
#include "core/time.hpp"

namespace freehold {

// One setting, as `freehold config` prints it.
struct Setting {
  std::string key;
  std::string default_value;
  std::string about;
  bool secret = false;
};

class ConfigReader {
 public:
  using Environment = std::map<std::string, std::string>;

  // `toml` is the file's text, empty without a file. A file that does not parse is a mistake.
  ConfigReader(std::string_view toml, const Environment& environment);

  std::string text(std::string_view key, std::string_view default_value, std::string_view about);
  std::int64_t number(std::string_view key, std::int64_t default_value, std::string_view about);
  bool flag(std::string_view key, bool default_value, std::string_view about);
  // "300ms", "30s", "5m", "2h", "7d"
  Duration duration(std::string_view key, std::string_view default_value, std::string_view about);
  // Bytes: "512KB", "100MB", "2GB"
  std::uint64_t size(std::string_view key, std::string_view default_value, std::string_view about);
  // Never printed. A value that starts with "file:" names a file that holds it.
  Secret secret(std::string_view key, std::string_view about);
  std::vector<std::string> list(std::string_view key, std::string_view about);

  // The tables of [[section.name]] in their order, each as what its keys begin with:
  // "gateway.route" gives "gateway.route[1]" and so on. They are documented by asking for the keys
  // of "gateway.route" itself.
  std::vector<std::string> tables(std::string_view name) const;

  void mistake(std::string_view key, std::string_view what);

  // Everything that was wrong, unknown keys included. Empty: all is well.
  std::vector<std::string> mistakes() const;
  const std::vector<Setting>& settings() const { return settings_; }

 private:
  // A key of the file: its value, or a list of tables.
  void take(const std::string& key, const void* toml_node);
  const std::string* find(std::string_view key);
  void remember(std::string_view key, std::string_view default_value, std::string_view about,
                bool secret = false);

  std::map<std::string, std::string> values_;   // by key
  std::map<std::string, std::string> unasked_;  // key -> where it came from
  std::map<std::string, std::size_t> lists_;    // how many tables each has
  std::vector<Setting> settings_;
  std::vector<std::string> mistakes_;
};

// The variables of this process that start with FREEHOLD_, and DATABASE_URL, REDIS_URL.
ConfigReader::Environment process_environment();

}  // namespace freehold
