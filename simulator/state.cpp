#include "simulator/state.hpp"

#include <fmt/format.h>

#include "core/crypto.hpp"

namespace freehold::simulator {

std::string State::new_id(std::string_view prefix, std::size_t length) {
  static constexpr std::string_view digits =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  json::object& identity = setting("identity");
  const std::int64_t number = number_of(identity, "made") + 1;
  identity["made"] = number;

  std::string id(prefix);
  const std::string seed = text_of(identity, "seed");
  for (std::size_t round = 0; id.size() < prefix.size() + length; ++round) {
    const Digest digest = sha256(fmt::format("{}/{}/{}", seed, number, round));
    for (std::size_t i = 0; i < digest.size() && id.size() < prefix.size() + length; ++i)
      id += digits[digest[i] % digits.size()];
  }
  return id;
}

const Record& State::get(std::string_view kind, std::string_view id, std::string_view path) const {
  const Record* record = store.find(kind, id);
  if (record == nullptr) throw StripeError::no_such(noun_of(kind), id, path);
  return *record;
}

json::object& State::setting(std::string_view id) {
  if (store.find(kind::setting, id) == nullptr) return store.add(kind::setting, id, {}).hidden;
  return store.edit(kind::setting, id).hidden;
}

const json::object& State::read_setting(std::string_view id) const {
  static const json::object nothing;
  const Record* record = store.find(kind::setting, id);
  return record == nullptr ? nothing : record->hidden;
}

std::string_view noun_of(std::string_view kind) {
  if (kind == kind::payment_method) return "PaymentMethod";
  if (kind == kind::endpoint) return "webhook endpoint";
  if (kind == kind::setup_intent) return "setupintent";
  if (kind == kind::promotion_code) return "promotion code";
  if (kind == kind::schedule) return "subscription schedule";
  if (kind == kind::credit_note) return "credit note";
  if (kind == kind::portal_configuration) return "configuration";
  if (kind == kind::portal_session) return "portal session";
  if (kind == kind::test_clock) return "test clock";
  if (kind == kind::meter) return "billing meter";
  if (kind == kind::credit_grant) return "credit grant";
  if (kind == kind::credit_transaction) return "credit balance transaction";
  if (kind == kind::feature) return "feature";
  if (kind == kind::product_feature) return "product feature";
  if (kind == kind::active_entitlement) return "active entitlement";
  if (kind == kind::balance_transaction) return "customer balance transaction";
  return kind;
}

}  // namespace freehold::simulator
