#include "simulator/invoice_items.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/money.hpp"
#include "simulator/customers.hpp"
#include "simulator/discounts.hpp"
#include "simulator/events.hpp"
#include "simulator/lists.hpp"
#include "simulator/pricing.hpp"
#include "simulator/render.hpp"
#include "simulator/test_clocks.hpp"

namespace freehold::simulator {

namespace {

json::object blank_item(const State& state, const std::string& id, const std::string& customer,
                        const std::string& currency) {
  return {{"id", id},
          {"object", "invoiceitem"},
          {"amount", 0},
          {"currency", currency},
          {"customer", customer},
          {"customer_account", nullptr},
          {"date", state.now},
          {"description", nullptr},
          {"discountable", true},
          {"discounts", json::array{}},
          {"invoice", nullptr},
          {"livemode", false},
          {"metadata", json::object{}},
          {"parent", nullptr},
          {"period", json::object{{"end", state.now}, {"start", state.now}}},
          {"pricing", nullptr},
          {"proration", false},
          {"quantity", 1},
          {"quantity_decimal", "1"},
          {"tax_rates", json::array{}},
          {"test_clock", test_clock_of_customer(state, customer)}};
}

void set_price(json::object& item, const json::object& price, const json::value& unit_amount) {
  item["pricing"] = json::object{
      {"price_details", json::object{{"price", price.at("id")}, {"product", price.at("product")}}},
      {"type", "price_details"},
      {"unit_amount_decimal", unit_amount}};
}

void set_quantity(json::object& item, std::int64_t quantity) {
  item["quantity"] = quantity;
  item["quantity_decimal"] = std::to_string(quantity);
}

void set_subscription(json::object& item, const std::string& subscription,
                      const std::string& subscription_item) {
  json::object details{{"subscription", subscription}};
  if (!subscription_item.empty()) details["subscription_item"] = subscription_item;
  item["parent"] =
      json::object{{"subscription_details", std::move(details)}, {"type", "subscription_details"}};
}

std::int64_t read_quantity(const Params& params) {
  const std::int64_t quantity = params.integer("quantity").value_or(1);
  if (quantity < 0)
    throw StripeError::parameter("parameter_invalid_integer", "quantity",
                                 "This value must be greater than or equal to 0.");
  return quantity;
}

// An amount, or a one-time price and how many of it.
void apply_amount(const State& state, const Params& params, json::object& item) {
  const Params pricing = params.group("pricing");
  const auto amount = params.integer("amount");
  const auto price_id = pricing.text("price");
  if (amount && price_id)
    throw StripeError::invalid("You may only specify one of these parameters: amount, pricing.",
                               "amount");
  if (amount) {
    item["amount"] = *amount;
    item["pricing"] = nullptr;
    return;
  }
  if (!price_id) return;
  const Record& price = state.get(kind::price, *price_id, pricing.path_of("price"));
  if (is_set(price.shown, "recurring"))
    throw StripeError::invalid(
        "The price specified is set to `type=recurring` but this field only "
        "accepts prices with `type=one_time`.",
        pricing.path_of("price"));
  if (price.shown.at("currency") != item.at("currency"))
    throw StripeError::invalid("The price is in another currency.", pricing.path_of("price"));
  const std::int64_t quantity = read_quantity(params);
  item["amount"] = cost_of(price, quantity);
  set_quantity(item, quantity);
  set_price(item, price.shown, price.shown.at("unit_amount_decimal"));
  if (!is_set(item, "description"))
    item["description"] =
        text_of(state.store.find(kind::product, text_of(price.shown, "product"))->shown, "name");
}

void apply_rest(const Params& params, json::object& item) {
  if (const auto text = params.text("description")) item["description"] = text_or_null(*text);
  if (const auto open = params.boolean("discountable")) item["discountable"] = *open;
  if (params.has("period")) {
    const Params period = params.group("period");
    item["period"] =
        json::object{{"end", period.need_integer("end")}, {"start", period.need_integer("start")}};
  }
  apply_metadata(params, item["metadata"].as_object());
}

void apply_discounts(State& state, const Params& params, Record& item) {
  const auto wanted = read_discounts(state, params);
  if (!wanted) return;
  const std::string customer = text_of(item.shown, "customer");
  const json::array before = array_of(item.shown, "discounts");
  item.shown["discounts"] =
      redeem(state, *wanted, {.customer = customer, .invoice_item = item.id}, before,
             {.customer = customer,
              .subtotal = number_of(item.shown, "amount"),
              .currency = text_of(item.shown, "currency")});
}

std::string read_currency(const State& state, const Params& params,
                          const std::string& subscription) {
  const Params pricing = params.group("pricing");
  std::string currency = params.text("currency").value_or("");
  if (currency.empty() && pricing.has("price"))
    currency =
        text_of(state.get(kind::price, pricing.need_text("price"), pricing.path_of("price")).shown,
                "currency");
  if (currency.empty() && !subscription.empty())
    currency =
        text_of(state.get(kind::subscription, subscription, "subscription").shown, "currency");
  if (currency.empty()) currency = params.need_text("currency");
  if (!Currency::parse(currency))
    throw StripeError::parameter({}, "currency", fmt::format("Invalid currency: {}.", currency));
  return currency;
}

Record& waiting(State& state, const std::string& id) {
  const Record& item = state.get(kind::invoice_item, id, "id");
  if (is_set(item.shown, "invoice"))
    throw StripeError::invalid(
        "This invoice item is on an invoice: the simulator does not simulate changing it there "
        "yet.",
        "id");
  return state.store.edit(kind::invoice_item, id);
}

void refuse_other_invoice(const State& state, const json::object& item, const std::string& id) {
  const json::object& invoice = state.get(kind::invoice, id, "invoice").shown;
  if (invoice.at("customer") != item.at("customer") ||
      invoice.at("currency") != item.at("currency"))
    throw StripeError::invalid("The invoice is another customer's, or in another currency.",
                               "invoice");
  if (text_of(invoice, "status") != "draft")
    throw StripeError::invalid("Items can only be added to a draft.", "invoice",
                               "invoice_not_editable");
}

void put_on_draft(State& state, const Record& item, const std::string& id) {
  const json::object before = render(state, kind::invoice, id);
  json::object& invoice = state.store.edit(kind::invoice, id).shown;
  invoice["lines"].as_object()["data"].as_array().push_back(item_line(state, item, id));
  total_up(state, invoice);
  emit_changes(state, "invoice.updated", kind::invoice, id, before);
}

// Every invoice item of the subscription's customer.
std::vector<const Record*> items_of(const State& state, const json::object& subscription) {
  return state.store.found(kind::invoice_item, text_of(subscription, "customer"));
}

bool waits_for(const json::object& item, const json::object& subscription) {
  const json::object& source = object_of(object_of(item, "parent"), "subscription_details");
  const std::string for_subscription = text_of(source, "subscription");
  return !is_set(item, "invoice") && item.at("customer") == subscription.at("customer") &&
         item.at("currency") == subscription.at("currency") &&
         (for_subscription.empty() || for_subscription == text_of(subscription, "id"));
}

}  // namespace

json::value create_invoice_item(State& state, Params& params) {
  const std::string customer = params.need_text("customer");
  live_customer(state, customer, "customer");
  const std::string subscription = params.text("subscription").value_or("");
  const std::string currency = read_currency(state, params, subscription);
  const std::string id = state.new_id("ii_1");
  Record& item = state.store.add(kind::invoice_item, id, blank_item(state, id, customer, currency));
  if (!subscription.empty()) {
    const Record& owner = state.get(kind::subscription, subscription, "subscription");
    if (text_of(owner.shown, "customer") != customer)
      throw StripeError::no_such("subscription", subscription, "subscription");
    set_subscription(item.shown, subscription, "");
  }
  apply_rest(params, item.shown);
  apply_amount(state, params, item.shown);
  apply_discounts(state, params, item);
  const auto invoice = params.text("invoice");
  if (invoice) refuse_other_invoice(state, item.shown, *invoice);
  if (invoice) item.shown["invoice"] = *invoice;
  emit(state, "invoiceitem.created", kind::invoice_item, id);
  if (invoice) put_on_draft(state, item, *invoice);
  return render(state, kind::invoice_item, id);
}

json::value retrieve_invoice_item(State& state, Params& params) {
  return render(state, state.get(kind::invoice_item, params.path("id"), "id"));
}

json::value update_invoice_item(State& state, Params& params) {
  Record& item = waiting(state, params.path("id"));
  apply_rest(params, item.shown);
  apply_amount(state, params, item.shown);
  apply_discounts(state, params, item);
  return render(state, item);
}

json::value delete_invoice_item(State& state, Params& params) {
  const std::string id = waiting(state, params.path("id")).id;
  emit(state, "invoiceitem.deleted", kind::invoice_item, id);
  state.store.erase(kind::invoice_item, id);
  return json::object{{"id", id}, {"object", "invoiceitem"}, {"deleted", true}};
}

json::value list_invoice_items(State& state, Params& params) {
  const auto pending = params.boolean("pending");
  const auto created = time_filter(params, "created");
  const Filter others = all_of(
      {member_filter(params, "customer", "customer"), member_filter(params, "invoice", "invoice")});
  return list_records(
      state, params, kind::invoice_item, "/v1/invoiceitems",
      [&](const Record& item) {
        Record dated{.kind = {},
                     .id = {},
                     .shown = {{"created", item.shown.at("date")}},
                     .hidden = {},
                     .due = {}};
        return (!pending || is_set(item.shown, "invoice") != *pending) && others(item) &&
               created(dated);
      },
      keyed_by(params, {"invoice", "customer"}));
}

void add_proration(State& state, const Proration& proration) {
  const json::object& subscription =
      state.store.find(kind::subscription, proration.subscription)->shown;
  const json::object& price = state.store.find(kind::price, proration.price)->shown;
  const std::string id = state.new_id("ii_1");
  json::object item =
      blank_item(state, id, text_of(subscription, "customer"), text_of(subscription, "currency"));
  item["amount"] = proration.amount;
  item["description"] = proration.description;
  item["discountable"] = false;  // discounts are in the amount already
  item["period"] = json::object{{"end", proration.period.to}, {"start", proration.period.from}};
  item["proration"] = true;
  item["proration_details"] =
      json::object{{"credited_items", nullptr}, {"discount_amounts", json::array{}}};
  set_price(item, price, price.at("unit_amount_decimal"));
  set_quantity(item, proration.quantity);
  set_subscription(item, proration.subscription, proration.item);
  state.store.add(kind::invoice_item, id, std::move(item));
  emit(state, "invoiceitem.created", kind::invoice_item, id);
}

void add_last_usage(State& state, const json::object& subscription, const json::object& item,
                    const Span& span) {
  const json::object line = usage_line(state, subscription, item, "", span);
  if (number_of(line, "amount") == 0) return;
  const std::string id = state.new_id("ii_1");
  json::object kept =
      blank_item(state, id, text_of(subscription, "customer"), text_of(subscription, "currency"));
  for (const std::string_view name :
       {"amount", "description", "period", "pricing", "quantity", "quantity_decimal"})
    kept[name] = line.at(name);
  set_subscription(kept, text_of(subscription, "id"), "");
  state.store.add(kind::invoice_item, id, std::move(kept));
  emit(state, "invoiceitem.created", kind::invoice_item, id);
}

json::array take_waiting_items(State& state, const json::object& owner,
                               const std::string& invoice) {
  json::array lines;
  for (const Record* item : items_of(state, owner)) {
    if (!waits_for(item->shown, owner)) continue;
    state.store.edit(kind::invoice_item, item->id).shown["invoice"] = invoice;
    lines.push_back(item_line(state, *item, invoice));
  }
  return lines;
}

void drop_waiting_prorations(State& state, const std::string& subscription) {
  const json::object owner = state.store.find(kind::subscription, subscription)->shown;
  std::vector<std::string> gone;
  for (const Record* item : items_of(state, owner)) {
    const json::object& source =
        object_of(object_of(item->shown, "parent"), "subscription_details");
    if (waits_for(item->shown, owner) && flag_of(item->shown, "proration") &&
        text_of(source, "subscription") == subscription)
      gone.push_back(item->id);
  }
  for (const std::string& id : gone) {
    emit(state, "invoiceitem.deleted", kind::invoice_item, id);
    state.store.erase(kind::invoice_item, id);
  }
}

json::array waiting_items(const State& state, const std::string& subscription) {
  const json::object& owner = state.store.find(kind::subscription, subscription)->shown;
  json::array ids;
  for (const Record* item : items_of(state, owner))
    if (waits_for(item->shown, owner)) ids.emplace_back(item->id);
  return ids;
}

void let_wait_again(State& state, const json::array& items) {
  for (const json::value& id : items)
    state.store.edit(kind::invoice_item, std::string_view(id.get_string())).shown["invoice"] =
        nullptr;
}

}  // namespace freehold::simulator
