#include "simulator/coupons.hpp"

#include <fmt/format.h>

#include "core/money.hpp"
#include "simulator/events.hpp"
#include "simulator/lists.hpp"
#include "simulator/pricing.hpp"
#include "simulator/render.hpp"

namespace freehold::simulator {

namespace {

// "33.33" as hundredths of a percent: up to two decimal places are counted with.
std::int64_t read_percent(const Params& params) {
  const std::string text = params.need_text("percent_off");
  const std::size_t point = std::min(text.find('.'), text.size());
  std::string digits = text.substr(0, point);
  std::string fraction = point < text.size() ? text.substr(point + 1) : "";
  const bool too_long = digits.empty() || digits.size() > 3 || fraction.size() > 2;
  fraction.resize(2, '0');
  digits += fraction;
  if (too_long || digits.find_first_not_of("0123456789") != std::string::npos)
    throw StripeError::parameter({}, "percent_off", fmt::format("Invalid decimal: {}", text));
  const std::int64_t hundredths = std::stoll(digits);
  if (hundredths < 1 || hundredths > 100'00)
    throw StripeError::invalid("percent_off must be greater than 0 and at most 100.",
                               "percent_off");
  return hundredths;
}

json::value shown_percent(std::int64_t hundredths) {
  if (hundredths % 100 == 0) return hundredths / 100;
  return static_cast<double>(hundredths) / 100;  // to be shown; what counts is the whole number
}

void apply_value(const Params& params, Record& coupon) {
  const auto amount = params.integer("amount_off");
  if (amount.has_value() == params.has("percent_off"))
    throw StripeError::invalid(
        "You must pass either percent_off or amount_off, and only one of them.", "percent_off");
  if (!amount) {
    coupon.hidden["hundredths"] = read_percent(params);
    coupon.shown["percent_off"] = shown_percent(number_of(coupon.hidden, "hundredths"));
    params.text("currency");
    return;
  }
  const std::string currency = params.need_text("currency");
  if (!Currency::parse(currency))
    throw StripeError::parameter({}, "currency", fmt::format("Invalid currency: {}.", currency));
  if (*amount < 1)
    throw StripeError::parameter("parameter_invalid_integer", "amount_off",
                                 "This value must be greater than or equal to 1.");
  coupon.shown["amount_off"] = *amount;
  coupon.shown["currency"] = currency;
}

void apply_duration(const Params& params, json::object& coupon) {
  const std::string duration =
      params.one_of("duration", {"forever", "once", "repeating"}).value_or("once");
  const auto months = params.integer("duration_in_months");
  if ((duration == "repeating") != months.has_value() || months.value_or(1) < 1)
    throw StripeError::invalid(
        "duration_in_months must be a positive number when duration is repeating, and is not "
        "allowed otherwise.",
        "duration_in_months");
  coupon["duration"] = duration;
  coupon["duration_in_months"] = number_or_null(months.value_or(0));
}

void apply_limits(const State& state, const Params& params, json::object& coupon) {
  const auto most = params.integer("max_redemptions");
  if (most && *most < 1)
    throw StripeError::parameter("parameter_invalid_integer", "max_redemptions",
                                 "This value must be greater than or equal to 1.");
  coupon["max_redemptions"] = number_or_null(most.value_or(0));
  const auto by = params.integer("redeem_by");
  if (by && *by <= state.now)
    throw StripeError::invalid(
        "Invalid timestamp: must be an integer Unix timestamp in the future.", "redeem_by");
  coupon["redeem_by"] = number_or_null(by.value_or(0));
}

void apply_products(const State& state, const Params& params, Record& coupon) {
  const Params to = params.group("applies_to");
  const std::vector<std::string> products = to.texts("products");
  for (const std::string& product : products)
    state.get(kind::product, product, to.path_of("products"));
  if (!products.empty())
    coupon.hidden["applies_to"] = json::object{{"products", json::value_from(products)}};
}

void apply_names(const Params& params, json::object& coupon) {
  if (const auto name = params.text("name")) {
    if (name->size() > 40)
      throw StripeError::invalid("Invalid string: must be at most 40 characters", "name");
    coupon["name"] = text_or_null(*name);
  }
  apply_metadata(params, coupon["metadata"].as_object());
}

}  // namespace

json::value create_coupon(State& state, Params& params) {
  const std::string id = params.text("id").value_or(state.new_id("", 8));
  if (const Record* other = state.store.find(kind::coupon, id);
      other != nullptr && !flag_of(other->hidden, "deleted"))
    throw StripeError::invalid("Coupon already exists.", "id", "resource_already_exists");
  Record& coupon = state.store.add(kind::coupon, id,
                                   {{"id", id},
                                    {"object", "coupon"},
                                    {"amount_off", nullptr},
                                    {"created", state.now},
                                    {"currency", nullptr},
                                    {"duration", "once"},
                                    {"duration_in_months", nullptr},
                                    {"livemode", false},
                                    {"max_redemptions", nullptr},
                                    {"metadata", json::object{}},
                                    {"name", nullptr},
                                    {"percent_off", nullptr},
                                    {"redeem_by", nullptr},
                                    {"times_redeemed", 0},
                                    {"valid", true}});
  apply_value(params, coupon);
  apply_duration(params, coupon.shown);
  apply_limits(state, params, coupon.shown);
  apply_products(state, params, coupon);
  apply_names(params, coupon.shown);
  emit(state, "coupon.created", kind::coupon, id);
  return render(state, kind::coupon, id);
}

json::value retrieve_coupon(State& state, Params& params) {
  return render(state, live_coupon(state, params.path("id"), "id"));
}

json::value update_coupon(State& state, Params& params) {
  const std::string id = params.path("id");
  const json::object before = render(state, live_coupon(state, id, "id"));
  apply_names(params, state.store.edit(kind::coupon, id).shown);
  emit_changes(state, "coupon.updated", kind::coupon, id, before);
  return render(state, kind::coupon, id);
}

// Whoever has the discount keeps it; it can be given to nobody else.
json::value delete_coupon(State& state, Params& params) {
  const std::string id = params.path("id");
  live_coupon(state, id, "id");
  state.store.edit(kind::coupon, id).hidden["deleted"] = true;
  emit(state, "coupon.deleted", kind::coupon, id);
  return json::object{{"id", id}, {"object", "coupon"}, {"deleted", true}};
}

json::value list_coupons(State& state, Params& params) {
  const Filter created = time_filter(params, "created");
  return list_records(state, params, kind::coupon, "/v1/coupons", [&](const Record& coupon) {
    return !flag_of(coupon.hidden, "deleted") && created(coupon);
  });
}

const Record& live_coupon(const State& state, const std::string& id, std::string_view path) {
  const Record& coupon = state.get(kind::coupon, id, path);
  if (flag_of(coupon.hidden, "deleted")) throw StripeError::no_such("coupon", id, path);
  return coupon;
}

bool is_redeemable(const State& state, const json::object& coupon) {
  const bool used_up = is_set(coupon, "max_redemptions") &&
                       number_of(coupon, "times_redeemed") >= number_of(coupon, "max_redemptions");
  const bool over = is_set(coupon, "redeem_by") && state.now >= number_of(coupon, "redeem_by");
  return !used_up && !over;
}

}  // namespace freehold::simulator
