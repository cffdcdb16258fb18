// /tenants: every tenant, from the roll-up. Filter, search, order and page are in the address.
#include "billing/revenue.hpp"
#include "core/async.hpp"
#include "core/json.hpp"
#include "core/text.hpp"
#include "staff/screens.hpp"

namespace freehold::staff {
namespace {

constexpr std::int64_t page_size = 50;

struct Line {
  TenantId tenant_id;
  std::string name;
  std::string slug;
  std::string plan_name;
  std::string source;
  std::string status;
  std::optional<Instant> access_until;
  std::int64_t mrr;
  std::string currency;
  std::int32_t members;
  Instant last_active_at;
};
BOOST_DESCRIBE_STRUCT(Line, (),
                      (tenant_id, name, slug, plan_name, source, status, access_until, mrr,
                       currency, members, last_active_at))

const db::Query<Line, std::string, std::string, std::optional<std::int64_t>,
                std::optional<TenantId>, std::int64_t, bool, std::vector<TenantId>>
    order_by_revenue{"staff.tenants_by_revenue", R"(
  select tenant_id, name, slug, plan_name, source, status, access_until, mrr, currency, members,
         last_active_at
    from staff.tenant_rollup
   where ($1 = '' or status = $1)
     and ($2 = '' or position(lower($2) in lower(name)) > 0 or slug ^@ lower($2))
     and (not $6 or tenant_id = any ($7))
     and ($4::uuid is null or (mrr, tenant_id) < ($3::int8, $4))
   order by mrr desc, tenant_id desc
   limit $5)"};

const db::Query<Line, std::string, std::string, std::optional<Instant>, std::optional<TenantId>,
                std::int64_t, bool, std::vector<TenantId>>
    order_by_activity{"staff.tenants_by_activity", R"(
  select tenant_id, name, slug, plan_name, source, status, access_until, mrr, currency, members,
         last_active_at
    from staff.tenant_rollup
   where ($1 = '' or status = $1)
     and ($2 = '' or position(lower($2) in lower(name)) > 0 or slug ^@ lower($2))
     and (not $6 or tenant_id = any ($7))
     and ($4::uuid is null or (last_active_at, tenant_id) < ($3::timestamptz, $4))
   order by last_active_at desc, tenant_id desc
   limit $5)"};

struct StatusSum {
  std::string status;
  std::string currency;
  std::int64_t tenants;
  std::int64_t mrr;
};
BOOST_DESCRIBE_STRUCT(StatusSum, (), (status, currency, tenants, mrr))

const db::Query<StatusSum> sums{"staff.sums_of_tenants", R"(
  select status, currency, count(*) as tenants, sum(mrr)::int8 as mrr
    from staff.tenant_rollup
   group by status, currency
   order by status, currency
   limit 500)"};

// A number of /revenue: the tenants behind it.
struct Figure {
  std::string query = {};  // "movement=churn&month=2026-11&currency=usd"; empty: all tenants
  std::string label = {};
  std::vector<TenantId> tenants = {};
};

// What the address asks for.
struct Wanted {
  std::string view;  // a status, or empty for all
  std::string text;
  bool by_activity = false;
  std::optional<TenantId> after;
  std::string after_value;  // the order's value of that tenant
  Figure figure = {};
};

struct View {
  std::string_view status;
  std::string_view label;
};
constexpr std::array views{View{"", "All"},
                           View{"trial", "Trials"},
                           View{"past_due", "Past due"},
                           View{"limited", "Limited"},
                           View{"active", "Paying"},
                           View{"free", "Free"},
                           View{"locked", "Locked"}};

Wanted wanted_of(const http::Request& request) {
  const http::Fields& query = request.query;
  Wanted wanted;
  const std::string view(query.get("view"));
  if (std::ranges::find(views, view, &View::status) != views.end()) wanted.view = view;
  wanted.text = trimmed(query.get("q"));
  wanted.by_activity = query.get("sort") == "active";
  wanted.after = TenantId::parse(query.get("after"));
  wanted.after_value = query.get("value");
  return wanted;
}

std::string encoded(std::string_view text) {
  std::string out;
  for (const unsigned char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    out += plain ? std::string(1, char(c)) : fmt::format("%{:02X}", c);
  }
  return out;
}

std::string url_of(const Wanted& wanted, std::string_view view, bool by_activity) {
  std::string url = "/tenants?view=" + std::string(view);
  if (!wanted.text.empty()) url += "&q=" + encoded(wanted.text);
  if (!wanted.figure.query.empty()) url += "&" + wanted.figure.query;
  if (by_activity) url += "&sort=active";
  return url;
}

std::string url_of(const Wanted& wanted) {
  return url_of(wanted, wanted.view, wanted.by_activity);
}

bool is_filtered(const Wanted& wanted) {
  return !wanted.text.empty() || !wanted.view.empty() || !wanted.figure.query.empty();
}

bool is_word(std::string_view text) {
  return !text.empty() &&
         std::ranges::all_of(text, [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
}

// Nothing for an address that names no figure.
Task<Figure> figure_of(db::StaffRead& db, const http::Fields& query) {
  Figure figure;
  const std::string movement(query.get("movement"));
  const std::string month(query.get("month"));
  const std::string currency(query.get("currency"));
  const std::string dunning(query.get("dunning"));
  const std::string paying(query.get("paying"));
  const auto begin = parse_rfc3339(month + "-01T00:00:00Z");
  if (is_word(movement) && is_word(currency) && begin) {
    figure.query = fmt::format("movement={}&month={}&currency={}", movement, month, currency);
    figure.label = fmt::format("{} of {} in {}", movement, currency, month);
    const billing::RevenueMonth of{.month = *begin, .currency = currency, .kind = movement};
    figure.tenants = co_await billing::tenants_that_moved(db, of);
  } else if (is_word(dunning)) {
    figure.query = "dunning=" + dunning;
    figure.label = "being reminded: " + dunning;
    figure.tenants = co_await billing::tenants_in_arrears(db, dunning);
  } else if (is_word(paying)) {
    figure.query = "paying=" + paying;
    figure.label = "paying in " + paying;
    figure.tenants = co_await billing::tenants_paying_in(db, paying);
  }
  co_return figure;
}

Task<std::vector<Line>> lines_of(db::StaffRead& db, const Wanted& wanted) {
  if (wanted.by_activity) {
    const auto value = parse_rfc3339(wanted.after_value);
    const auto after = value ? wanted.after : std::nullopt;
    co_return co_await db.rows(order_by_activity, wanted.view, wanted.text, value, after,
                               page_size + 1, !wanted.figure.query.empty(), wanted.figure.tenants);
  }
  std::int64_t number = 0;
  const char* end = wanted.after_value.data() + wanted.after_value.size();
  const bool whole = std::from_chars(wanted.after_value.data(), end, number).ptr == end &&
                     !wanted.after_value.empty();
  const auto value = whole ? std::optional(number) : std::nullopt;
  const auto after = whole ? wanted.after : std::nullopt;
  co_return co_await db.rows(order_by_revenue, wanted.view, wanted.text, value, after,
                             page_size + 1, !wanted.figure.query.empty(), wanted.figure.tenants);
}

json::object row_of(const Line& line) {
  json::object row = time_of(line.last_active_at);
  row["at_text"] = format_date(line.last_active_at);
  row["name"] = line.name;
  row["slug"] = line.slug;
  row["initials"] = html::initials_of(line.name);
  row["url"] = "/tenants/" + to_string(line.tenant_id);
  row["plan"] = line.plan_name;
  row["by_staff"] = line.source == "override";
  row["mrr"] = money_text(line.mrr, line.currency);
  row["members"] = line.members;
  // A badge is for what stands out.
  const html::Badge badge = badge_of(line.status, line.access_until);
  row["status"] = badge.label;
  row["badge"] = badge.tone == "neutral" ? json::value(nullptr) : to_json(badge);
  return row;
}

std::int64_t count_of(const std::vector<StatusSum>& all, std::string_view status) {
  std::int64_t count = 0;
  for (const StatusSum& sum : all) {
    if (status.empty() || sum.status == status) count += sum.tenants;
  }
  return count;
}

// One figure per currency: "$186,420.00, €1,200.00". Never added up across currencies.
std::string revenue_of(const std::vector<StatusSum>& all, const std::set<std::string>& statuses) {
  std::map<std::string, std::int64_t> by_currency;
  for (const StatusSum& sum : all) {
    if (sum.mrr != 0 && (statuses.empty() || statuses.contains(sum.status)))
      by_currency[sum.currency] += sum.mrr;
  }
  std::string text;
  for (const auto& [currency, mrr] : by_currency)
    text += (text.empty() ? "" : ", ") + money_text(mrr, currency);
  return text.empty() ? money_text(0, "usd") : text;
}

json::object stat(std::string_view label, std::string value, std::string note) {
  return {{"label", label}, {"value", std::move(value)}, {"note", std::move(note)}};
}

json::array stats_of(const std::vector<StatusSum>& all) {
  const std::int64_t overdue = count_of(all, "past_due") + count_of(all, "limited");
  return {
      stat("Monthly revenue", revenue_of(all, {}), "Yearly prices count a twelfth"),
      stat("Paying", catalog::with_thousands(count_of(all, "active")), "Subscriptions in order"),
      stat("Trials", catalog::with_thousands(count_of(all, "trial")), "Not paying yet"),
      stat("Past due", catalog::with_thousands(overdue),
           revenue_of(all, {"past_due", "limited"}) + " at risk")};
}

html::Tabs tabs_of(const Wanted& wanted, const std::vector<StatusSum>& all) {
  html::Tabs tabs{.label = "Tenants by status"};
  for (const View& view : views)
    tabs.items.push_back({.label = std::string(view.label),
                          .url = url_of(wanted, view.status, wanted.by_activity),
                          .current = wanted.view == view.status,
                          .count = catalog::with_thousands(count_of(all, view.status))});
  return tabs;
}

std::string next_url(const Wanted& wanted, const Line& last) {
  const std::string value =
      wanted.by_activity ? to_rfc3339(last.last_active_at) : std::to_string(last.mrr);
  return url_of(wanted) + "&value=" + encoded(value) + "&after=" + to_string(last.tenant_id);
}

html::Empty nothing_of(const Wanted& wanted) {
  const bool filtered = is_filtered(wanted);
  html::Empty empty{.icon = "building",
                    .title = filtered ? "No tenant matches" : "No tenants yet",
                    .text = filtered ? "Search by the beginning of the address or any part of the "
                                       "name."
                                     : "The first one appears here when somebody signs up."};
  if (filtered) empty.action = html::Action{.label = "Show all tenants", .url = "/tenants"};
  return empty;
}

// The figure again, for the form that searches in it.
json::array hidden_of(const Figure& figure) {
  json::array fields;
  std::string_view rest = figure.query;
  while (!rest.empty()) {
    const std::string_view pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
    const auto mark = pair.find('=');
    fields.push_back(
        json::object{{"name", pair.substr(0, mark)}, {"value", pair.substr(mark + 1)}});
  }
  return fields;
}

Task<http::Response> show_tenants(Staff& staff, http::Request& request, db::StaffRead& db) {
  Wanted wanted = wanted_of(request);
  wanted.figure = co_await figure_of(db, request.query);
  auto lines = co_await lines_of(db, wanted);
  const auto all = co_await db.rows(sums);
  const bool more = lines.size() > std::size_t(page_size);
  if (more) lines.pop_back();
  json::array rows;
  for (const Line& line : lines) rows.push_back(row_of(line));
  const auto none = rows.empty() ? std::optional(nothing_of(wanted)) : std::nullopt;
  json::object page{{"total", catalog::with_thousands(count_of(all, ""))},
                    {"stats", stats_of(all)},
                    {"tabs", to_json(tabs_of(wanted, all))},
                    {"view", wanted.view},
                    {"q", std::string(request.query.get("q"))},
                    {"by_activity", wanted.by_activity},
                    {"by_revenue_url", url_of(wanted, wanted.view, false)},
                    {"by_activity_url", url_of(wanted, wanted.view, true)},
                    {"filtered", is_filtered(wanted)},
                    {"figure", nullptr},
                    {"none", to_json(none)},
                    {"paged", more || wanted.after},
                    {"tenants", std::move(rows)},
                    {"first_url", nullptr},
                    {"next_url", nullptr}};
  if (wanted.after) page["first_url"] = url_of(wanted);
  if (!wanted.figure.query.empty())
    page["figure"] =
        json::object{{"label", wanted.figure.label}, {"hidden", hidden_of(wanted.figure)}};
  if (more) page["next_url"] = next_url(wanted, lines.back());
  const html::Frame frame = co_await frame_of(staff, request, "Tenants");
  co_return show(staff, "staff/tenants", frame, std::move(page));
}

}  // namespace

void list_routes(http::Router& at, Staff& staff) {
  at.with(staff).get("/tenants", show_tenants, http::staff);
}

}  // namespace freehold::staff
