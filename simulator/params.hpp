// The parameters of one call, read by name. Reading is declaring: what a handler has not read by
// the time it is done is a parameter that the simulator does not have, and the call is refused and
// undone (`refuse_unread`).
#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "simulator/json_access.hpp"

namespace freehold::simulator {

class Params {
 public:
  using PathIds = std::map<std::string, std::string, std::less<>>;

  explicit Params(json::object fields, PathIds path_ids = {});

  // "{id}" of the path.
  const std::string& path(std::string_view name) const;

  // Whether it was sent, and whether it was sent empty, which unsets.
  bool has(std::string_view name) const;
  bool unsets(std::string_view name) const;

  // Nothing when it was not sent. Each throws StripeError 400 for a value of another type.
  std::optional<std::string> text(std::string_view name) const;  // may be ""
  std::optional<std::int64_t> integer(std::string_view name) const;
  std::optional<bool> boolean(std::string_view name) const;
  std::optional<std::string> one_of(std::string_view name,
                                    std::initializer_list<std::string_view> words) const;
  // Throws StripeError 400 parameter_missing.
  std::string need_text(std::string_view name) const;
  std::int64_t need_integer(std::string_view name) const;

  // A group ("recurring[interval]"); an empty one when it was not sent.
  Params group(std::string_view name) const;
  // The group when the parameter is one ("created[gte]"), nothing when it is text or absent.
  std::optional<Params> group_or_text(std::string_view name) const;
  // The elements of a list of groups, and of a list of texts.
  std::vector<Params> groups(std::string_view name) const;
  std::vector<std::string> texts(std::string_view name) const;
  // Every key and text of a flat group ("metadata").
  std::vector<std::pair<std::string, std::string>> pairs(std::string_view name) const;

  // The ids of the path and the texts of the first level, whether they have been read or not.
  std::vector<std::string> ids() const;

  // "items[0][price]" for the name "price" of an element.
  std::string path_of(std::string_view name) const;

  // Throws StripeError 400 parameter_unknown for the first parameter that nobody has read.
  // `stripe_has` says whether Stripe knows the parameter, by its first name.
  void refuse_unread(const std::set<std::string, std::less<>>& stripe_has) const;

 private:
  struct Request {
    json::object fields;
    PathIds path_ids;
    std::set<std::string, std::less<>> read;
  };
  Params(std::shared_ptr<Request> request, const json::object* fields, std::string prefix);

  const json::value* find(std::string_view name) const;
  const json::object* find_group(std::string_view name) const;
  const std::string* find_text(std::string_view name, std::string& into) const;

  std::shared_ptr<Request> request_;
  const json::object* fields_;
  std::string prefix_;
};

// Applies "metadata[key]=value" as Stripe does: an empty value removes the key, an empty metadata
// removes all. https://docs.stripe.com/api/metadata
void apply_metadata(const Params& params, json::object& metadata);

}  // namespace freehold::simulator
