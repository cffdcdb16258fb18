#include "core/config.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <charconv>
#include <fstream>
#include <iterator>

extern char** environ;

namespace freehold {
namespace {

std::string key_of_variable(std::string_view variable) {
  if (variable == "DATABASE_URL") return "database.url";
  if (variable == "REDIS_URL") return "redis.url";
  variable.remove_prefix(std::string_view("FREEHOLD_").size());
  std::string key;
  for (char c : variable) key += c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c;
  // The first underscore ends the section: FREEHOLD_HTTP_BASE_URL is http.base_url.
  const auto underscore = key.find('_');
  if (underscore != std::string::npos) key[underscore] = '.';
  return key;
}

std::string text_of(const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* number = node.as_integer()) return std::to_string(number->get());
  if (const auto* flag = node.as_boolean()) return flag->get() ? "true" : "false";
  if (const auto* array = node.as_array()) {
    std::string joined;
    for (const auto& item : *array) joined += (joined.empty() ? "" : ",") + text_of(item);
    return joined;
  }
  return {};
}

std::optional<Duration> parse_duration(std::string_view text) {
  std::int64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc{} || count < 0) return {};
  const std::string_view unit{end, std::size_t(text.data() + text.size() - end)};
  if (unit == "ms") return std::chrono::milliseconds{count};
  if (unit == "s") return seconds(count);
  if (unit == "m") return minutes(count);
  if (unit == "h") return hours(count);
  if (unit == "d") return days(count);
  return {};
}

std::optional<std::uint64_t> parse_size(std::string_view text) {
  std::uint64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc{} || count > 1'000'000'000) return {};
  const std::string_view unit{end, std::size_t(text.data() + text.size() - end)};
  if (unit == "KB") return count << 10;
  if (unit == "MB") return count << 20;
  if (unit == "GB") return count << 30;
  return {};
}

}  // namespace

ConfigReader::ConfigReader(std::string_view toml, const Environment& environment) {
  try {
    const toml::table file = toml::parse(toml);
    for (const auto& [section, node] : file) {
      const toml::table* table = node.as_table();
      if (table == nullptr) {
        mistakes_.push_back(fmt::format("{}: stands outside of a [section]", section.str()));
        continue;
      }
      for (const auto& [name, value] : *table) {
        const toml::node& node_of_key = value;
        take(fmt::format("{}.{}", section.str(), name.str()), &node_of_key);
      }
    }
  } catch (const toml::parse_error& error) {
    mistakes_.push_back(fmt::format("the file does not parse: line {}: {}",
                                    error.source().begin.line, error.description()));
  }
  for (const auto& [variable, value] : environment) {
    const std::string key = key_of_variable(variable);
    values_[key] = value;
    unasked_[key] = variable;
  }
}

void ConfigReader::take(const std::string& key, const void* toml_node) {
  const auto& node = *static_cast<const toml::node*>(toml_node);
  if (node.is_table()) {
    mistakes_.push_back(fmt::format("{0}: write [[{0}]], with two brackets", key));
    return;
  }
  const auto keep = [this](const std::string& name, const toml::node& value) {
    values_[name] = text_of(value);
    unasked_[name] = "the file";
  };
  if (!node.is_array_of_tables()) return keep(key, node);
  for (const toml::node& table : *node.as_array()) {
    const std::size_t number = ++lists_[key];
    for (const auto& [name, value] : *table.as_table())
      keep(fmt::format("{}[{}].{}", key, number, name.str()), value);
  }
}

std::vector<std::string> ConfigReader::tables(std::string_view name) const {
  std::vector<std::string> found;
  const auto at = lists_.find(std::string(name));
  const std::size_t count = at == lists_.end() ? 0 : at->second;
  for (std::size_t i = 1; i <= count; ++i) found.push_back(fmt::format("{}[{}]", name, i));
  return found;
}

const std::string* ConfigReader::find(std::string_view key) {
  unasked_.erase(std::string(key));
  const auto at = values_.find(std::string(key));
  return at == values_.end() ? nullptr : &at->second;
}

void ConfigReader::remember(std::string_view key, std::string_view default_value,
                            std::string_view about, bool secret) {
  if (key.contains('[')) return;
  settings_.push_back({std::string(key), std::string(default_value), std::string(about), secret});
}

