// /usage: how much of the plan is used, as figures and as a chart.
#include "metering/pages.hpp"

#include "core/async.hpp"
#include "core/json.hpp"
#include "html/chart.hpp"
#include "metering/entitlements_api.hpp"
#include "metering/metering.hpp"

namespace freehold::metering {
namespace {

using catalog::with_thousands;

constexpr std::int64_t least_days_to_project = 3;

// --- The chart: a bar for each day of the period, those to come at the pace so far.

std::vector<Instant> days_of(const Usage& meter) {
  std::vector<Instant> found;
  for (Instant day = start_of(date_of(meter.period_start)); day < meter.period_end;
       day = day + days(1))
    found.push_back(day);
  return found;
}

// "22 Nov"
std::string short_date(Instant day) {
  const std::string text = format_date(day);
  return text.substr(0, text.rfind(' '));
}

std::string description(const Usage& meter, std::string_view label, std::size_t measured) {
  std::string text = fmt::format("{} {} in {} days", with_thousands(meter.used), label, measured);
  if (meter.limit) text += fmt::format(", of {} in the period", with_thousands(*meter.limit));
  return text + ".";
}

html::Chart chart_of(const Usage& meter, const std::string& label,
                     const std::vector<DayUsage>& used) {
  const std::vector<Instant> all = days_of(meter);
  const auto measured =
      std::size_t(std::ranges::count_if(all, [&](Instant day) { return day <= meter.as_of; }));
  const bool projects = std::int64_t(measured) >= least_days_to_project;
  html::BarChart chart{
      .id = "chart",
      .title = fmt::format("{} per day, {} to {}", label, short_date(meter.period_start),
                           format_date(meter.period_end - seconds(1))),
      .description = description(meter, label, measured),
      .value_heading = label};
  chart.note = "Days in UTC. As of " + format_date_time(meter.as_of);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto at = std::ranges::find(used, all[i], &DayUsage::day);
    const std::int64_t projected = projects ? meter.used / std::int64_t(measured) : 0;
    chart.labels.push_back(short_date(all[i]));
    chart.values.push_back(at != used.end() ? at->used : i < measured ? 0 : projected);
  }
  if (measured < all.size() && projects) chart.measured = measured;
  if (meter.limit && *meter.limit > 0) {
    chart.limit = std::max<std::int64_t>(1, *meter.limit / std::int64_t(all.size()));
    chart.limit_label =
        fmt::format("The limit, spread over the days: {} a day", with_thousands(*chart.limit));
  }
  html::Chart drawn = html::chart_of(chart);
  drawn.id = meter.meter;
  std::ranges::replace(drawn.id, '.', '-');
  return drawn;
}

// --- Cards

html::Usage amounts(std::int64_t used, const catalog::Allowance& limit) {
  return {.used = used,
          .limit = limit,
          .used_text = with_thousands(used),
          .limit_text = limit ? with_thousands(*limit) : std::string()};
}

std::string left_of(std::int64_t used, const catalog::Allowance& limit) {
  if (!limit) return "Not limited on this plan";
  return with_thousands(std::max<std::int64_t>(0, *limit - used)) + " left";
}

json::value full_callout(const http::Request& req, std::string title, std::string text) {
  return to_json(html::Callout{
      .kind = "bad",
      .icon = "alert_circle",
      .title = std::move(title),
      .text = std::move(text),
      .action = html::Action{.label = "Compare plans",
                             .url = fmt::format("/t/{}/billing/plans", req.tenant_slug)}});
}

json::object meter_card(const Pages& pages, const http::Request& req, const Usage& meter,
                        const std::vector<DayUsage>& used) {
  const std::string label = pages.catalog.label_of(meter.meter);
  const std::string reset = format_date(meter.period_end);
  const std::string note =
      fmt::format("{}. The count starts anew on {}.", left_of(meter.used, meter.limit), reset);
  json::object card{{"title", label}};
  card["meter"] =
      to_json(html::meter_of("Used this period", note, amounts(meter.used, meter.limit)));
  card["chart"] = to_json(chart_of(meter, label, used));
  card["as_of"] = "As of " + format_date_time(meter.as_of);
  const bool full = meter.limit && meter.used >= *meter.limit;
  card["callout"] = full ? full_callout(req, label + ": the limit is reached",
                                        fmt::format("New calls are refused with 402 until {}; a "
                                                    "refused call does not count. A larger plan "
                                                    "lifts the limit at once.",
                                                    reset))
                         : json::value(nullptr);
  return card;
}

json::array limit_meters(const Pages& pages, const std::vector<LimitUse>& limits) {
  json::array meters;
  for (const LimitUse& limit : limits) {
    const bool full = limit.allowance && limit.used >= *limit.allowance;
    const std::string note =
        left_of(limit.used, limit.allowance) + (full ? ", new ones are refused" : "");
    meters.push_back(to_json(html::meter_of(pages.catalog.label_of(limit.limit), note,
                                            amounts(limit.used, limit.allowance))));
  }
  return meters;
}

Task<http::Response> show_usage(Pages& pages, http::Request& req, db::ControlRead& db) {
  const UsageReport made = co_await report(pages, req.actor(), db);
  json::array cards;
  for (const Usage& meter : made.meters) {
    const Instant from = start_of(date_of(meter.period_start));
    const auto used = co_await usage_by_day(db, Meter{meter.meter}, from, meter.period_end);
    cards.push_back(meter_card(pages, req, meter, used));
  }
  html::Frame frame = co_await pages.frame(req);
  frame.title = "Usage";
  frame.breadcrumbs = {{.label = "Usage"}};
  json::object page{{"plan_name", made.plan_name},
                    {"cards", std::move(cards)},
                    {"limits", limit_meters(pages, made.limits)},
                    {"plans_url", fmt::format("/t/{}/billing/plans", req.tenant_slug)}};
  const json::object model = html::page_model(frame, std::move(page));
  co_return http::html(200, pages.views.render("metering/usage", model));
}

}  // namespace

void routes(http::Router& at, Pages& pages) {
  auto with = at.with(pages);
  with.get("/t/{slug}/usage", show_usage, http::member);
  usage_routes(at, pages);
  entitlements_routes(at, pages);
  usage_event_routes(at, pages);
  reservation_routes(at, pages);
}

}  // namespace freehold::metering
