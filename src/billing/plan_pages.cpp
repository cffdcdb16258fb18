// Choosing a plan: compare, see what it means and costs, then buy or change.
#include <charconv>

#include "billing/checkout.hpp"
#include "billing/handlers.hpp"
#include "billing/items.hpp"
#include "billing/notices.hpp"
#include "billing/over_limits.hpp"
#include "billing/page_parts.hpp"
#include "billing/upgrade.hpp"
#include "core/async.hpp"
#include "core/json.hpp"
#include "html/frame.hpp"

namespace freehold::billing {
namespace {

using catalog::Interval;
using catalog::Plan;

struct Gain {
  std::string text;
  bool lost = false;
};
BOOST_DESCRIBE_STRUCT(Gain, (), (text, lost))

struct TooMuch {
  std::vector<OverLimit> items;
};
BOOST_DESCRIBE_STRUCT(TooMuch, (), (items))

struct ChangePage {
  html::Tabs tabs = {};
  std::string heading = {};
  std::vector<Gain> gains = {};
  std::vector<html::Row> lines = {};
  html::Row due_today = {};
  std::optional<html::Callout> notice = {};
  std::optional<html::Callout> blocked = {};
  std::optional<TooMuch> too_much = {};
  std::string submit = {};
  std::string action = {};
  std::string back_url = {};
  std::string plan = {};
  std::string interval = {};
  std::string proration_date = {};  // of a change that is paid now, with its amount in minor units
  std::string amount = {};
  std::string from = {};  // the price that it was counted from
  std::vector<Segment> intervals = {};
  std::string note = {};
};
BOOST_DESCRIBE_STRUCT(ChangePage, (),
                      (tabs, heading, gains, lines, due_today, notice, blocked, too_much, submit,
                       action, back_url, plan, interval, proration_date, amount, from, intervals,
                       note))

std::string change_url(const http::Request& req, const Plan& plan, Interval interval) {
  return billing_url(req, fmt::format("/change?plan={}&interval={}", plan.key, name_of(interval)));
}

// --- Comparing

// What the button of a plan does for this workspace.
std::optional<html::Action> action_for(const http::Request& req, const Plan& plan,
                                       Interval interval, const std::optional<Mirror>& current,
                                       const catalog::Catalog& catalog) {
  const catalog::Price* price = price_for(plan, interval);
  const std::string paid_plan = current ? plan_of(*current, catalog) : "";
  const bool same_price = current && price != nullptr && current->lookup_key == price->lookup_key;
  if (same_price || (price == nullptr && !current))
    return html::Action{"Current plan", "", "secondary"};
  if (current && price != nullptr && current->pending_lookup_key == price->lookup_key)
    return html::Action{"From " + format_date(*current->pending_at), "", "secondary"};
  if (!req.actor().can(permissions::billing_manage))
    return html::Action{"For owners and admins", "", "secondary"};
  if (price == nullptr) {
    if (cancels_at(*current)) return html::Action{"Already ending", "", "secondary"};
    return html::Action{"Cancel subscription", billing_url(req, "/cancel"), "secondary"};
  }
  const std::string label =
      paid_plan == plan.key ? "Pay " + adverb(interval) : "Choose " + plan.name;
  return html::Action{label, change_url(req, plan, interval),
                      plan.trial_days ? "primary" : "secondary"};
}

Task<http::Response> show_plans(Billing& billing, http::Request& req, db::Database&) {
  const Interval interval = interval_of(req.query.get("interval"));
  db::ControlRead db = billing.database.control_read(req.actor());
  const auto current = co_await current_subscription(db);
  const auto snapshot = co_await billing.gates.snapshot(req.actor());
  Comparison page = compare(billing.catalog, interval, billing_url(req, "/plans"));
  for (PlanCard& card : page.plans) {
    const Plan& plan = *billing.catalog.find(card.id);
    if (plan.key == snapshot->plan)
      card.badge =
          html::Badge{snapshot->standing.source == "trial" ? "On trial" : "Your plan", "accent"};
    card.action = action_for(req, plan, interval, current, billing.catalog);
  }
  const html::Frame frame = co_await frame_of(billing, req, "Plans");
  json::object model = to_json(page).as_object();
  model["tabs"] = to_json(tabs_of(req));
  const json::value whole = html::page_model(frame, std::move(model));
  co_return http::html(200, billing.views.render("billing/plans", whole));
}

// --- What changes

// 0 is nothing, no number is without end.
bool is_less(const catalog::Allowance& a, const catalog::Allowance& b) {
  return a && (!b || *a < *b);
}

void append_allowances(std::vector<Gain>& gains, const std::vector<DeclaredKey>& entries,
                       const Plan& from, const Plan& to) {
  for (const DeclaredKey& entry : entries) {
    const auto before = from.find_allowance(entry.key).value_or(catalog::Allowance(0));
    const auto after = to.find_allowance(entry.key).value_or(catalog::Allowance(0));
    if (before == after) continue;
    gains.push_back({fmt::format("{}: {} → {}", entry.label, catalog::describe(before),
                                 catalog::describe(after)),
                     is_less(after, before)});
  }
}

std::vector<Gain> gains_of(const catalog::Catalog& catalog, const Plan& from, const Plan& to) {
  std::vector<Gain> gains;
  append_allowances(gains, catalog.declared().limits, from, to);
  append_allowances(gains, catalog.declared().meters, from, to);
  for (const DeclaredKey& entry : catalog.declared().features) {
    const bool before = from.has(Feature{entry.key});
    const bool after = to.has(Feature{entry.key});
    if (before != after)
      gains.push_back({entry.label + (after ? "" : " is no longer included"), before});
  }
  if (gains.empty()) gains.push_back({"You keep everything that you use now", false});
  return gains;
}

// --- What it costs

struct Choice {
  const Plan& plan;
  const catalog::Price& price;
  std::int64_t seats = 1;
  Money each = price.amount;  // interval, for all of it beside usage
};

struct Cost {
  std::vector<html::Row> lines;
  Money today;
  std::string submit;
  std::string note;
  std::optional<Instant> proration_date = {};  // of a change that is paid now
};

std::string per(const Choice& choice) {
  return choice.price.interval == Interval::year ? "each year" : "each month";
}

Cost cost_later(const Choice& choice, Instant from, std::string until_then) {
  const Money nothing{0, choice.each.currency};
  return {{{std::move(until_then), format_money(nothing)},
           {"From " + format_date(from) + ", " + per(choice), format_money(choice.each)}},
          nothing,
          "",
          ""};
}

// What the first charge is made up of. Usage is charged afterwards.
std::vector<html::Row> parts_of(const Choice& choice) {
  std::vector<html::Row> rows;
  for (const catalog::Price* price : choice.plan.offer(choice.price)) {
    const bool by_seat = price->charge == catalog::Charge::seat;
    if (price->charge == catalog::Charge::metered) continue;
    rows.push_back(
        {by_seat ? fmt::format("{} {}, {}", choice.seats, choice.seats == 1 ? "member" : "members",
                               catalog::describe(*price))
                 : choice.plan.name + ", " + adverb(price->interval),
         format_money(catalog::cost_of(*price, by_seat ? choice.seats : 1))});
  }
  return rows;
}

Cost cost_now(const Choice& choice, Instant now) {
  const Instant next = add_months(now, choice.price.interval == Interval::year ? 12 : 1);
  Cost cost{.lines = parts_of(choice), .today = choice.each, .submit = {}, .note = {}};
  cost.lines.push_back(
      {"Then " + per(choice) + ", from " + format_date(next), format_money(choice.each)});
  return cost;
}

Cost cost_of_purchase(const Choice& choice, const Trial& trial, bool is_first, Instant now) {
  const auto first = first_charge(trial, choice.plan, is_first, now);
  if (!first) {
    Cost cost = cost_now(choice, now);
    cost.submit = "Pay " + format_money(choice.each);
    cost.note = "You enter the card on the next page, at Stripe.";
    return cost;
  }
  Cost cost =
      cost_later(choice, *first, "Until " + format_date(*first) + ", the end of your trial");
  cost.submit = "Continue, " + format_money(cost.today) + " today";
  cost.note = "You enter the card on the next page, at Stripe. It is charged " +
              format_money(choice.each) + " on " + format_date(*first) +
              "; cancel before, and it is not charged.";
  return cost;
}

std::string change_for_nothing(const Choice& choice, const Money& nothing) {
  return "Change to " + choice.plan.name + ", " + format_money(nothing) + " today";
}

// By Stripe's preview: what is left of the paid period counts against the new price.
Cost cost_of_upgrade(const Choice& choice, const ChangePreview& preview, std::string_view from) {
  Cost cost{
      .lines = {{fmt::format("{}, until {}", choice.plan.name, format_date(preview.charged_until)),
                 format_money(preview.charge)}},
      .today = preview.due_now,
      .submit = "Pay " + format_money(preview.due_now) + " and change",
      .note = "Your card is charged at once, and the plan changes when that is paid.",
      .proration_date = preview.proration_date};
  if (preview.due_now.minor == 0) {
    cost.submit = change_for_nothing(choice, preview.due_now);
    cost.note = "Nothing is charged today.";
  }
  if (preview.credit.minor < 0)
    cost.lines.push_back({fmt::format("Left of {}", from), format_money(preview.credit)});
  if (preview.balance.minor < 0)
    cost.lines.push_back({"Your credit", format_money(preview.balance)});
  cost.lines.push_back({"From " + format_date(preview.charged_until) + ", " + per(choice),
                        format_money(choice.each)});
  if (preview.left.minor > 0)
    cost.note +=
        fmt::format(" {} is kept as credit for your next invoices.", format_money(preview.left));
  return cost;
}

Cost cost_of_change(const Choice& choice, const Mirror& current) {
  if (current.status == "trialing") {
    const Instant first = current.trial_end.value_or(current.period_end);
    Cost cost =
        cost_later(choice, first, "Until " + format_date(first) + ", the end of your trial");
    cost.submit = change_for_nothing(choice, cost.today);
    return cost;
  }
  const std::string at = format_date(current.period_end);
  Cost cost = cost_later(choice, current.period_end, "Until " + at + ", already paid");
  cost.submit = fmt::format("Change to {} on {}", choice.plan.name, at);
  cost.note = "What you have paid for stays until then, and until then you can take it back.";
  return cost;
}

// Of a subscription that has to go on first.
std::optional<html::Callout> blocked_by(const http::Request& req, const Mirror& current) {
  const auto ends = cancels_at(current);
  if (!ends && current.status != "paused") return {};
  return html::Callout{.kind = "warn",
                       .icon = ends ? "clock" : "pause",
                       .title = ends ? "The subscription ends on " + format_date(*ends)
                                     : "The subscription is paused",
                       .text = ends ? "Keep it first; then the plan can be changed."
                                    : "Resume it first; then the plan can be changed.",
                       .action = html::Action{.label = "Open billing", .url = billing_url(req)}};
}

std::optional<html::Callout> blocked_by(const std::vector<Invoice>& invoices) {
  const auto unpaid = std::ranges::find_if(invoices, is_overdue);
  if (unpaid == invoices.end()) return {};
  html::Callout notice{.kind = "warn",
                       .icon = "alert_triangle",
                       .title = "An invoice is unpaid",
                       .text = "Pay it first; then the plan can be changed.",
                       .action = {}};
  if (unpaid->hosted_invoice_url)
    notice.action = html::Action{.label = "Pay now", .url = *unpaid->hosted_invoice_url};
  return notice;
}

Choice choice_of(const Billing& billing, const http::Fields& given) {
  const Plan* plan = billing.catalog.find(given.get("plan"));
  if (plan == nullptr) throw Problem::not_found("plan");
  const catalog::Price* price = price_for(*plan, interval_of(given.get("interval")));
  if (price == nullptr) throw Problem::not_found("price");
  return {.plan = *plan, .price = *price};
}

// What the chosen plan costs this workspace.
Task<> count(Billing& billing, const Actor& actor, Choice& choice) {
  choice.seats = co_await count_seats(billing, actor);
  choice.each = catalog::cost_of_offer(choice.plan, choice.price, choice.seats);
}

// "API calls: $0.005 each, 1,000 included."; empty: nothing is paid by use.
std::string usage_words(const catalog::Catalog& catalog, const Choice& choice) {
  std::string words;
  for (const catalog::Price* price : choice.plan.offer(choice.price)) {
    if (price->charge == catalog::Charge::metered)
      words += fmt::format(" {}: {}.", catalog.label_of(price->meter), catalog::describe(*price));
  }
  return words.empty() ? words : "What you use comes on the invoice after it." + words;
}

struct Situation {
  std::optional<Mirror> current;
  std::vector<Invoice> invoices;
  Trial trial;
  bool is_first = true;  // never had a subscription
  std::shared_ptr<const entitlements::Snapshot> snapshot;
  std::vector<OverLimit> over;  // of the plan that is chosen
};

Task<Situation> look_up(Billing& billing, const http::Request& req, const Plan& plan) {
  const Actor& actor = req.actor();
  Situation situation;
  situation.over = co_await over_limits(billing, actor, plan, "/t/" + req.tenant_slug);
  db::ControlRead db = billing.database.control_read(actor);
  situation.current = co_await current_subscription(db);
  situation.invoices = co_await invoices(db);
  situation.trial = co_await get_trial(db);
  situation.is_first = (co_await subscriptions(db)).empty();
  situation.snapshot = co_await billing.gates.snapshot(actor);
  co_return situation;
}

// `at`: of an amount that was shown before; otherwise now.
Task<Cost> cost_of(Billing& billing, const Actor& actor, const Choice& choice,
                   const Situation& situation, std::optional<Instant> at) {
  const Instant now = billing.clocks.business.now();
  if (!situation.current)
    co_return cost_of_purchase(choice, situation.trial, situation.is_first, now);
  const Mirror& current = *situation.current;
  const auto offered = co_await offered_items(billing, actor, choice.price, &current);
  if (!is_paid_now(current, offered, billing.catalog)) co_return cost_of_change(choice, current);
  const Instant second = from_unix_seconds(to_unix_seconds(at.value_or(now)));
  const auto preview = co_await preview_change(billing, current, offered, second);
  const Plan* from = billing.catalog.find(plan_of(current, billing.catalog));
  co_return cost_of_upgrade(choice, preview, from != nullptr ? from->name : "your plan");
}

html::Callout amount_unknown(const Problem& problem) {
  return {.kind = "warn",
          .icon = "alert_triangle",
          .title = "What it costs is not known right now",
          .text = problem.detail,
          .action = {}};
}

html::Callout drops_change(const Billing& billing, const Mirror& current) {
  return {.kind = "info",
          .icon = "calendar",
          .title = fmt::format("The change to {} on {} is dropped by this one",
                               plan_name(billing.catalog, *current.pending_lookup_key),
                               format_date(*current.pending_at)),
          .text = {},
          .action = {}};
}

ChangePage page_of(const Billing& billing, const http::Request& req, const Choice& choice,
                   const Situation& situation, const Cost& cost) {
  const Plan* from = billing.catalog.find(situation.snapshot->plan);
  ChangePage page{.tabs = tabs_of(req),
                  .heading = choice.plan.name + ", " + adverb(choice.price.interval)};
  page.gains = gains_of(billing.catalog, from != nullptr ? *from : billing.catalog.default_plan(),
                        choice.plan);
  page.lines = cost.lines;
  page.due_today = {"Due today", format_money(cost.today)};
  page.blocked = blocked_by(situation.invoices);
  if (!page.blocked && situation.current) page.blocked = blocked_by(req, *situation.current);
  if (!situation.over.empty()) page.too_much = TooMuch{situation.over};
  if (situation.current && situation.current->pending_at)
    page.notice = drops_change(billing, *situation.current);
  page.submit = cost.submit;
  page.note = cost.note;
  const std::string by_use = usage_words(billing.catalog, choice);
  if (!by_use.empty()) page.note += (page.note.empty() ? "" : " ") + by_use;
  page.action = billing_url(req, "/change");
  page.back_url = billing_url(req, "/plans");
  page.plan = choice.plan.key;
  page.interval = name_of(choice.price.interval);
  page.amount = std::to_string(cost.today.minor);
  if (situation.current) page.from = situation.current->lookup_key;
  if (cost.proration_date)
    page.proration_date = std::to_string(to_unix_seconds(*cost.proration_date));
  for (const Interval interval : {Interval::month, Interval::year}) {
    if (price_for(choice.plan, interval) != nullptr)
      page.intervals.push_back({interval == Interval::year ? "Yearly" : "Monthly",
                                change_url(req, choice.plan, interval),
                                interval == choice.price.interval});
  }
  return page;
}

Task<http::Response> show(Billing& billing, http::Request& req, const ChangePage& page,
                          int status) {
  const html::Frame frame = co_await frame_of(billing, req, "Change plan");
  const json::value model = html::page_model(frame, to_json(page).as_object());
  co_return http::html(status, billing.views.render("billing/change", model));
}

Task<http::Response> show_change(Billing& billing, http::Request& req, db::Database&) {
  Choice choice = choice_of(billing, req.query);
  co_await count(billing, req.actor(), choice);
  const Situation situation = co_await look_up(billing, req, choice.plan);
  if (situation.current && situation.current->lookup_key == choice.price.lookup_key)
    co_return http::see_other(billing_url(req));
  Cost cost{.lines = {}, .today = {0, choice.each.currency}, .submit = {}, .note = {}};
  std::optional<html::Callout> unknown;
  try {
    cost = co_await cost_of(billing, req.actor(), choice, situation, {});
  } catch (const Problem& problem) {
    if (problem.status != 503) throw;
    unknown = amount_unknown(problem);
  }
  ChangePage page = page_of(billing, req, choice, situation, cost);
  if (unknown) {
    page.blocked = std::move(unknown);
    page.due_today.value = "not known";
  }
  co_return co_await show(billing, req, page, 200);
}

std::int64_t number_of(std::string_view text) {
  std::int64_t number = -1;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

// When the amount that the form shows was counted; nothing when that is too long ago, or never was.
std::optional<Instant> shown_at(const http::Fields& form, const Mirror& current, Instant now) {
  const std::int64_t seconds = number_of(form.get("proration_date"));
  if (seconds < 0 || seconds > to_unix_seconds(now + minutes(1))) return {};
  const Instant at = from_unix_seconds(seconds);
  if (now - at > preview_holds || at < current.period_start) return {};
  return at;
}

// The page again, when what the person agreed to is not what it would cost.
Task<std::optional<http::Response>> shown_anew(Billing& billing, http::Request& req,
                                               const Choice& choice, const Situation& situation,
                                               std::optional<Instant> at) {
  const Mirror& current = *situation.current;
  const bool is_same = req.form().get("from") == current.lookup_key;
  const Cost cost = co_await cost_of(billing, req.actor(), choice, situation, at);
  // What costs nothing now has been counted at no time.
  const bool holds = at.has_value() || !cost.proration_date;
  if (is_same && holds && number_of(req.form().get("amount")) == cost.today.minor)
    co_return std::nullopt;
  ChangePage page = page_of(billing, req, choice, situation, cost);
  page.notice = html::Callout{.kind = "info",
                              .icon = "info",
                              .title = "The amount was counted anew",
                              .text =
                                  "An amount holds for a quarter of an hour, and for the plan that "
                                  "it was counted from. Nothing was changed; this is what it costs "
                                  "now.",
                              .action = {}};
  co_return co_await show(billing, req, page, 409);
}

std::string_view done_of(Ordered ordered) {
  if (ordered == Ordered::queued) return "queued";
  if (ordered == Ordered::scheduled) return "scheduled";
  return ordered == Ordered::unpaid ? "unpaid" : "changed";
}

Task<http::Response> change(Billing& billing, http::Request& req, db::Database&) {
  Choice choice = choice_of(billing, req.form());
  co_await count(billing, req.actor(), choice);
  const Situation situation = co_await look_up(billing, req, choice.plan);
  if (!situation.current) {
    const std::string url =
        co_await open_checkout(billing, req.actor(), req.tenant_slug, choice.price);
    co_return http::see_other(url);
  }
  const Mirror& current = *situation.current;
  const auto at = shown_at(req.form(), current, billing.clocks.business.now());
  const bool is_open = std::ranges::none_of(situation.invoices, is_overdue);
  if (is_open && current.lookup_key != choice.price.lookup_key) {
    auto again = co_await shown_anew(billing, req, choice, situation, at);
    if (again) co_return std::move(*again);
  }
  const Ordered ordered = co_await change_plan(billing, req.actor(), choice.price, at);
  co_return http::see_other(billing_url(req, fmt::format("?done={}", done_of(ordered))));
}

}  // namespace

void plan_routes(http::Router& at, Billing& billing) {
  using namespace permissions;
  auto with = at.with(billing);
  const http::Words open{.while_limited = true};
  with.get("/t/{slug}/billing/plans", show_plans, http::member, open);
  with.get("/t/{slug}/billing/change", show_change, billing_manage, open);
  with.post("/t/{slug}/billing/change", change, billing_manage, open);
}

}  // namespace freehold::billing
