// Promotion codes: what a person types to get a coupon.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "core/text.hpp"
#include "simulator/coupons.hpp"
#include "simulator/customers.hpp"
#include "simulator/events.hpp"
#include "simulator/lists.hpp"
#include "simulator/render.hpp"

namespace freehold::simulator {

namespace {

// Two codes with one text can exist as long as only one of them can be used.
void refuse_taken(const State& state, const std::string& code) {
  const Record* other = find_promotion_code(state, code);
  if (other == nullptr) return;
  throw StripeError::invalid(
      fmt::format("An active promotion code with `code: {}` already exists.", code), "code");
}

std::string read_code(State& state, const Params& params) {
  std::string code = params.text("code").value_or("");
  if (code.empty()) code = upper(state.new_id("", 8));
  const bool plain = std::all_of(code.begin(), code.end(),
                                 [](unsigned char c) { return std::isalnum(c) != 0 || c == '-'; });
  if (!plain || code.size() > 500)
    throw StripeError::invalid("Promotion codes are letters, digits and hyphens.", "code");
  refuse_taken(state, code);
  return code;
}

json::object read_restrictions(const Params& params) {
  const Params restrictions = params.group("restrictions");
  const auto least = restrictions.integer("minimum_amount");
  const auto currency = restrictions.text("minimum_amount_currency");
  if (least.has_value() != currency.has_value())
    throw StripeError::invalid("minimum_amount and minimum_amount_currency go together.",
                               restrictions.path_of("minimum_amount"));
  const bool first = restrictions.boolean("first_time_transaction").value_or(false);
  return {{"first_time_transaction", first},
          {"minimum_amount", number_or_null(least.value_or(0))},
          {"minimum_amount_currency", text_or_null(currency.value_or(""))}};
}

std::string read_coupon(const State& state, const Params& params) {
  const Params promotion = params.group("promotion");
  promotion.need_text("type");
  promotion.one_of("type", {"coupon"});
  const std::string id = promotion.need_text("coupon");
  const Record& coupon = live_coupon(state, id, promotion.path_of("coupon"));
  if (!is_redeemable(state, coupon.shown))
    throw StripeError::invalid("This coupon can no longer be redeemed.",
                               promotion.path_of("coupon"), "coupon_expired");
  return id;
}

json::value read_expiry(const State& state, const Params& params) {
  const auto at = params.integer("expires_at");
  if (at && *at <= state.now)
    throw StripeError::invalid(
        "Invalid timestamp: must be an integer Unix timestamp in the future.", "expires_at");
  return number_or_null(at.value_or(0));
}

bool has_paid_before(const State& state, const std::string& customer) {
  const auto charges = state.store.found(kind::charge, customer);
  return std::any_of(charges.begin(), charges.end(),
                     [](const Record* charge) { return flag_of(charge->shown, "paid"); });
}

StripeError refused(std::string_view sentence, std::string_view path) {
  return StripeError::invalid(std::string(sentence), path);
}

}  // namespace

json::value create_promotion_code(State& state, Params& params) {
  const std::string coupon = read_coupon(state, params);
  const std::string customer = params.text("customer").value_or("");
  if (!customer.empty()) live_customer(state, customer, "customer");
  const std::string code = read_code(state, params);
  const std::string id = state.new_id("promo_1");
  json::object shown{
      {"id", id},
      {"object", "promotion_code"},
      {"active", params.boolean("active").value_or(true)},
      {"code", code},
      {"created", state.now},
      {"customer", text_or_null(customer)},
      {"customer_account", nullptr},
      {"expires_at", read_expiry(state, params)},
      {"livemode", false},
      {"max_redemptions", number_or_null(params.integer("max_redemptions").value_or(0))},
      {"metadata", json::object{}},
      {"promotion", json::object{{"coupon", coupon}, {"type", "coupon"}}},
      {"restrictions", read_restrictions(params)},
      {"times_redeemed", 0}};
  apply_metadata(params, shown["metadata"].as_object());
  state.store.add(kind::promotion_code, id, std::move(shown));
  emit(state, "promotion_code.created", kind::promotion_code, id);
  return render(state, kind::promotion_code, id);
}

json::value retrieve_promotion_code(State& state, Params& params) {
  return render(state, state.get(kind::promotion_code, params.path("id"), "id"));
}

json::value update_promotion_code(State& state, Params& params) {
  const std::string id = params.path("id");
  const json::object before = render(state, state.get(kind::promotion_code, id, "id"));
  const auto active = params.boolean("active");
  if (active.value_or(false) && !flag_of(before, "active"))
    refuse_taken(state, text_of(before, "code"));
  json::object& code = state.store.edit(kind::promotion_code, id).shown;
  if (active) code["active"] = *active;
  apply_metadata(params, code["metadata"].as_object());
  emit_changes(state, "promotion_code.updated", kind::promotion_code, id, before);
  return render(state, kind::promotion_code, id);
}

json::value list_promotion_codes(State& state, Params& params) {
  const auto active = params.boolean("active");
  const auto typed = params.text("code");
  const auto coupon = params.text("coupon");
  const Filter others =
      all_of({member_filter(params, "customer", "customer"), time_filter(params, "created")});
  return list_records(state, params, kind::promotion_code, "/v1/promotion_codes",
                      [&](const Record& code) {
                        const json::object& promotion = object_of(code.shown, "promotion");
                        return (!active || is_usable(state, code.shown) == *active) &&
                               (!typed || upper(text_of(code.shown, "code")) == upper(*typed)) &&
                               (!coupon || text_of(promotion, "coupon") == *coupon) && others(code);
                      });
}

bool is_usable(const State& state, const json::object& code) {
  const Record* coupon =
      state.store.find(kind::coupon, text_of(object_of(code, "promotion"), "coupon"));
  const bool used_up = is_set(code, "max_redemptions") &&
                       number_of(code, "times_redeemed") >= number_of(code, "max_redemptions");
  const bool over = is_set(code, "expires_at") && state.now >= number_of(code, "expires_at");
  return flag_of(code, "active") && !used_up && !over && !flag_of(coupon->hidden, "deleted") &&
         is_redeemable(state, coupon->shown);
}

void check_promotion_code(const State& state, const Record& code, const Purchase& purchase,
                          std::string_view path) {
  const json::object& restrictions = object_of(code.shown, "restrictions");
  const std::string owner = text_of(code.shown, "customer");
  const std::string currency = text_of(restrictions, "minimum_amount_currency");
  if (!is_usable(state, code.shown))
    throw refused("This promotion code is expired or no longer active.", path);
  if (!owner.empty() && owner != purchase.customer)
    throw refused("This promotion code cannot be redeemed by this customer.", path);
  if (flag_of(restrictions, "first_time_transaction") && has_paid_before(state, purchase.customer))
    throw refused(
        "This promotion code cannot be redeemed because the associated customer has prior "
        "transactions.",
        path);
  if (is_set(restrictions, "minimum_amount") &&
      (currency != purchase.currency ||
       purchase.subtotal < number_of(restrictions, "minimum_amount")))
    throw refused("This promotion code cannot be redeemed because its minimum amount is not met.",
                  path);
}

const Record* find_promotion_code(const State& state, std::string_view typed) {
  for (const auto& [order, code] : state.store.all(kind::promotion_code))
    if (upper(text_of(code.shown, "code")) == upper(typed) && is_usable(state, code.shown))
      return &code;
  return nullptr;
}

}  // namespace freehold::simulator
