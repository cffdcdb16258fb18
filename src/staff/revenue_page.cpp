// /revenue: what is earned in a month, how that moved, who tries and who owes. One currency at a
// time, because amounts of several are never added up; every number leads to its tenants.
#include "billing/revenue.hpp"

#include "core/async.hpp"
#include "core/json.hpp"
#include "html/chart.hpp"
#include "staff/screens.hpp"

namespace freehold::staff {
namespace {

using billing::Arrears;
using billing::CurrencyRevenue;
using billing::RevenueMonth;

constexpr int months_shown = 12;

struct Kind {
  std::string_view key;
  std::string_view label;
  std::string_view look;  // of its bars
};
constexpr std::array kinds{
    Kind{"new", "New", "measured"}, Kind{"expansion", "Expansion", "projected"},
    Kind{"reactivation", "Reactivation", "again"}, Kind{"contraction", "Contraction", "less"},
    Kind{"churn", "Churn", "over"}};

struct Step {
  std::string_view key;
  std::string_view label;
  std::string_view text;
};
constexpr std::array steps{Step{"first", "First notice", "The payment failed; full access"},
                           Step{"reminder", "Reminder", "Still unpaid; full access"},
                           Step{"last_warning", "Last warning", "A day before the cut"},
                           Step{"cut", "Cut", "Reading only until it is paid"}};

Instant start_of_month(Instant at) {
  Date date = date_of(at);
  date.day = 1;
  return start_of(date);
}

// "Nov 2026"
std::string month_text(Instant month) {
  const std::string text = format_date(month);
  return text.substr(text.find(' ') + 1);
}

std::string signed_money(std::int64_t minor, const std::string& currency) {
  if (minor < 0) return "−" + money_text(-minor, currency);
  return (minor > 0 ? "+" : "") + money_text(minor, currency);
}

std::string movement_url(const RevenueMonth& of) {
  return fmt::format("/tenants?movement={}&month={}&currency={}", of.kind,
                     to_rfc3339(of.month).substr(0, 7), of.currency);
}

// What the page is made of; everything in one currency.
struct Report {
  std::string currency;
  std::vector<Instant> months = {};  // oldest first
  std::vector<RevenueMonth> movements = {};
  std::int64_t before = 0;  // the first month
  std::int64_t mrr = 0;
  std::int64_t tenants = 0;

