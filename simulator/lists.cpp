#include "simulator/lists.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "simulator/render.hpp"

namespace freehold::simulator {

namespace {

struct Page {
  std::size_t limit = 10;
  std::string starting_after;
  std::string ending_before;
};

Page read_page(const Params& params) {
  Page page;
  const std::int64_t limit = params.integer("limit").value_or(10);
  if (limit < 1)
    throw StripeError::parameter("parameter_invalid_integer", "limit",
                                 "This value must be greater than or equal to 1.");
  if (limit > 100)
    throw StripeError::parameter("parameter_invalid_integer", "limit",
                                 "This value must be less than or equal to 100.");
  page.limit = static_cast<std::size_t>(limit);
  page.starting_after = params.text("starting_after").value_or("");
  page.ending_before = params.text("ending_before").value_or("");
  if (!page.starting_after.empty() && !page.ending_before.empty())
    throw StripeError::parameter({}, "ending_before",
                                 "You can only use one of 'starting_after' and 'ending_before'.");
  return page;
}

using Visit = std::function<bool(const Record&)>;  // false: enough

// From the newest before `from` to the oldest, or from the oldest after it to the newest.
void walk(const Store::Rows& rows, std::uint64_t from, bool backwards, const Visit& visit) {
  if (backwards) {
    for (auto row = rows.lower_bound(from); row != rows.begin();)
      if (!visit((--row)->second)) return;
    return;
  }
  for (auto row = rows.upper_bound(from); row != rows.end(); ++row)
    if (!visit(row->second)) return;
}

void walk(const Store::Rows& rows, const Store::Places& places, std::uint64_t from, bool backwards,
          const Visit& visit) {
  if (backwards) {
    for (auto place = places.lower_bound({0, from}); place != places.begin();)
      if (!visit(rows.at((--place)->second))) return;
    return;
  }
  for (auto place = places.upper_bound({0, from}); place != places.end(); ++place)
    if (!visit(rows.at(place->second))) return;
}

std::uint64_t position_of(const State& state, std::string_view kind, const std::string& id,
                          std::string_view path) {
  const Record* record = state.store.find(kind, id);
  if (record == nullptr) throw StripeError::no_such(noun_of(kind), id, path);
  return record->order;
}

std::size_t position_of(const std::vector<std::string>& ids, const std::string& id,
                        std::string_view noun, std::string_view path) {
  const auto found = std::find(ids.begin(), ids.end(), id);
  if (found == ids.end()) throw StripeError::no_such(noun, id, path);
  return static_cast<std::size_t>(found - ids.begin());
}

// The range of `ids` that the page is.
struct Slice {
  std::size_t begin;
  std::size_t end;
  bool has_more;
};

Slice slice(const Page& page, const std::vector<std::string>& ids, std::string_view noun) {
  if (!page.ending_before.empty()) {
    const std::size_t end = position_of(ids, page.ending_before, noun, "ending_before");
    const std::size_t begin = end > page.limit ? end - page.limit : 0;
    return {begin, end, begin > 0};
  }
  const std::size_t begin = page.starting_after.empty()
                                ? 0
                                : position_of(ids, page.starting_after, noun, "starting_after") + 1;
  const std::size_t end = std::min(begin + page.limit, ids.size());
  return {begin, end, end < ids.size()};
}

}  // namespace

std::string keyed_by(const Params& params, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names)
    if (auto text = params.text(name); text && !text->empty()) return *text;
  return {};
}

// NOLINTNEXTLINE(readability-function-size): the sixth is left out wherever everything is listed.
json::value list_records(const State& state, const Params& params, std::string_view kind,
                         std::string_view url, const Filter& passes, const std::string& key) {
  const Page page = read_page(params);
  const bool backwards = page.ending_before.empty();
  const std::string& cursor = backwards ? page.starting_after : page.ending_before;
  std::uint64_t from = backwards ? std::numeric_limits<std::uint64_t>::max() : 0;
  if (!cursor.empty())
    from = position_of(state, kind, cursor, backwards ? "starting_after" : "ending_before");
  std::vector<const Record*> found;
  const auto visit = [&](const Record& record) {
    if (!flag_of(record.shown, "deleted") && passes(record)) found.push_back(&record);
    return found.size() <= page.limit;  // one more says that there are more
  };
  if (key.empty())
    walk(state.store.all(kind), from, backwards, visit);
  else
    walk(state.store.all(kind), state.store.under(kind, key), from, backwards, visit);

  const bool has_more = found.size() > page.limit;
  if (has_more) found.pop_back();
  if (!backwards) std::reverse(found.begin(), found.end());
  json::array data;
  for (const Record* record : found) data.push_back(render(state, *record));
  json::object list = list_object(std::move(data), url);
  list["has_more"] = has_more;
  return list;
}

