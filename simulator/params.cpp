#include "simulator/params.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "simulator/stripe_error.hpp"

namespace freehold::simulator {

namespace {

StripeError missing(const std::string& path) {
  return StripeError::parameter("parameter_missing", path,
                                fmt::format("Missing required param: {}.", path));
}

StripeError invalid_group(const std::string& path, std::string_view expected) {
  return StripeError::parameter({}, path, fmt::format("Invalid {}: must be {}", path, expected));
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// "payment, setup, or subscription"
std::string alternatives(std::initializer_list<std::string_view> words) {
  std::string out;
  std::size_t left = words.size();
  for (const std::string_view word : words) {
    if (!out.empty()) out += left == 1 ? ", or " : ", ";
    out += word;
    --left;
  }
  return out;
}

// The path of the first text below `value` that is not among `read`; a read path covers all below.
std::optional<std::string> find_unread(const json::value& value, const std::string& path,
                                       const std::set<std::string, std::less<>>& read) {
  if (read.contains(path)) return std::nullopt;
  const json::object* group = value.if_object();
  if (group == nullptr || group->empty()) return path;
  for (const auto& member : *group) {
    const std::string name(member.key());
    const std::string below = path.empty() ? name : fmt::format("{}[{}]", path, name);
    if (auto found = find_unread(member.value(), below, read)) return found;
  }
  return std::nullopt;
}

}  // namespace

Params::Params(json::object fields, PathIds path_ids)
    : request_(std::make_shared<Request>(Request{std::move(fields), std::move(path_ids), {}})),
      fields_(&request_->fields) {}

Params::Params(std::shared_ptr<Request> request, const json::object* fields, std::string prefix)
    : request_(std::move(request)), fields_(fields), prefix_(std::move(prefix)) {}

const std::string& Params::path(std::string_view name) const {
  return request_->path_ids.find(name)->second;
}

std::string Params::path_of(std::string_view name) const {
  return prefix_.empty() ? std::string(name) : fmt::format("{}[{}]", prefix_, name);
}

const json::value* Params::find(std::string_view name) const {
  request_->read.insert(path_of(name));
  return fields_->if_contains(name);
}

const json::object* Params::find_group(std::string_view name) const {
  const json::value* value = fields_->if_contains(name);
  if (value == nullptr) return nullptr;
  if (value->is_object()) return &value->get_object();
  request_->read.insert(path_of(name));
  if (!value->get_string().empty()) throw invalid_group(path_of(name), "an object");
  return nullptr;
}

const std::string* Params::find_text(std::string_view name, std::string& into) const {
  const json::value* value = find(name);
  if (value == nullptr) return nullptr;
  if (!value->is_string()) throw invalid_group(path_of(name), "a string");
  into = std::string(value->get_string());
  return &into;
}

std::vector<std::string> Params::ids() const {
  std::vector<std::string> found;
  for (const auto& [name, id] : request_->path_ids) found.push_back(id);
  for (const auto& member : request_->fields)
    if (const json::string* text = member.value().if_string()) found.emplace_back(*text);
  return found;
}

bool Params::has(std::string_view name) const {
  return fields_->contains(name);
}

bool Params::unsets(std::string_view name) const {
  const json::value* value = fields_->if_contains(name);
  return value != nullptr && value->is_string() && value->get_string().empty();
}

std::optional<std::string> Params::text(std::string_view name) const {
  std::string found;
  if (find_text(name, found) == nullptr) return std::nullopt;
  return found;
}

std::optional<std::int64_t> Params::integer(std::string_view name) const {
  const auto found = text(name);
  if (!found || found->empty()) return std::nullopt;
  const auto number = parse_integer(*found);
  if (!number)
    throw StripeError::parameter("parameter_invalid_integer", path_of(name),
                                 fmt::format("Invalid integer: {}", *found));
  return number;
}

std::optional<bool> Params::boolean(std::string_view name) const {
  const auto found = text(name);
  if (!found || found->empty()) return std::nullopt;
  if (*found == "true" || *found == "1") return true;
  if (*found == "false" || *found == "0") return false;
  throw StripeError::parameter({}, path_of(name), fmt::format("Invalid boolean: {}", *found));
}

std::optional<std::string> Params::one_of(std::string_view name,
                                          std::initializer_list<std::string_view> words) const {
  auto found = text(name);
  if (!found || found->empty()) return std::nullopt;
  if (std::find(words.begin(), words.end(), *found) == words.end())
    throw StripeError::parameter(
        {}, path_of(name),
        fmt::format("Invalid {}: must be one of {}", path_of(name), alternatives(words)));
  return found;
}

std::string Params::need_text(std::string_view name) const {
  auto found = text(name);
  if (!found) throw missing(path_of(name));
  if (found->empty())
    throw StripeError::parameter(
        "parameter_invalid_empty", path_of(name),
        fmt::format("You passed an empty string for '{}'. We assume empty values are an attempt to "
                    "unset a parameter; however '{}' cannot be unset. You should remove '{}' from "
                    "your request or supply a non-empty value.",
                    path_of(name), path_of(name), path_of(name)));
  return *found;
}

std::int64_t Params::need_integer(std::string_view name) const {
  need_text(name);
  return *integer(name);
}

Params Params::group(std::string_view name) const {
  static const json::object nothing;
  const json::object* found = find_group(name);
  return Params{request_, found == nullptr ? &nothing : found, path_of(name)};
}

std::optional<Params> Params::group_or_text(std::string_view name) const {
  const json::value* value = fields_->if_contains(name);
  if (value == nullptr || !value->is_object()) return std::nullopt;
  return group(name);
}

std::vector<Params> Params::groups(std::string_view name) const {
  const json::object* list = find_group(name);
  if (list == nullptr) return {};
  std::vector<std::pair<std::int64_t, Params>> found;
  for (const auto& member : *list) {
    const std::string key(member.key());
    const auto index = parse_integer(key);
    const std::string path = fmt::format("{}[{}]", path_of(name), key);
    if (!index) throw invalid_group(path_of(name), "an array");
    if (!member.value().is_object()) throw invalid_group(path, "an object");
    found.emplace_back(*index, Params{request_, &member.value().get_object(), path});
  }
  std::sort(found.begin(), found.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<Params> elements;
  elements.reserve(found.size());
  for (auto& element : found) elements.push_back(std::move(element.second));
  return elements;
}

std::vector<std::string> Params::texts(std::string_view name) const {
  const json::object* list = find_group(name);
  if (list == nullptr) return {};
  request_->read.insert(path_of(name));
  std::map<std::int64_t, std::string> found;
  for (const auto& member : *list) {
    const auto index = parse_integer(std::string_view(member.key()));
    if (!index || !member.value().is_string()) throw invalid_group(path_of(name), "an array");
    found[*index] = std::string(member.value().get_string());
  }
  std::vector<std::string> elements;
  elements.reserve(found.size());
  for (auto& element : found) elements.push_back(std::move(element.second));
  return elements;
}

std::vector<std::pair<std::string, std::string>> Params::pairs(std::string_view name) const {
  const json::object* group = find_group(name);
  if (group == nullptr) return {};
  request_->read.insert(path_of(name));
  std::vector<std::pair<std::string, std::string>> found;
  for (const auto& member : *group) {
    if (!member.value().is_string())
      throw invalid_group(fmt::format("{}[{}]", path_of(name), std::string_view(member.key())),
                          "a string");
    found.emplace_back(member.key(), member.value().get_string());
  }
  return found;
}

void Params::refuse_unread(const std::set<std::string, std::less<>>& stripe_has) const {
  for (const auto& member : request_->fields) {
    const std::string name(member.key());
    const auto unread = find_unread(member.value(), name, request_->read);
    if (!unread) continue;
    std::string message = "Received unknown parameter: " + *unread;
    if (stripe_has.contains(name))
      message = fmt::format(
          "Received unknown parameter: {}. Stripe may have it; the simulator "
          "does not simulate {} yet.",
          *unread, *unread);
    throw StripeError::parameter("parameter_unknown", *unread, std::move(message));
  }
}

void apply_metadata(const Params& params, json::object& metadata) {
  if (params.unsets("metadata")) metadata.clear();
  for (const auto& [key, value] : params.pairs("metadata")) {
    if (key.size() > 40)
      throw StripeError::invalid("Metadata keys can have up to 40 characters.", "metadata");
    if (value.size() > 500)
      throw StripeError::invalid("Metadata values can have up to 500 characters.",
                                 fmt::format("metadata[{}]", key));
    if (value.empty())
      metadata.erase(key);
    else
      metadata[key] = value;
  }
  if (metadata.size() > 50)
    throw StripeError::invalid("You can have up to 50 metadata keys.", "metadata");
}

}  // namespace freehold::simulator
