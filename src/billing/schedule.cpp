#include "billing/schedule.hpp"

#include "billing/json_fields.hpp"
#include "billing/truth.hpp"
#include "core/async.hpp"

namespace freehold::billing {
namespace {

// The first phase that has not begun; null: the schedule changes nothing any more.
const json::value* next_phase(const json::value& schedule) {
  const auto now = fields::number(fields::at(&schedule, "current_phase", "start_date"));
  const json::value* phases = fields::at(&schedule, "phases");
  if (!now || phases == nullptr || !phases->is_array()) return nullptr;
  for (const json::value& phase : phases->as_array()) {
    const auto start = fields::number(fields::at(&phase, "start_date"));
    if (start && *start > *now) return &phase;
  }
  return nullptr;
}

std::string id_of_price(const json::value* item) {
  const json::value* price = fields::at(item, "price");
  const auto expanded = fields::text(fields::at(price, "id"));
  return expanded ? *expanded : fields::text(price).value_or("");
}

std::string decimal(const json::value& value) {
  return std::to_string(fields::number(&value).value_or(0));
}

void append_item(Params& params, const std::string& item, const json::value& had) {
  params.emplace_back(item + "[price]", id_of_price(&had));
  if (const json::value* quantity = fields::at(&had, "quantity"))
    params.emplace_back(item + "[quantity]", decimal(*quantity));
}

// A phase that names none would end those that there are.
void append_discounts(Params& params, const json::value* discounts) {
  for (int i = 0; const json::value* one = fields::at(discounts, i); ++i)
    for (const char* name : {"coupon", "discount", "promotion_code"})
      if (const auto id = fields::text(fields::at(one, name)))
        for (int phase : {0, 1})
          params.emplace_back(fmt::format("phases[{}][discounts][{}][{}]", phase, i, name), *id);
}

}  // namespace

Task<> read_what_follows(Stripe& stripe, Mirror& mirror) {
  if (!mirror.schedule_id || !is_live(mirror)) co_return;
  const json::value schedule =
      co_await stripe.get("/v1/subscription_schedules/" + *mirror.schedule_id, {});
  const json::value* phase = next_phase(schedule);
  const json::value* items = fields::at(phase, "items");
  if (fields::at(items, 0) == nullptr) co_return;
  // The first is what says which plan it is; what is counted by a meter costs nothing by itself.
  json::value lead;
  std::int64_t amount = 0;
  for (int i = 0; const json::value* item = fields::at(items, i); ++i) {
    json::value price = co_await stripe.get("/v1/prices/" + id_of_price(item), {});
    amount += fields::number(fields::at(&price, "unit_amount")).value_or(0) *
              fields::number(fields::at(item, "quantity")).value_or(0);
    if (i == 0) lead = std::move(price);
  }
  mirror.pending_lookup_key = name_of_price(&lead);
  mirror.pending_amount = amount;
  mirror.pending_interval =
      fields::text(fields::at(&lead, "recurring", "interval")).value_or("month");
  mirror.pending_at =
      from_unix_seconds(fields::number(fields::at(phase, "start_date")).value_or(0));
}

Params phases_of(const json::value& schedule, const Following& following) {
  const json::value* paid = fields::at(&schedule, "phases", 0);
  Params params{{"end_behavior", "release"}, {"proration_behavior", "none"}};
  for (const char* name : {"start_date", "end_date"})
    if (const json::value* at = fields::at(paid, name))
      params.emplace_back(fmt::format("phases[0][{}]", name), decimal(*at));
  const json::value* items = fields::at(paid, "items");
  for (int i = 0; const json::value* item = fields::at(items, i); ++i)
    append_item(params, fmt::format("phases[0][items][{}]", i), *item);
  append_discounts(params, fields::at(paid, "discounts"));
  for (std::size_t i = 0; i < following.items.size(); ++i)
    for (const auto& [name, value] : following.items[i])
      params.emplace_back(fmt::format("phases[1][items][{}]{}", i, name), value);
  params.emplace_back("phases[1][duration][interval]", following.interval);
  params.emplace_back("phases[1][proration_behavior]", "none");
  return params;
}

}  // namespace freehold::billing
