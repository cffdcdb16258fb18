#include "simulator/invoice_lines.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "simulator/credits.hpp"
#include "simulator/discounts.hpp"
#include "simulator/meters.hpp"
#include "simulator/pricing.hpp"
#include "simulator/taxation.hpp"

namespace freehold::simulator {

namespace {

const Record& price_of(const State& state, const json::object& item) {
  return *state.store.find(kind::price, text_of(item, "price"));
}

std::string product_name(const State& state, const json::object& price) {
  return text_of(state.store.find(kind::product, text_of(price, "product"))->shown, "name");
}

// The members that every line has, for an amount that nothing has been taken off yet.
json::object blank_line(State& state, const std::string& invoice, std::int64_t amount) {
  return {{"id", state.new_id("il_1")}, {"object", "line_item"},
          {"amount", amount},           {"currency", nullptr},
          {"description", nullptr},     {"discount_amounts", json::array{}},
          {"discountable", true},       {"discounts", json::array{}},
          {"invoice", invoice},         {"livemode", false},
          {"metadata", json::object{}}, {"parent", nullptr},
          {"period", nullptr},          {"pretax_credit_amounts", json::array{}},
          {"pricing", nullptr},         {"quantity", 1},
          {"quantity_decimal", "1"},    {"subscription", nullptr},
          {"subtotal", amount},         {"taxes", json::array{}}};
}

void set_quantity(json::object& line, std::int64_t quantity) {
  line["quantity"] = quantity;
  line["quantity_decimal"] = std::to_string(quantity);
}

json::object pricing_of(const json::object& price, const json::value& unit_amount) {
  return {
      {"price_details", json::object{{"price", price.at("id")}, {"product", price.at("product")}}},
      {"type", "price_details"},
      {"unit_amount_decimal", unit_amount}};
}

json::object item_parent(const json::value& subscription, const json::value& item,
                         const json::value& invoice_item) {
  const json::object source{{"invoice_item", invoice_item},
                            {"proration", !invoice_item.is_null()},
                            {"proration_details", json::object{{"credited_items", nullptr}}},
                            {"subscription", subscription},
                            {"subscription_item", item}};
  return {{"invoice_item_details", nullptr},
          {"subscription_item_details", source},
          {"type", "subscription_item_details"}};
}

json::object subscription_line(State& state, const json::object& subscription,
                               const json::object& item, const std::string& invoice,
                               std::int64_t amount) {
  const json::object& price = price_of(state, item).shown;
  json::object line = blank_line(state, invoice, amount);
  line["currency"] = price.at("currency");
  line["discounts"] = item.at("discounts");
  line["metadata"] = subscription.at("metadata");
  line["parent"] = item_parent(subscription.at("id"), item.at("id"), nullptr);
  line["pricing"] = pricing_of(price, price.at("unit_amount_decimal"));
  line["subscription"] = subscription.at("id");
  return line;
}

std::string each_interval(const json::object& price) {
  const json::object& recurring = object_of(price, "recurring");
  const std::int64_t count = number_of(recurring, "interval_count", 1);
  const std::string interval = text_of(recurring, "interval");
  return count == 1 ? interval : fmt::format("every {} {}s", count, interval);
}

json::array running(const State& state, const json::array& discounts, const std::string& invoice) {
  json::array kept;
  for (const json::value& id : discounts)
    if (is_running(state, std::string(id.get_string()), invoice)) kept.push_back(id);
  return kept;
}

json::array sums_by_discount(const json::array& lines) {
  json::array sums;
  for (const json::value& line : lines) {
    for (const json::value& value : array_of(line.get_object(), "discount_amounts")) {
      const json::object& taken = value.get_object();
      const auto found = std::find_if(sums.begin(), sums.end(), [&](const json::value& sum) {
        return sum.get_object().at("discount") == taken.at("discount");
      });
      if (found == sums.end())
        sums.push_back(value);
      else
        found->get_object()["amount"] =
            number_of(found->get_object(), "amount") + number_of(taken, "amount");
    }
  }
  return sums;
}

void take_discounts_off(const State& state, const std::string& invoice, const json::array& shared,
                        json::array& lines) {
  std::vector<Discountable> parts;
  for (const json::value& value : lines) {
    const json::object& line = value.get_object();
    const json::object& details = object_of(object_of(line, "pricing"), "price_details");
    const bool open = flag_of(line, "discountable");
    parts.push_back({.product = text_of(details, "product"),
                     .amount = open ? number_of(line, "amount") : 0,
                     .own = running(state, array_of(line, "discounts"), invoice)});
  }
  take_off(state, shared, parts);
  for (std::size_t i = 0; i < parts.size(); ++i)
    lines[i].get_object()["discount_amounts"] = std::move(parts[i].taken);
}

}  // namespace

std::string describe_units(const State& state, const json::object& price, std::int64_t quantity) {
  return fmt::format("{} × {}", quantity, product_name(state, price));
}

std::string describe_period(const State& state, const json::object& price, std::int64_t quantity) {
  const bool tiered = text_of(price, "billing_scheme") == "tiered";
  return fmt::format("{} ({} / {})", describe_units(state, price, quantity),
                     tiered ? "by tiers" : "at " + unit_text(price), each_interval(price));
}

json::array by_tier(State& state, const json::object& line, const Record& price,
                    std::int64_t quantity) {
  const std::vector<PricePart> parts = parts_of(price, quantity);
  if (parts.empty() || parts.front().tier == 0) return {line};
  json::array lines;
  for (const PricePart& part : parts) {
    json::object one = line;
    if (!lines.empty()) one["id"] = state.new_id("il_1");
    set_all(one, "amount subtotal", part.amount);
    set_quantity(one, part.quantity);
    one["pricing"] = pricing_of(price.shown, part.price.at("unit_amount_decimal"));
    const std::string name = product_name(state, price.shown);
    one["description"] = fmt::format("{} (Tier {} {} {} / {})",
                                     part.flat ? name : fmt::format("{} × {}", part.quantity, name),
                                     part.tier, part.flat ? "flat fee of" : "at",
                                     unit_text(part.price), each_interval(price.shown));
    lines.push_back(std::move(one));
  }
  return lines;
}

json::object period_line(State& state, const json::object& subscription, const json::object& item,
                         const std::string& invoice) {
  const Record& price = price_of(state, item);
  const std::int64_t quantity = number_of(item, "quantity", 1);
  const bool trial = text_of(subscription, "status") == "trialing";
  const std::int64_t amount = trial ? 0 : cost_of(price, quantity);
  json::object line = subscription_line(state, subscription, item, invoice, amount);
  line["description"] = trial ? "Trial period for " + product_name(state, price.shown)
                              : describe_period(state, price.shown, quantity);
  if (trial) line["pricing"] = pricing_of(price.shown, "0");
  line["period"] = json::object{{"end", item.at("current_period_end")},
                                {"start", item.at("current_period_start")}};
  set_quantity(line, quantity);
  return line;
}

void shorten_line(const json::object& item, std::int64_t whole, json::object& line) {
  const std::int64_t part =
      number_of(item, "current_period_end") - number_of(item, "current_period_start");
  const std::int64_t amount = share_of(number_of(line, "amount"), part, whole);
  line["amount"] = amount;
  line["subtotal"] = amount;
}

json::object usage_line(State& state, const json::object& subscription, const json::object& item,
                        const std::string& invoice, const Span& span) {
  json::object line = subscription_line(state, subscription, item, invoice, 0);
  line["period"] = json::object{{"end", span.to}, {"start", span.from}};
  refresh_usage(state, item, span, text_of(subscription, "customer"), line);
  return line;
}

void refresh_usage(const State& state, const json::object& item, const Span& span,
                   const std::string& customer, json::object& line) {
  const Record& price = price_of(state, item);
  const std::string meter = text_of(object_of(price.shown, "recurring"), "meter");
  const std::int64_t used = std::max<std::int64_t>(0, used_of(state, meter, customer, span));
  const std::int64_t amount = cost_of(price, used);
  line["amount"] = amount;
  line["subtotal"] = amount;
  line["description"] = describe_period(state, price.shown, used);
  set_quantity(line, used);
}

json::object item_line(State& state, const Record& record, const std::string& invoice) {
  const json::object& item = record.shown;
  const json::object& source = object_of(object_of(item, "parent"), "subscription_details");
  const json::value subscription = text_or_null(text_of(source, "subscription"));
  json::object line = blank_line(state, invoice, number_of(item, "amount"));
  for (const std::string_view name :
       {"currency", "description", "discountable", "discounts", "metadata", "period", "pricing"})
    line[name] = item.at(name);
  line["subscription"] = subscription;
  set_quantity(line, number_of(item, "quantity", 1));
  const std::string item_id = text_of(source, "subscription_item");
  line["parent"] = item_id.empty()
                       ? json::object{{"invoice_item_details",
                                       json::object{{"invoice_item", record.id},
                                                    {"proration", false},
                                                    {"proration_details",
                                                     json::object{{"credited_items", nullptr}}},
                                                    {"subscription", subscription}}},
                                      {"subscription_item_details", nullptr},
                                      {"type", "invoice_item_details"}}
                       : item_parent(subscription, json::value(item_id), json::value(record.id));
  return line;
}

void total_up(State& state, json::object& invoice) {
  json::array& lines = invoice["lines"].as_object()["data"].as_array();
  const std::string id = text_of(invoice, "id");
  take_discounts_off(state, id, running(state, array_of(invoice, "discounts"), id), lines);
  std::int64_t subtotal = 0;
  for (const json::value& line : lines) subtotal += number_of(line.get_object(), "amount");
  json::array sums = sums_by_discount(lines);
  const std::int64_t net =
      subtotal - total_taken(sums) - credits_on(array_of(invoice, "total_pretax_credit_amounts"));
  invoice["total_discount_amounts"] = std::move(sums);
  const std::int64_t total = net + tax_lines(state, invoice);
  const std::int64_t included = tax_included(array_of(invoice, "total_taxes"));
  invoice["subtotal"] = subtotal;
  invoice["subtotal_excluding_tax"] = subtotal - included;
  invoice["total"] = total;
  invoice["total_excluding_tax"] = net - included;
  const std::string customer = text_of(invoice, "customer");
  const std::int64_t balance =
      number_of(state.store.find(kind::customer, customer)->shown, "balance");
  invoice["starting_balance"] = balance;
  set_all(invoice, "amount_due amount_remaining", std::max<std::int64_t>(0, total + balance));
}

}  // namespace freehold::simulator