void ConfigReader::mistake(std::string_view key, std::string_view what) {
  mistakes_.push_back(fmt::format("{}: {}", key, what));
}

std::string ConfigReader::text(std::string_view key, std::string_view default_value,
                               std::string_view about) {
  remember(key, default_value, about);
  const std::string* found = find(key);
  return found != nullptr ? *found : std::string(default_value);
}

std::int64_t ConfigReader::number(std::string_view key, std::int64_t default_value,
                                  std::string_view about) {
  remember(key, std::to_string(default_value), about);
  const std::string* found = find(key);
  if (found == nullptr) return default_value;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(found->data(), found->data() + found->size(), number);
  if (error != std::errc{} || end != found->data() + found->size()) {
    mistake(key, fmt::format("\"{}\" is not a whole number", *found));
    return default_value;
  }
  return number;
}

bool ConfigReader::flag(std::string_view key, bool default_value, std::string_view about) {
  remember(key, default_value ? "true" : "false", about);
  const std::string* found = find(key);
  if (found == nullptr) return default_value;
  if (*found != "true" && *found != "false")
    mistake(key, fmt::format("\"{}\" is not true or false", *found));
  return *found == "true";
}

Duration ConfigReader::duration(std::string_view key, std::string_view default_value,
                                std::string_view about) {
  remember(key, default_value, about);
  const std::string* found = find(key);
  const std::string_view text = found != nullptr ? std::string_view(*found) : default_value;
  const auto parsed = parse_duration(text);
  if (!parsed) {
    mistake(key, fmt::format("\"{}\" is not a duration such as 300ms, 30s, 5m, 2h or 7d", text));
    return Duration{0};
  }
  return *parsed;
}

std::uint64_t ConfigReader::size(std::string_view key, std::string_view default_value,
                                 std::string_view about) {
  remember(key, default_value, about);
  const std::string* found = find(key);
  const std::string_view text = found != nullptr ? std::string_view(*found) : default_value;
  const auto parsed = parse_size(text);
  if (!parsed) mistake(key, fmt::format("\"{}\" is not a size such as 512KB, 100MB or 2GB", text));
  return parsed.value_or(0);
}

Secret ConfigReader::secret(std::string_view key, std::string_view about) {
  remember(key, "", about, true);
  const std::string* found = find(key);
  if (found == nullptr) return Secret{};
  if (!found->starts_with("file:")) return Secret{*found};
  std::ifstream file(found->substr(5));
  if (!file) {
    mistake(key, "the file that it names cannot be read");
    return Secret{};
  }
  std::string value{std::istreambuf_iterator<char>(file), {}};
  while (!value.empty() && (value.back() == '\n' || value.back() == '\r')) value.pop_back();
  return Secret{std::move(value)};
}

std::vector<std::string> ConfigReader::list(std::string_view key, std::string_view about) {
  remember(key, "", about);
  std::vector<std::string> items;
  const std::string* found = find(key);
  if (found == nullptr) return items;
  std::size_t start = 0;
  while (start <= found->size()) {
    const auto comma = std::min(found->find(',', start), found->size());
    std::string item = found->substr(start, comma - start);
    item.erase(0, item.find_first_not_of(' '));
    item.erase(item.find_last_not_of(' ') + 1);
    if (!item.empty()) items.push_back(std::move(item));
    start = comma + 1;
  }
  return items;
}

std::vector<std::string> ConfigReader::mistakes() const {
  std::vector<std::string> all = mistakes_;
  for (const auto& [key, source] : unasked_)
    all.push_back(fmt::format("{}: there is no such setting (from {})", key, source));
  return all;
}

ConfigReader::Environment process_environment() {
  ConfigReader::Environment found;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view pair{*entry};
    const auto equals = pair.find('=');
    const std::string_view name = pair.substr(0, equals);
    const bool ours = name.starts_with("FREEHOLD_") && !name.starts_with("FREEHOLD_TEST_");
    if (ours || name == "DATABASE_URL" || name == "REDIS_URL")
      found.emplace(name, pair.substr(equals + 1));
  }
  return found;
}

}  // namespace freehold
