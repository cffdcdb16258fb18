#include "simulator/checkout.hpp"

#include <fmt/format.h>

#include "simulator/customers.hpp"
#include "simulator/discounts.hpp"
#include "simulator/events.hpp"
#include "simulator/lists.hpp"
#include "simulator/pricing.hpp"
#include "simulator/render.hpp"
#include "simulator/setup_intents.hpp"
#include "simulator/subscriptions.hpp"
#include "simulator/taxation.hpp"
#include "simulator/taxes.hpp"
#include "simulator/test_clocks.hpp"

namespace freehold::simulator {

namespace {

constexpr std::int64_t day = 86400;

json::object blank_session(const State& state, const std::string& id, const std::string& mode) {
  json::object session;
  session["id"] = id;
  session["object"] = "checkout.session";
  set_all(session,
          "adaptive_pricing after_expiration allow_promotion_codes allowed_payment_method_types "
          "amount_subtotal amount_total billing_address_collection cancel_url client_reference_id "
          "client_secret collected_information consent consent_collection currency "
          "currency_conversion customer customer_account customer_creation customer_details "
          "customer_email discounts integration_identifier invoice invoice_creation locale "
          "managed_payments origin_context payment_intent payment_link "
          "payment_method_configuration_details payment_method_options permissions recovered_from "
          "saved_payment_method_options setup_intent shipping_address_collection shipping_cost "
          "submit_type subscription wallet_options",
          nullptr);
  session["livemode"] = false;
  set_all(session, "custom_fields shipping_options", json::array{});
  session["automatic_tax"] = json::object{
      {"enabled", false}, {"liability", nullptr}, {"provider", nullptr}, {"status", nullptr}};
  session["created"] = state.now;
  session["custom_text"] = json::object{{"after_submit", nullptr},
                                        {"shipping_address", nullptr},
                                        {"submit", nullptr},
                                        {"terms_of_service_acceptance", nullptr}};
  session["expires_at"] = state.now + day;
  session["metadata"] = json::object{};
  session["mode"] = mode;
  session["payment_method_collection"] = mode == "setup" ? "if_required" : "always";
  session["payment_method_types"] = json::array{"card"};
  session["payment_status"] = mode == "setup" ? "no_payment_required" : "unpaid";
  session["phone_number_collection"] = json::object{{"enabled", false}};
  session["status"] = "open";
  session["total_details"] =
      json::object{{"amount_discount", 0}, {"amount_shipping", 0}, {"amount_tax", 0}};
  session["ui_mode"] = "hosted_page";
  session["url"] = state.base_url + "/pay/" + id;
  return session;
}

json::object line_item(const State& state, const json::object& line) {
  const Record& price = *state.store.find(kind::price, text_of(line, "price"));
  const std::int64_t amount = number_of(line, "amount");
  const std::int64_t discount = number_of(line, "discount");
  return {
      {"id", line.at("id")},
      {"object", "item"},
      {"adjustable_quantity", line.at("adjustable")},
      {"amount_discount", discount},
      {"amount_subtotal", amount},
      {"amount_tax", number_of(line, "tax")},
      {"amount_total", amount - discount + number_of(line, "tax_on_top")},
      {"currency", price.shown.at("currency")},
      {"description",
       text_of(state.store.find(kind::product, text_of(price.shown, "product"))->shown, "name")},
      {"metadata", nullptr},
      {"price", render(state, price)},
      {"quantity", is_metered(price.shown) ? json::value(nullptr) : line.at("quantity")}};
}

// adjustable_quantity: whether the page lets the quantity be changed, and within which bounds.
json::value read_adjustable(const Params& line, std::int64_t quantity) {
  if (!line.has("adjustable_quantity")) return nullptr;
  const Params adjustable = line.group("adjustable_quantity");
  adjustable.need_text("enabled");
  const bool enabled = adjustable.boolean("enabled").value_or(false);
  const std::int64_t least = adjustable.integer("minimum").value_or(0);
  const std::int64_t most = adjustable.integer("maximum").value_or(99);
  if (least < 0 || most > 999'999 || least > most || quantity < least || quantity > most)
    throw StripeError::invalid("The quantity must lie between the minimum and the maximum.",
                               adjustable.path_of("minimum"));
  return json::object{{"enabled", enabled}, {"maximum", most}, {"minimum", least}};
}

std::int64_t read_trial(const State& state, const Params& data) {
  const std::int64_t end = read_trial_end(state, data);
  if (data.has("trial_end") && end != 0 && end < state.now + 2 * day)
    throw StripeError::invalid("The `trial_end` date has to be at least 2 days in the future.",
                               data.path_of("trial_end"));
  return end;
}

// subscription_data, kept until the page is paid.
json::object read_subscription_data(const State& state, const Params& params) {
  const Params data = params.group("subscription_data");
  json::object kept;
  if (read_trial(state, data) != 0) {
    if (data.has("trial_end")) kept["trial_end"] = *data.integer("trial_end");
    if (data.has("trial_period_days")) kept["trial_days"] = *data.integer("trial_period_days");
  }
  kept["missing_payment_method"] = read_missing_payment_method(data);
  kept["description"] = data.text("description").value_or("");
  kept["tax_rates"] = read_tax_rates(state, data).value_or(json::array{});
  data.group("billing_mode").one_of("type", {"flexible"});
  json::object metadata;
  apply_metadata(data, metadata);
  kept["metadata"] = std::move(metadata);
  return kept;
}

// line_items of a one-time payment.
std::vector<NewSubscription::Item> read_purchases(const State& state, const Params& params) {
  std::vector<NewSubscription::Item> items;
  std::string currency;
  for (const Params& element : params.groups("line_items")) {
    NewSubscription::Item item{.price = element.need_text("price"),
                               .quantity = element.integer("quantity").value_or(1)};
    const json::object& price = state.get(kind::price, item.price, element.path_of("price")).shown;
    if (!flag_of(price, "active") || is_set(price, "recurring"))
      throw StripeError::invalid(
          "You specified `payment` mode but passed a recurring or inactive price. Either switch to "
          "`subscription` mode or use only active one-time prices.",
          element.path_of("price"));
    if (!currency.empty() && text_of(price, "currency") != currency)
      throw StripeError::invalid("All prices must have the same currency.",
                                 element.path_of("price"));
    currency = text_of(price, "currency");
    items.push_back(std::move(item));
  }
  if (items.empty()) params.need_text("line_items");
  return items;
}

// payment_intent_data, kept until the page is paid.
json::object read_payment_data(const Params& params) {
  const Params data = params.group("payment_intent_data");
  json::object metadata;
  apply_metadata(data, metadata);
  return {{"description", data.text("description").value_or("")},
          {"setup_future_usage",
           data.one_of("setup_future_usage", {"off_session", "on_session"}).value_or("")},
          {"metadata", std::move(metadata)}};
}

void apply_discounts(const State& state, const Params& params, Record& session) {
  const auto wanted = read_discounts(state, params);
  const auto codes = params.boolean("allow_promotion_codes");
  if (wanted && codes.value_or(false))
    throw StripeError::invalid(
        "You may only specify one of these parameters: allow_promotion_codes, discounts.");
  if (codes) session.shown["allow_promotion_codes"] = *codes;
  if (!wanted) return;
  json::array discounts;
  for (const DiscountWanted& one : *wanted)
    discounts.push_back(json::object{{"coupon", text_or_null(one.coupon)},
                                     {"promotion_code", text_or_null(one.promotion_code)}});
  if (discounts.size() > 1) throw StripeError::invalid("Checkout takes one discount.", "discounts");
  session.shown["discounts"] = std::move(discounts);
}

// Where nobody knows yet where the customer is, the page asks for the country.
void apply_automatic_tax(const State& state, const Params& params, Record& session) {
  const bool updates =
      params.group("customer_update").one_of("address", {"auto", "never"}) == "auto";
  if (!params.group("automatic_tax").boolean("enabled").value_or(false)) return;
  const std::string customer = text_of(session.shown, "customer");
  const bool known = knows_place(state, customer);
  if (!customer.empty() && !known && !updates)
    throw StripeError::invalid(
        "Automatic tax calculation in Checkout requires a valid address on the Customer. Add a "
        "valid address to the Customer or set `customer_update[address]` to 'auto' to save the "
        "address entered in Checkout.",
        "automatic_tax", "customer_tax_location_invalid");
  session.shown["automatic_tax"] =
      json::object{{"enabled", true},
                   {"liability", json::object{{"type", "self"}}},
                   {"provider", "stripe"},
                   {"status", known ? "complete" : "requires_location_inputs"}};
}

void apply_purchase(State& state, const Params& params, Record& session) {
  json::array lines;
  const bool once = text_of(session.shown, "mode") == "payment";
  const std::vector<NewSubscription::Item> items =
      once ? read_purchases(state, params) : read_items(state, params, "line_items");
  const std::vector<Params> elements = params.groups("line_items");
  for (std::size_t i = 0; i < items.size(); ++i) {
    const json::object& price = state.store.find(kind::price, items[i].price)->shown;
    session.shown["currency"] = price.at("currency");
    if (takes_debits(session.shown))
      session.shown["payment_method_types"] = json::array{"card", "sepa_debit"};
    lines.push_back(json::object{{"id", state.new_id("li_1")},
                                 {"price", items[i].price},
                                 {"quantity", items[i].quantity},
                                 {"adjustable", read_adjustable(elements[i], items[i].quantity)}});
  }
  session.hidden["lines"] = std::move(lines);
  if (once)
    session.hidden["payment"] = read_payment_data(params);
  else
    session.hidden["subscription"] = read_subscription_data(state, params);
  if (const auto collection = params.one_of("payment_method_collection", {"always", "if_required"}))
    session.shown["payment_method_collection"] = *collection;
  apply_discounts(state, params, session);
  apply_automatic_tax(state, params, session);
  total_session(state, session);
}

void apply_setup(State& state, const Params& params, Record& session) {
  const Params data = params.group("setup_intent_data");
  json::object metadata;
  apply_metadata(data, metadata);
  session.shown["currency"] = text_or_null(params.text("currency").value_or(""));
  session.shown["setup_intent"] =
      add_setup_intent(state, text_of(session.shown, "customer"),
                       data.text("description").value_or(""), std::move(metadata));
}

void apply_urls(const Params& params, json::object& session) {
  session["success_url"] = params.need_text("success_url");
  session["cancel_url"] = text_or_null(params.text("cancel_url").value_or(""));
  for (const std::string_view name : {"success_url", "cancel_url"}) {
    const std::string url = text_of(session, name);
    if (!url.empty() && !url.starts_with("http://") && !url.starts_with("https://"))
      throw StripeError::parameter("url_invalid", name,
                                   "Invalid URL: An explicit scheme (such as https) must be "
                                   "provided.");
  }
}

void apply_common(const State& state, const Params& params, json::object& session) {
  params.one_of("ui_mode", {"hosted_page"});
  apply_urls(params, session);
  if (const auto customer = params.text("customer"); customer && !customer->empty()) {
    live_customer(state, *customer, "customer");
    session["customer"] = *customer;
  } else if (text_of(session, "mode") == "subscription") {
    session["customer_creation"] = "always";
  } else if (text_of(session, "mode") == "payment") {
    session["customer_creation"] =
        params.one_of("customer_creation", {"always", "if_required"}).value_or("if_required");
  }
  session["customer_email"] = text_or_null(params.text("customer_email").value_or(""));
  if (is_set(session, "customer") && is_set(session, "customer_email"))
    throw StripeError::invalid(
        "You may only specify one of these parameters: customer, "
        "customer_email.");
  session["client_reference_id"] = text_or_null(params.text("client_reference_id").value_or(""));
  if (const auto at = params.integer("expires_at")) {
    if (*at < state.now + 30 * 60 || *at > state.now + day)
      throw StripeError::invalid(
          "The `expires_at` timestamp must be at least 30 minutes and at "
          "most 24 hours from Checkout Session creation.",
          "expires_at");
    session["expires_at"] = *at;
  }
  apply_metadata(params, session["metadata"].as_object());
}

}  // namespace

json::value create_session(State& state, Params& params) {
  params.need_text("mode");
  const std::string mode = *params.one_of("mode", {"payment", "setup", "subscription"});
  const std::string id = state.new_id("cs_test_", 58);
  Record& session = state.store.add(kind::session, id, blank_session(state, id, mode));
  apply_common(state, params, session.shown);
  session.hidden["test_clock"] = test_clock_of_customer(state, text_of(session.shown, "customer"));
  if (mode == "setup")
    apply_setup(state, params, session);
  else
    apply_purchase(state, params, session);
  return render(state, kind::session, id);
}

json::value retrieve_session(State& state, Params& params) {
  return render(state, state.get(kind::session, params.path("id"), "id"));
}

json::value list_sessions(State& state, Params& params) {
  params.one_of("status", {"complete", "expired", "open"});
  return list_records(
      state, params, kind::session, "/v1/checkout/sessions",
      all_of({member_filter(params, "customer", "customer"),
              member_filter(params, "subscription", "subscription"),
              member_filter(params, "payment_intent", "payment_intent"),
              member_filter(params, "status", "status"), time_filter(params, "created")}),
      keyed_by(params, {"subscription", "payment_intent", "customer"}));
}

json::value expire_session(State& state, Params& params) {
  const std::string id = params.path("id");
  const std::string status = text_of(state.get(kind::session, id, "id").shown, "status");
  if (status != "open")
    throw StripeError::invalid(
        fmt::format("Only Checkout Sessions with a status in [\"open\"] can be expired. This "
                    "Checkout Session has a status of `{}`.",
                    status));
  expire_now(state, id);
  return render(state, kind::session, id);
}

json::value list_session_line_items(State& state, Params& params) {
  const std::string id = params.path("id");
  state.get(kind::session, id, "id");
  const json::object lines = line_items_of(state, id);
  return list_objects(params, array_of(lines, "data"), text_of(lines, "url"));
}

json::object line_items_of(const State& state, const std::string& id) {
  json::array data;
  for (const json::value& line : array_of(state.store.find(kind::session, id)->hidden, "lines"))
    data.push_back(line_item(state, line.get_object()));
  return list_object(std::move(data), "/v1/checkout/sessions/" + id + "/line_items");
}

}  // namespace freehold::simulator
