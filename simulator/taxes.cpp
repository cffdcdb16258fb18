#include "simulator/taxes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "simulator/customers.hpp"
#include "simulator/events.hpp"
#include "simulator/lists.hpp"
#include "simulator/render.hpp"

namespace freehold::simulator {

namespace {

constexpr std::int64_t whole = 1'000'000;  // 100 percent, in ten-thousandths of a percent

Record& add_tax_rate(State& state, std::int64_t percentage, bool inclusive) {
  const std::string id = state.new_id("txr_1");
  return state.store.add(kind::tax_rate, id,
                         {{"id", id},
                          {"object", "tax_rate"},
                          {"active", true},
                          {"country", nullptr},
                          {"created", state.now},
                          {"description", nullptr},
                          {"display_name", nullptr},
                          {"effective_percentage", shown_percentage(percentage)},
                          {"flat_amount", nullptr},
                          {"inclusive", inclusive},
                          {"jurisdiction", nullptr},
                          {"jurisdiction_level", nullptr},
                          {"livemode", false},
                          {"metadata", json::object{}},
                          {"percentage", shown_percentage(percentage)},
                          {"rate_type", "percentage"},
                          {"state", nullptr},
                          {"tax_type", nullptr}},
                         {{"ten_thousandths", percentage}});
}

void apply(const Params& params, json::object& rate) {
  if (const auto active = params.boolean("active")) rate["active"] = *active;
  if (const auto name = params.text("display_name")) rate["display_name"] = *name;
  for (const std::string_view name : {"country", "description", "jurisdiction", "state"})
    if (const auto text = params.text(name)) rate[name] = text_or_null(*text);
  if (const auto type = params.one_of(
          "tax_type", {"gst", "hst", "jct", "pst", "qst", "sales_tax", "service_tax", "vat"}))
    rate["tax_type"] = *type;
  apply_metadata(params, rate["metadata"].as_object());
}

std::string country_of(const std::string& type, const std::string& value) {
  std::string code = (type == "eu_vat" ? value : type).substr(0, 2);
  std::transform(code.begin(), code.end(), code.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  return type == "unknown" ? std::string() : code;
}

bool is_verified_later(std::string_view type) {
  static constexpr std::array types = {"eu_vat", "gb_vat", "au_abn", "no_vat", "ch_vat"};
  return std::find(types.begin(), types.end(), type) != types.end();
}

void check_tax_id(const std::string& type, const std::string& value, const Params& params) {
  const bool known = type == "unknown" || (type.size() > 3 && type[2] == '_');
  if (!known) throw StripeError::parameter({}, params.path_of("type"), "Invalid type of a tax id.");
  const auto is_plain = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || c == ' ' || c == '-' || c == '.';
  };
  const bool european = type != "eu_vat" || (value.size() >= 8 && value[0] >= 'A' &&
                                             value[0] <= 'Z' && value[1] >= 'A' && value[1] <= 'Z');
  if (value.size() < 4 || value.size() > 30 || !european ||
      !std::all_of(value.begin(), value.end(), is_plain))
    throw StripeError::invalid(fmt::format("Invalid value for {}.", type), params.path_of("value"),
                               "tax_id_invalid");
}

std::string add_tax_id(State& state, const std::string& customer, const Params& params) {
  const std::string type = params.need_text("type");
  const std::string value = params.need_text("value");
  check_tax_id(type, value, params);
  const bool later = is_verified_later(type);
  const std::string id = state.new_id("txi_1");
  state.store.add(
      kind::tax_id, id,
      {{"id", id},
       {"object", "tax_id"},
       {"country", text_or_null(country_of(type, value))},
       {"created", state.now},
       {"customer", customer},
       {"customer_account", nullptr},
       {"livemode", false},
       {"owner",
        json::object{{"customer", customer}, {"customer_account", nullptr}, {"type", "customer"}}},
       {"type", type},
       {"value", value},
       {"verification", json::object{{"status", later ? "pending" : "unavailable"},
                                     {"verified_address", nullptr},
                                     {"verified_name", nullptr}}}},
      {{"verify_at", number_or_null(later ? state.clock_now : 0)}});
  emit(state, "customer.tax_id.created", kind::tax_id, id);
  return id;
}

const Record& tax_id_of(const State& state, const Params& params) {
  const std::string id = params.path("id");
  const Record& found = state.get(kind::tax_id, id, "id");
  if (text_of(found.shown, "customer") != params.path("customerId"))
    throw StripeError::no_such("tax_id", id, "id");
  return found;
}

}  // namespace

std::int64_t read_percentage(const Params& params, std::string_view name) {
  const std::string text = params.need_text(name);
  const std::size_t point = std::min(text.find('.'), text.size());
  std::string digits = text.substr(0, point);
  const std::string fraction = point < text.size() ? text.substr(point + 1) : std::string();
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (digits.empty() || digits.size() > 3 || fraction.size() > 4 ||
      !std::all_of(digits.begin(), digits.end(), is_digit) ||
      !std::all_of(fraction.begin(), fraction.end(), is_digit))
    throw StripeError::parameter({}, params.path_of(name),
                                 fmt::format("Invalid decimal: {}", text));
  digits += fraction + std::string(4 - fraction.size(), '0');
  const std::int64_t value = std::stoll(digits);
  if (value > whole)
    throw StripeError::invalid("Tax rates can be at most 100 percent.", params.path_of(name));
  return value;
}

json::value shown_percentage(std::int64_t ten_thousandths) {
  if (ten_thousandths % 10'000 == 0) return ten_thousandths / 10'000;
  return json::parse(fmt::format("{}.{:04}", ten_thousandths / 10'000, ten_thousandths % 10'000));
}

json::value create_tax_rate(State& state, Params& params) {
  params.need_text("display_name");
  params.need_text("inclusive");
  Record& rate = add_tax_rate(state, read_percentage(params, "percentage"),
                              params.boolean("inclusive").value_or(false));
  apply(params, rate.shown);
  emit(state, "tax_rate.created", kind::tax_rate, rate.id);
  return render(state, rate);
}

const Record& automatic_rate(State& state, std::int64_t percentage, bool inclusive) {
  for (const auto& [order, rate] : state.store.all(kind::tax_rate))
    if (flag_of(rate.hidden, "automatic") && flag_of(rate.shown, "inclusive") == inclusive &&
        number_of(rate.hidden, "ten_thousandths") == percentage)
      return rate;
  Record& rate = add_tax_rate(state, percentage, inclusive);
  rate.shown["active"] = false;
  rate.shown["display_name"] = "Tax";
  rate.hidden["automatic"] = true;
  return rate;
}

json::value retrieve_tax_rate(State& state, Params& params) {
  return render(state, state.get(kind::tax_rate, params.path("id"), "id"));
}

json::value update_tax_rate(State& state, Params& params) {
  const std::string id = params.path("id");
  const json::object before = render(state, state.get(kind::tax_rate, id, "id"));
  apply(params, state.store.edit(kind::tax_rate, id).shown);
  emit_changes(state, "tax_rate.updated", kind::tax_rate, id, before);
  return render(state, kind::tax_rate, id);
}

json::value list_tax_rates(State& state, Params& params) {
  const auto active = params.boolean("active");
  const auto inclusive = params.boolean("inclusive");
  const Filter created = time_filter(params, "created");
  return list_records(state, params, kind::tax_rate, "/v1/tax_rates", [&](const Record& rate) {
    return (!active || flag_of(rate.shown, "active") == *active) &&
           (!inclusive || flag_of(rate.shown, "inclusive") == *inclusive) && created(rate);
  });
}

json::value create_tax_id(State& state, Params& params) {
  const std::string customer = params.path("id");
  live_customer(state, customer, "id");
  return render(state, kind::tax_id, add_tax_id(state, customer, params));
}

json::value retrieve_tax_id(State& state, Params& params) {
  return render(state, tax_id_of(state, params));
}

json::value list_tax_ids(State& state, Params& params) {
  const std::string customer = params.path("id");
  live_customer(state, customer, "id");
  return list_records(
      state, params, kind::tax_id, fmt::format("/v1/customers/{}/tax_ids", customer),
      [](const Record&) { return true; }, customer);
}

json::value delete_tax_id(State& state, Params& params) {
  const std::string id = tax_id_of(state, params).id;
  emit(state, "customer.tax_id.deleted", kind::tax_id, id);
  state.store.erase(kind::tax_id, id);
  return json::object{{"id", id}, {"object", "tax_id"}, {"deleted", true}};
}

void read_tax_ids(State& state, const Params& params, const std::string& customer) {
  for (const Params& element : params.groups("tax_id_data")) add_tax_id(state, customer, element);
}

json::array tax_ids_of(const State& state, const std::string& customer) {
  json::array ids;
  for (const Record* id : state.store.found(kind::tax_id, customer))
    ids.push_back(json::object{{"type", id->shown.at("type")}, {"value", id->shown.at("value")}});
  return ids;
}

std::optional<std::int64_t> tax_id_due(const Record& tax_id) {
  if (!is_set(tax_id.hidden, "verify_at")) return std::nullopt;
  return number_of(tax_id.hidden, "verify_at");
}

// https://docs.stripe.com/billing/customer/tax-ids: 111111111 is not verified, and 222222222 stays
// pending.
void turn_tax_id(State& state, const std::string& id) {
  Record& tax_id = state.store.edit(kind::tax_id, id);
  tax_id.hidden["verify_at"] = nullptr;
  const std::string value = text_of(tax_id.shown, "value");
  if (value.ends_with("222222222")) return;
  const json::object before = render(state, tax_id);
  tax_id.shown["verification"].as_object()["status"] =
      value.ends_with("111111111") ? "unverified" : "verified";
  emit_changes(state, "customer.tax_id.updated", kind::tax_id, id, before);
}

std::optional<json::array> read_tax_rates(const State& state, const Params& params,
                                          std::string_view name) {
  if (!params.has(name)) return std::nullopt;
  json::array rates;
  if (params.unsets(name)) {
    params.text(name);
    return rates;
  }
  for (const std::string& id : params.texts(name)) {
    const Record& rate = state.get(kind::tax_rate, id, params.path_of(name));
    if (!flag_of(rate.shown, "active"))
      throw StripeError::invalid(fmt::format("The tax rate {} is archived.", id),
                                 params.path_of(name));
    rates.push_back(render(state, rate));
  }
  return rates;
}

}  // namespace freehold::simulator