  const RevenueMonth* find(Instant month, std::string_view kind) const {
    for (const RevenueMonth& of : movements)
      if (of.month == month && of.kind == kind) return &of;
    return nullptr;
  }
  std::int64_t amount(Instant month, std::string_view kind) const {
    const RevenueMonth* of = find(month, kind);
    return of == nullptr ? 0 : of->amount;
  }
  std::int64_t net(Instant month) const {
    std::int64_t sum = 0;
    for (const Kind& kind : kinds) sum += amount(month, kind.key);
    return sum;
  }
};

const CurrencyRevenue* find(const std::vector<CurrencyRevenue>& all, std::string_view currency) {
  const auto at = std::ranges::find(all, currency, &CurrencyRevenue::currency);
  return at == all.end() ? nullptr : &*at;
}

// The one that the address asks for, or the one that brings the most.
std::string currency_of(const http::Request& request, const std::vector<CurrencyRevenue>& all) {
  const std::string_view wanted = request.query.get("currency");
  if (find(all, wanted) != nullptr) return std::string(wanted);
  return all.empty() ? "usd" : all.front().currency;
}

json::array cells_of(const Report& report, Instant month) {
  json::array cells;
  for (const Kind& kind : kinds) {
    const RevenueMonth* of = report.find(month, kind.key);
    json::object cell{{"label", kind.label}, {"text", "0"}, {"url", nullptr}, {"tenants", 0}};
    if (of != nullptr) {
      cell["text"] = signed_money(of->amount, report.currency);
      cell["url"] = movement_url(*of);
      cell["tenants"] = of->tenants;
    }
    cells.push_back(std::move(cell));
  }
  return cells;
}

// Newest first; the revenue at the end of each is what was before it and what moved.
json::array rows_of(const Report& report) {
  json::array rows;
  std::int64_t mrr = report.before;
  for (const Instant month : report.months) {
    mrr += report.net(month);
    rows.insert(rows.begin(),
                json::object{{"month", month_text(month)},
                             {"cells", cells_of(report, month)},
                             {"net", signed_money(report.net(month), report.currency)},
                             {"mrr", money_text(mrr, report.currency)}});
  }
  return rows;
}

std::int64_t unit_of(const std::string& currency) {
  std::int64_t unit = 1;
  const int digits = Currency::parse(currency).value_or(Currency::usd()).exponent();
  for (int i = 0; i < digits; ++i) unit *= 10;
  return unit;
}

html::Chart chart_of(const Report& report) {
  html::StackedChart chart{
      .id = "movements",
      .title = "Movements of monthly revenue by month",
      .description = fmt::format(
          "From {} to {}, monthly revenue went from {} to {}.", month_text(report.months.front()),
          month_text(report.months.back()), money_text(report.before, report.currency),
          money_text(report.mrr, report.currency)),
      .unit = unit_of(report.currency)};
  for (const Instant month : report.months) chart.labels.push_back(month_text(month));
  for (const Kind& kind : kinds) {
    html::Series series{std::string(kind.label), std::string(kind.look), {}};
    for (const Instant month : report.months)
      series.values.push_back(report.amount(month, kind.key));
    chart.series.push_back(std::move(series));
  }
  return html::chart_of(chart);
}

json::object stat(std::string_view label, std::string value, std::string note, std::string url) {
  return {{"label", label},
          {"value", std::move(value)},
          {"note", std::move(note)},
          {"url", std::move(url)}};
}

std::string people(std::int64_t count, std::string_view what) {
  return fmt::format("{} {}{}", catalog::with_thousands(count), what, count == 1 ? "" : "s");
}

json::array stats_of(const Report& report, const std::vector<Arrears>& owed, std::int64_t trials) {
  const Instant month = report.months.back();
  std::int64_t amount = 0;
  for (const Arrears& each : owed)
    if (each.currency == report.currency) amount += each.amount;
  return {stat("Monthly revenue", money_text(report.mrr, report.currency),
               people(report.tenants, "paying tenant"), "/tenants?paying=" + report.currency),
          stat("This month", signed_money(report.net(month), report.currency),
               "Since 1 " + month_text(month), "#months"),
          stat("Trials", catalog::with_thousands(trials), "Not paying yet", "/tenants?view=trial"),
          stat("Unpaid", money_text(amount, report.currency), "Being reminded of", "#dunning")};
}

// All stages, also those where nobody is.
json::array pipeline_of(const std::vector<Arrears>& owed, const std::string& currency) {
  json::array rows;
  for (const Step& step : steps) {
    const auto at = std::ranges::find_if(
        owed, [&](const Arrears& of) { return of.step == step.key && of.currency == currency; });
    const bool none = at == owed.end();
    rows.push_back(
        json::object{{"label", step.label},
                     {"text", step.text},
                     {"tenants", none ? "0" : people(at->tenants, "tenant")},
                     {"url", none ? json::value(nullptr)
                                  : json::value("/tenants?dunning=" + std::string(step.key))},
                     {"amount", money_text(none ? 0 : at->amount, currency)}});
  }
  return rows;
}

json::value tabs_of(const std::vector<CurrencyRevenue>& all, const std::string& current) {
  if (all.size() < 2) return nullptr;
  html::Tabs tabs{.label = "Currencies"};
  for (const CurrencyRevenue& of : all)
    tabs.items.push_back({.label = money_text(of.mrr, of.currency),
                          .url = "/revenue?currency=" + of.currency,
                          .current = of.currency == current,
                          .count = {}});
  return to_json(tabs);
}

Task<Report> report_of(db::StaffRead& db, std::string currency, Instant now) {
  Report report{.currency = std::move(currency)};
  const Instant current = start_of_month(now);
  for (int n = months_shown - 1; n >= 0; --n) report.months.push_back(add_months(current, -n));
  report.movements = co_await billing::movements_since(db, report.months.front());
  std::erase_if(report.movements,
                [&](const RevenueMonth& of) { return of.currency != report.currency; });
  const auto before = co_await billing::revenue_at(db, report.months.front());
  if (const CurrencyRevenue* of = find(before, report.currency)) report.before = of->mrr;
  co_return report;
}

Task<http::Response> show_revenue(Staff& staff, http::Request& request, db::StaffRead& db) {
  const Instant now = staff.clocks.business.now();
  const auto all = co_await billing::revenue_at(db, now + std::chrono::microseconds(1));
  const std::string currency = currency_of(request, all);
  Report report = co_await report_of(db, currency, now);
  if (const CurrencyRevenue* of = find(all, currency)) {
    report.mrr = of->mrr;
    report.tenants = of->tenants;
  }
  const auto owed = co_await billing::arrears(db);
  const std::int64_t trials = co_await count_with_status(db, "trial");
  json::array legend;
  for (const Kind& kind : kinds)
    legend.push_back(json::object{{"label", kind.label}, {"kind", kind.look}});
  json::object page{{"tabs", tabs_of(all, currency)},
                    {"currency", currency},
                    {"stats", stats_of(report, owed, trials)},
                    {"chart", to_json(chart_of(report))},
                    {"legend", std::move(legend)},
                    {"months", rows_of(report)},
                    {"steps", pipeline_of(owed, currency)},
                    {"as_of", format_date_time(now)}};
  const html::Frame frame = co_await frame_of(staff, request, "Revenue");
  co_return show(staff, "staff/revenue", frame, std::move(page));
}

}  // namespace

void revenue_routes(http::Router& at, Staff& staff) {
  at.with(staff).get("/revenue", show_revenue, http::staff);
}

}  // namespace freehold::staff
