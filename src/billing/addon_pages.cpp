// Add-ons: seeing what another number of one costs, then ordering it.
#include <charconv>

#include "billing/addon_parts.hpp"
#include "billing/addons.hpp"
#include "billing/change_page.hpp"
#include "billing/handlers.hpp"
#include "core/async.hpp"
#include "core/json.hpp"
#include "html/frame.hpp"

namespace freehold::billing {
namespace {

// What a person wants, of the subscription that they have.
struct AddonOrder {
  Mirror current;
  std::vector<Invoice> invoices;
  const catalog::Addon& addon;
  std::int64_t had = 0;
  std::int64_t quantity = 0;
  const catalog::Price& price;

  std::vector<AddonWish> wishes() const { return {{addon, price, quantity}}; }
};

// Nothing: not a number that there can be.
std::optional<std::int64_t> quantity_of(std::string_view text, const catalog::Addon& addon) {
  std::int64_t number = -1;
  const auto end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  if (read.ec != std::errc() || read.ptr != end) return {};
  if (number < 0 || number > addon.max_quantity) return {};
  return number;
}

// Throws Problem 404 for what is not sold, 422 for a number that there cannot be.
AddonOrder order_of(const Billing& billing, const http::Fields& given, Mirror current) {
  const catalog::Addon* addon = billing.catalog.find_addon(given.get("addon"));
  if (addon == nullptr) throw Problem::not_found("add-on");
  const catalog::Price* price = addon_price(*addon, current, billing.catalog);
  if (price == nullptr) throw Problem::not_found("add-on");
  const auto quantity = quantity_of(given.get("quantity"), *addon);
  if (!quantity)
    throw Problem::invalid(
        {{"quantity", fmt::format("Enter a whole number from 0 to {}.", addon->max_quantity)}});
  const std::int64_t had = count_of(addons_of(current, billing.catalog), addon->key);
  return {.current = std::move(current),
          .invoices = {},
          .addon = *addon,
          .had = had,
          .quantity = *quantity,
          .price = *price};
}

AddonCounts counts_after(const Billing& billing, const AddonOrder& order) {
  AddonCounts counts = addons_of(order.current, billing.catalog);
  counts[order.addon.key] = order.quantity;
  std::erase_if(counts, [](const auto& each) { return each.second == 0; });
  return counts;
}

Cost cost_in_trial(const AddonOrder& order, const Money& more) {
  const Instant first = order.current.trial_end.value_or(order.current.period_end);
  const Money nothing{0, more.currency};
  return {
      .lines = {{"Until " + format_date(first) + ", the end of your trial", format_money(nothing)},
                {fmt::format("From {}, {}", format_date(first), every(order.price.interval)),
                 (more.minor > 0 ? "+" : "") + format_money(more)}},
      .today = nothing,
      .submit = "Change it, " + format_money(nothing) + " today"};
}

// What is charged now, or what comes off the next invoice.
Cost cost_of(const AddonOrder& order, const Money& more, const ChangePreview& preview) {
  const std::string until = format_date(order.current.period_end);
  Cost cost{.lines = {},
            .today = preview.due_now,
            .submit = "Pay " + format_money(preview.due_now),
            .note = "Your card is charged at once, and it is there when that is paid.",
            .proration_date = preview.proration_date};
  if (more.minor > 0) {
    cost.lines.push_back(
        {"Until " + until,
         format_money({preview.charge.minor + preview.credit.minor, more.currency})});
    if (preview.balance.minor < 0)
      cost.lines.push_back({"Your credit", format_money(preview.balance)});
  } else {
    cost.today = {0, more.currency};
    cost.submit = "Change it now";
    cost.note =
        "It changes at once. What you have paid for the time until then comes off the "
        "next invoice.";
    cost.lines.push_back(
        {"Left until " + until,
         format_money({preview.charge.minor + preview.credit.minor, more.currency})});
  }
  cost.lines.push_back({fmt::format("From {}, {}", until, every(order.price.interval)),
                        (more.minor > 0 ? "+" : "") + format_money(more)});
  return cost;
}

// `at`: of an amount that was shown before; otherwise now.
Task<Cost> cost_of(Billing& billing, const Actor& actor, const AddonOrder& order,
                   std::optional<Instant> at) {
  const Money more = difference(order.current, order.wishes(), billing.catalog);
  if (order.current.status == "trialing") co_return cost_in_trial(order, more);
  const Instant second =
      from_unix_seconds(to_unix_seconds(at.value_or(billing.clocks.business.now())));
  const ChangePreview preview =
      co_await preview_addons(billing, actor, order.current, order.wishes(), second);
  co_return cost_of(order, more, preview);
}

std::optional<html::Callout> blocked_by(const http::Request& req, const AddonOrder& order) {
  auto blocked = blocked_by(req, order.current, order.invoices);
  if (blocked || !order.current.pending_at) return blocked;
  html::Callout notice =
      callout("warn", "A change of plan is scheduled for " + format_date(*order.current.pending_at),
              "Take it back first; then add-ons can be changed.");
  notice.action = html::Action{.label = "Open billing", .url = billing_url(req)};
  return notice;
}

Task<ChangePage> page_of(Billing& billing, const http::Request& req, const AddonOrder& order,
                         const Counted& counted) {
  const Instant now = billing.clocks.business.now();
  const catalog::Plan& plan = *billing.catalog.find(plan_of(order.current, billing.catalog));
  const auto has =
      allowed_with(billing.catalog, plan, addons_of(order.current, billing.catalog), now);
  const auto then = allowed_with(billing.catalog, plan, counts_after(billing, order), now);
  ChangePage page{
      .title = "Change add-on",
      .tabs = tabs_of(req),
      .heading = fmt::format("{}: {} → {}", order.addon.name, order.had, order.quantity)};
  page.gains = gains_of(billing.catalog, has, then);
  page.blocked = blocked_by(req, order);
  page.fields = {{"addon", order.addon.key}, {"quantity", std::to_string(order.quantity)}};
  show_cost(page, counted, std::to_string(order.had));
  page.too_much = co_await too_much(billing, req, then);
  page.action = billing_url(req, "/addon");
  page.back = {.label = "All add-ons", .url = billing_url(req, "/plans#addons")};
  co_return page;
}

Task<http::Response> show_addon(Billing& billing, http::Request& req, db::Database&) {
  db::ControlRead db = billing.database.control_read(req.actor());
  const auto current = co_await current_subscription(db);
  if (!current) co_return http::see_other(billing_url(req, "/plans"));
  std::optional<Problem> wrong;
  try {
    AddonOrder order = order_of(billing, req.query, *current);
    if (order.had == order.quantity) co_return http::see_other(billing_url(req, "/plans#addons"));
    order.invoices = co_await invoices(db);
    const Counted cost =
        co_await counted(cost_of(billing, req.actor(), order, {}), order.price.amount.currency);
    const ChangePage page = co_await page_of(billing, req, order, cost);
    co_return co_await show(billing, req, page, 200);
  } catch (const Problem& problem) {
    if (problem.status != 422) throw;
    wrong = problem;
  }
  co_return co_await show_plans(billing, req, {std::string(req.query.get("addon")), wrong->errors});
}

Task<http::Response> change_addon(Billing& billing, http::Request& req, db::Database&) {
  db::ControlRead db = billing.database.control_read(req.actor());
  const auto current = co_await current_subscription(db);
  if (!current) co_return http::see_other(billing_url(req, "/plans"));
  AddonOrder order = order_of(billing, req.form(), *current);
  order.invoices = co_await invoices(db);
  const auto at = shown_at(req.form(), order.current, billing.clocks.business.now());
  if (order.had != order.quantity && !blocked_by(req, order)) {
    const Cost cost = co_await cost_of(billing, req.actor(), order, at);
    if (!is_agreed(req.form(), cost, std::to_string(order.had), at)) {
      ChangePage page = co_await page_of(billing, req, order, {cost, {}});
      page.notice = counted_anew();
      co_return co_await show(billing, req, page, 409);
    }
  }
  const AddonCounts wanted{{order.addon.key, order.quantity}};
  co_return to_overview(req, co_await set_addons(billing, req.actor(), wanted, at));
}

}  // namespace

void addon_routes(http::Router& at, Billing& billing) {
  using namespace permissions;
  auto with = at.with(billing);
  const http::Words open{.while_limited = true};
  with.get("/t/{slug}/billing/addon", show_addon, billing_manage, open);
  with.post("/t/{slug}/billing/addon", change_addon, billing_manage, open);
}

}  // namespace freehold::billing