json::value list_objects(const Params& params, const json::array& objects, std::string_view url) {
  const Page page = read_page(params);
  std::vector<std::string> ids;
  for (const json::value& object : objects) ids.push_back(text_of(object.get_object(), "id"));

  const Slice part = slice(page, ids, kind_of_list(url));
  json::array data;
  for (std::size_t i = part.begin; i < part.end; ++i) data.push_back(objects[i]);
  json::object list = list_object(std::move(data), url);
  list["has_more"] = part.has_more;
  return list;
}

Filter time_filter(const Params& params, std::string_view name) {
  struct Bounds {
    std::optional<std::int64_t> gt, gte, lt, lte, exactly;
  };
  Bounds bounds;
  const std::string key(name);
  const auto range = params.group_or_text(name);
  if (range) {
    bounds = {range->integer("gt"), range->integer("gte"), range->integer("lt"),
              range->integer("lte"), std::nullopt};
  } else {
    bounds.exactly = params.integer(name);
  }
  return [bounds, key](const Record& record) {
    const std::int64_t at = number_of(record.shown, key);
    return (!bounds.gt || at > *bounds.gt) && (!bounds.gte || at >= *bounds.gte) &&
           (!bounds.lt || at < *bounds.lt) && (!bounds.lte || at <= *bounds.lte) &&
           (!bounds.exactly || at == *bounds.exactly);
  };
}

Filter member_filter(const Params& params, std::string_view name, std::string_view member) {
  const auto wanted = params.text(name);
  return [wanted, key = std::string(member)](const Record& record) {
    return !wanted || text_of(record.shown, key) == *wanted;
  };
}

Filter all_of(std::vector<Filter> filters) {
  return [filters = std::move(filters)](const Record& record) {
    return std::all_of(filters.begin(), filters.end(),
                       [&](const Filter& passes) { return passes(record); });
  };
}

std::string_view kind_of_list(std::string_view url) {
  struct Named {
    std::string_view word;
    std::string_view kind;
  };
  static constexpr std::array names = {
      Named{"customers", kind::customer},
      Named{"products", kind::product},
      Named{"prices", kind::price},
      Named{"payment_methods", kind::payment_method},
      Named{"subscriptions", kind::subscription},
      Named{"subscription_items", "subscription_item"},
      Named{"invoices", kind::invoice},
      Named{"lines", "line_item"},
      Named{"invoice_payments", kind::invoice_payment},
      Named{"payment_intents", kind::payment_intent},
      Named{"setup_intents", kind::setup_intent},
      Named{"charges", kind::charge},
      Named{"sessions", kind::session},
      Named{"line_items", "item"},
      Named{"invoiceitems", kind::invoice_item},
      Named{"subscription_schedules", kind::schedule},
      Named{"refunds", kind::refund},
      Named{"disputes", kind::dispute},
      Named{"tax_rates", kind::tax_rate},
      Named{"tax_ids", kind::tax_id},
      Named{"credit_notes", kind::credit_note},
      Named{"configurations", kind::portal_configuration},
      Named{"test_clocks", kind::test_clock},
      Named{"coupons", kind::coupon},
      Named{"promotion_codes", kind::promotion_code},
      Named{"balance_transactions", kind::balance_transaction},
      Named{"meters", kind::meter},
      Named{"event_summaries", "billing.meter_event_summary"},
      Named{"credit_grants", kind::credit_grant},
      Named{"credit_balance_transactions", kind::credit_transaction},
      Named{"features", kind::feature},
      Named{"active_entitlements", kind::active_entitlement},
      Named{"events", kind::event},
      Named{"webhook_endpoints", kind::endpoint},
  };
  const std::string_view last = url.substr(url.rfind('/') + 1);
  const auto found = std::find_if(names.begin(), names.end(),
                                  [&](const Named& name) { return name.word == last; });
  return found == names.end() ? std::string_view() : found->kind;
}

}  // namespace freehold::simulator
