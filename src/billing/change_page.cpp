#include "billing/change_page.hpp"

#include <charconv>

#include "billing/upgrade.hpp"
#include "core/async.hpp"
#include "core/json.hpp"
#include "html/frame.hpp"

namespace freehold::billing {
namespace {

std::int64_t number_of(std::string_view text) {
  std::int64_t number = -1;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

// 0 is nothing, no number is without end.
bool is_less(const catalog::Allowance& a, const catalog::Allowance& b) {
  return a && (!b || *a < *b);
}

void append_allowances(std::vector<Gain>& gains, const std::vector<DeclaredKey>& entries,
                       const entitlements::Snapshot& now, const entitlements::Snapshot& then) {
  for (const DeclaredKey& entry : entries) {
    const catalog::Allowance before = now.allowance(entry.key);
    const catalog::Allowance after = then.allowance(entry.key);
    if (before == after) continue;
    gains.push_back({fmt::format("{}: {} → {}", entry.label, catalog::describe(before),
                                 catalog::describe(after)),
                     is_less(after, before)});
  }
}

std::optional<html::Callout> unpaid_notice(const std::vector<Invoice>& invoices) {
  const auto unpaid = std::ranges::find_if(invoices, is_overdue);
  if (unpaid == invoices.end()) return {};
  html::Callout notice =
      callout("warn", "An invoice is unpaid", "Pay it first; then the plan can be changed.");
  if (unpaid->hosted_invoice_url)
    notice.action = html::Action{.label = "Pay now", .url = *unpaid->hosted_invoice_url};
  return notice;
}

html::Callout amount_unknown(const Problem& problem) {
  return callout("warn", "What it costs is not known right now", problem.detail);
}

std::string_view done_of(Ordered ordered) {
  if (ordered == Ordered::queued) return "queued";
  if (ordered == Ordered::scheduled) return "scheduled";
  return ordered == Ordered::unpaid ? "unpaid" : "changed";
}

}  // namespace

std::vector<Gain> gains_of(const catalog::Catalog& catalog, const entitlements::Snapshot& now,
                           const entitlements::Snapshot& then) {
  std::vector<Gain> gains;
  append_allowances(gains, catalog.declared().limits, now, then);
  append_allowances(gains, catalog.declared().meters, now, then);
  for (const DeclaredKey& entry : catalog.declared().features) {
    const bool before = now.features.contains(entry.key);
    const bool after = then.features.contains(entry.key);
    if (before != after)
      gains.push_back({entry.label + (after ? "" : " is no longer included"), before});
  }
  if (gains.empty()) gains.push_back({"You keep everything that you use now", false});
  return gains;
}

Task<Counted> counted(Task<Cost> costing, Currency currency) {
  Counted found{.cost = {.today = {0, currency}}, .unknown = {}};
  try {
    found.cost = co_await std::move(costing);
  } catch (const Problem& problem) {
    if (problem.status != 503) throw;
    found.unknown = amount_unknown(problem);
  }
  co_return found;
}

void show_cost(ChangePage& page, const Counted& counted, std::string from) {
  const Cost& cost = counted.cost;
  page.lines = cost.lines;
  page.due_today = {"Due today", counted.unknown ? "not known" : format_money(cost.today)};
  page.submit = cost.submit;
  page.note = cost.note;
  if (counted.unknown) page.blocked = counted.unknown;
  page.fields.push_back({"from", std::move(from)});
  page.fields.push_back({"amount", std::to_string(cost.today.minor)});
  if (cost.proration_date)
    page.fields.push_back(
        {"proration_date", std::to_string(to_unix_seconds(*cost.proration_date))});
}

std::optional<html::Callout> blocked_by(const http::Request& req, const Mirror& current,
                                        const std::vector<Invoice>& invoices) {
  if (auto unpaid = unpaid_notice(invoices)) return unpaid;
  const auto ends = cancels_at(current);
  if (!ends && current.status != "paused") return {};
  return html::Callout{.kind = "warn",
                       .icon = ends ? "clock" : "pause",
                       .title = ends ? "The subscription ends on " + format_date(*ends)
                                     : "The subscription is paused",
                       .text = ends ? "Keep it first; then it can be changed."
                                    : "Resume it first; then it can be changed.",
                       .action = html::Action{.label = "Open billing", .url = billing_url(req)}};
}

html::Callout counted_anew() {
  return callout("info", "The amount was counted anew",
                 "An amount holds for a quarter of an hour, and for what it was counted from. "
                 "Nothing was changed; this is what it costs now.");
}

Task<std::optional<TooMuch>> too_much(Billing& billing, const http::Request& req,
                                      const entitlements::Snapshot& then) {
  auto over = co_await over_limits(billing, req.actor(), then, "/t/" + req.tenant_slug);
  if (over.empty()) co_return std::nullopt;
  co_return TooMuch{std::move(over)};
}

std::optional<Instant> shown_at(const http::Fields& form, const Mirror& current, Instant now) {
  const std::int64_t seconds = number_of(form.get("proration_date"));
  if (seconds < 0 || seconds > to_unix_seconds(now + minutes(1))) return {};
  const Instant at = from_unix_seconds(seconds);
  if (now - at > preview_holds || at < current.period_start) return {};
  return at;
}

bool is_agreed(const http::Fields& form, const Cost& cost, std::string_view from,
               std::optional<Instant> at) {
  // What costs nothing now has been counted at no time.
  const bool holds = at.has_value() || !cost.proration_date;
  return holds && form.get("from") == from && number_of(form.get("amount")) == cost.today.minor;
}

Task<http::Response> show(Billing& billing, http::Request& req, const ChangePage& page,
                          int status) {
  const html::Frame frame = co_await frame_of(billing, req, page.title);
  const json::value model = html::page_model(frame, to_json(page).as_object());
  co_return http::html(status, billing.views.render("billing/change", model));
}

http::Response to_overview(const http::Request& req, Ordered ordered) {
  return http::see_other(billing_url(req, fmt::format("?done={}", done_of(ordered))));
}

}  // namespace freehold::billing
