// /t/{slug}/billing: what the workspace has, what it will pay, and what it has paid. From our copy
// alone: it works when Stripe does not.
#include "billing/card_trials.hpp"
#include "billing/details.hpp"
#include "billing/handlers.hpp"
#include "billing/items.hpp"
#include "billing/ledger.hpp"
#include "billing/next_charge.hpp"
#include "billing/notices.hpp"
#include "billing/page_parts.hpp"
#include "billing/retention.hpp"
#include "billing/usage_reports.hpp"
#include "core/async.hpp"
#include "core/json.hpp"
#include "core/words.hpp"
#include "html/frame.hpp"
#include "metering/metering.hpp"

namespace freehold::billing {
namespace {

using entitlements::Snapshot;

constexpr std::size_t shown_invoices = 5;
constexpr Duration refused_trial_shown = days(30);

struct Lines {
  std::vector<html::Row> items;
  html::Row total;
};
BOOST_DESCRIBE_STRUCT(Lines, (), (items, total))

struct CardBox {
  std::string name;
  std::string expires;
};
BOOST_DESCRIBE_STRUCT(CardBox, (), (name, expires))

struct OverviewPage {
  html::Tabs tabs = {};
  std::vector<html::Callout> notices = {};
  std::string plan_name = {};
  html::Badge badge = {};
  html::Row headline = {};
  std::vector<html::Row> facts = {};
  std::optional<Lines> lines = {};
  std::optional<CardBox> card = {};
  std::vector<html::Row> billed = {};
  std::optional<html::Action> card_action = {};
  std::vector<html::Meter> meters = {};
  std::string resets = {};
  std::vector<InvoiceRow> invoices = {};
  std::string invoices_url = {};
  std::optional<html::Action> change = {};
  std::optional<html::Action> cancel = {};
  std::vector<Order> orders = {};
};
BOOST_DESCRIBE_STRUCT(OverviewPage, (),
                      (tabs, notices, plan_name, badge, headline, facts, lines, card, billed,
                       card_action, meters, resets, invoices, invoices_url, change, cancel, orders))

// Everything the page is made of.
struct Known {
  std::shared_ptr<const Snapshot> snapshot;
  std::optional<Mirror> subscription;
  std::vector<Invoice> invoices;
  Trial trial;
  std::optional<Card> card;
  Details details;
  std::optional<SyncState> sync;
  std::optional<Retention> retention;
  std::optional<RefusedTrial> refused_trial;
  Returned returned;
  std::vector<metering::Usage> usage;   // of the month, which limits count
  std::vector<metering::Usage> billed;  // of the period that the next invoice is for
  Instant now;
};

// A yearly price counts the use of its year.
Task<std::vector<metering::Usage>> billed_usage(db::ControlRead& db, const Known& known) {
  std::vector<metering::Usage> billed = known.usage;
  if (!known.subscription || known.subscription->billing_interval != "year") co_return billed;
  const auto told = co_await told_since(db, known.subscription->period_start);
  for (metering::Usage& usage : billed) {
    const auto at = std::ranges::find(told, usage.meter, &Told::meter);
    usage.used = at == told.end() ? 0 : at->quantity;
  }
  co_return billed;
}

Task<Known> look_up(Billing& billing, const Actor& actor) {
  Known known;
  known.now = billing.clocks.business.now();
  db::ControlRead db = billing.database.control_read(actor);
  // From the tables that the rest is from: the gates hear of a purchase some milliseconds later,
  // and its price would stand beside the plan before it.
  const auto standing = co_await entitlements::get_standing(db);
  const auto overrides = co_await entitlements::overrides(db);
  known.snapshot = std::make_shared<const Snapshot>(
      entitlements::evaluate(standing, overrides, billing.catalog, known.now));
  known.subscription = co_await current_subscription(db);
  known.invoices = co_await invoices(db);
  known.trial = co_await get_trial(db);
  known.card = co_await find_card(db);
  known.details = co_await get_details(db);
  known.sync = co_await find_sync(db);
  known.retention = co_await find_retention(db);
  known.refused_trial = co_await find_refused_trial(db);
  known.returned = co_await returned(db);
  if (known.snapshot->access != entitlements::Access::none)
    known.usage = co_await metering::usage(db, *known.snapshot, billing.catalog);
  known.billed = co_await billed_usage(db, known);
  co_return known;
}

const Invoice* first_overdue(const std::vector<Invoice>& invoices) {
  const auto found = std::ranges::find_if(invoices, is_overdue);
  return found == invoices.end() ? nullptr : &*found;
}

html::Badge badge_of(const Known& known) {
  using entitlements::Access;
  const auto& standing = known.snapshot->standing;
  if (known.subscription && known.subscription->status == "paused") return {"Paused", "warn", true};
  if (known.snapshot->access == Access::none) return {"Locked", "bad", true};
  if (known.snapshot->access == Access::limited) return {"Read-only", "bad", true};
  if (known.snapshot->access == Access::grace) return {"Payment failed", "warn", true};
  if (standing.source == "trial") return {"Trial", "accent", true};
  if (!known.subscription) return {"Free of charge", "neutral", false};
  if (cancels_at(*known.subscription)) return {"Ends soon", "warn", true};
  if (known.subscription->status == "trialing") return {"Trial", "accent", true};
  return {"Active", "ok", true};
}

// A change of plan that waits for its payment. Nothing else is in question.
html::Callout waiting_notice(const Invoice& invoice, Instant until) {
  html::Callout notice{
      .kind = "warn",
      .icon = "clock",
      .title = "A change of plan waits for its payment",
      .text = fmt::format(
          "The payment of {} was not accepted, so the plan is as it was. It changes "
          "when the invoice is paid; after {} the change is dropped.",
          money_text(invoice.amount_remaining, invoice.currency), format_date_time(until)),
      .action = {}};
  if (invoice.hosted_invoice_url)
    notice.action = html::Action{.label = "Pay now", .url = *invoice.hosted_invoice_url};
  return notice;
}

std::optional<html::Callout> overdue_notice(const Known& known) {
  const Invoice* invoice = first_overdue(known.invoices);
  if (invoice == nullptr) return {};
  if (known.subscription && known.subscription->pending_update_until)
    return waiting_notice(*invoice, *known.subscription->pending_update_until);
  const auto& standing = known.snapshot->standing;
  const bool limited = known.snapshot->access == entitlements::Access::limited;
  std::string text = "The payment of " + money_text(invoice->amount_remaining, invoice->currency) +
                     " from " + format_date(invoice->finalized_at.value_or(invoice->created_at)) +
                     " did not go through. ";
  if (limited) {
    text += "Reading keeps working; everything else comes back at once when it is paid.";
  } else if (standing.access_until) {
    text += "Everything keeps working until " + format_date(*standing.access_until) +
            worded("; after that the workspace is read-only until it is paid.");
  }
  html::Callout notice{
      .kind = limited ? "bad" : "warn",
      .icon = "alert_triangle",
      .title = limited ? "Read-only: an invoice is unpaid" : "An invoice is unpaid",
      .text = text,
      .action = {}};
  if (invoice->hosted_invoice_url)
    notice.action = html::Action{.label = "Pay now", .url = *invoice->hosted_invoice_url};
  return notice;
}

std::optional<html::Callout> sync_notice(const Known& known) {
  if (!known.sync || !known.sync->last_error) return {};
  const std::string since =
      known.sync->synced_at
          ? "What you see is from " + format_date_time(*known.sync->synced_at) + "."
          : "Nothing was received from it yet.";
  return html::Callout{.kind = "info",
                       .icon = "info",
                       .title = "Our payment provider is not answering",
                       .text = since + " Nothing is lost; the page catches up by itself.",
                       .action = {}};
}

std::optional<html::Callout> override_notice(const Known& known) {
  if (!known.snapshot->overridden) return {};
  return html::Callout{.kind = "info",
                       .icon = "info",
                       .title = worded("Our support has changed what this workspace may use"),
                       .text = "It differs from the plan that is paid for.",
                       .action = {}};
}

std::string kept_words(const Retention& retention) {
  if (retention.state == "purged")
    return worded("What the workspace had stored was deleted on ") +
           format_date(retention.purge->purged_at.value_or(retention.purge->purge_at)) +
           ". With a plan you can begin anew in it.";
  if (const auto at = retention.purge_at())
    return "Everything that is stored is kept until " + format_date(*at) +
           " and deleted then. With a plan before that day nothing is deleted.";
  return "Nothing was deleted. Take everything along, or choose a plan, whenever you like.";
}

std::optional<html::Callout> ended_notice(const Known& known, const http::Request& req) {
  if (!known.retention) return {};
  const bool urgent = known.retention->purge_at().has_value();
  html::Callout notice{.kind = urgent ? "bad" : "info",
                       .icon = urgent ? "clock" : "info",
                       .title = "The plan ended on " + format_date(known.retention->ended_at),
                       .text = kept_words(*known.retention),
                       .action = {}};
  if (known.retention->state != "purged" && req.actor().can(access::permissions::workspace_manage))
    notice.action =
        html::Action{.label = "Export", .url = "/t/" + req.tenant_slug + "/settings/export"};
  return notice;
}

// For as long as the charge is news.
std::optional<html::Callout> refused_trial_notice(const Known& known) {
  const auto& refused = known.refused_trial;
  const bool is_about_it =
      refused && known.subscription && known.subscription->stripe_id == refused->subscription_id;
  if (!is_about_it || known.now >= refused->refused_at + refused_trial_shown) return {};
  return html::Callout{
      .kind = "info",
      .icon = "info",
      .title = "The plan began without a trial",
      .text = worded("The card that was entered has had its trial in another workspace. There is "
                     "one for each card, so the first period was charged at once."),
      .action = {}};
}

html::Row headline_of(const Known& known, const catalog::Catalog& catalog) {
  const auto& standing = known.snapshot->standing;
  if (const Invoice* invoice = first_overdue(known.invoices))
    return {"To be paid", money_text(invoice->amount_remaining, invoice->currency)};
  if (!known.subscription) {
    if (standing.source == "trial" && standing.access_until)
      return {"Trial ends", format_date(*standing.access_until)};
    return {"Next charge", "None"};
  }
  const Mirror& mirror = *known.subscription;
  if (const auto end = cancels_at(mirror)) return {"Ends", format_date(*end)};
  if (mirror.status == "paused") return {"Next charge", "None"};
  const NextCharge charge = next_charge(mirror, known.billed, catalog);
  const bool first = mirror.status == "trialing";
  const Instant at = first ? mirror.trial_end.value_or(mirror.period_end) : mirror.period_end;
  return {(first ? "First charge, " : "Next charge, ") + format_date(at),
          (charge.may_grow ? "from " : "") + money_text(charge.total, mirror.currency)};
}

std::vector<html::Row> subscription_facts(const Mirror& mirror, const catalog::Catalog& catalog) {
  const auto interval = interval_of(mirror.billing_interval);
  const auto end = cancels_at(mirror);
  const bool year = interval == catalog::Interval::year;
  const bool paused = mirror.status == "paused";
  const auto changes = mirror.pending_at;
  return {{"Price", money_text(cost_of(mirror, catalog), mirror.currency) + " " + each(interval)},
          {mirror.status == "trialing" ? "Trial"
           : paused                    ? "Last period"
                                       : "Paid period",
           format_period(mirror.period_start, mirror.period_end)},
          {end       ? "Ends"
           : changes ? "Changes"
                     : "Renews",
           end       ? format_date(*end)
           : changes ? format_date(*changes)
           : paused  ? "Not while it is paused"
           : year    ? "Yearly, automatically"
                     : "Monthly, automatically"},
          {"Since", format_date(mirror.created_at)}};
}

std::vector<html::Row> facts_of(const Known& known, const catalog::Catalog& catalog) {
  if (known.subscription) return subscription_facts(*known.subscription, catalog);
  const auto& standing = known.snapshot->standing;
  if (known.retention && known.retention->state == "purged")
    return {{"Ended", format_date(known.retention->ended_at)},
            {"Deleted on", format_date(*known.retention->purge->purged_at)}};
  if (known.retention && known.retention->purge_at())
    return {{"Ended", format_date(known.retention->ended_at)},
            {"Deleted on", format_date(*known.retention->purge_at())}};
  if (standing.source != "trial" || !standing.access_until)
    return {{"Price", "Free of charge"}, {"Renews", "Nothing to renew"}};
  return {{"Price", "Free during the trial"},
          {"Trial ends", format_date(*standing.access_until)},
          {"Afterwards", catalog.has_free_plan()
                             ? catalog.default_plan().name + " plan, unless you choose another"
                             : "Locked, unless you choose a plan"}};
}

// How the next charge is made up.
std::optional<Lines> lines_of(const Known& known, const catalog::Catalog& catalog) {
  if (!known.subscription || cancels_at(*known.subscription)) return {};
  const Mirror& mirror = *known.subscription;
  if (mirror.status == "paused") return {};
  NextCharge charge = next_charge(mirror, known.billed, catalog);
  return Lines{.items = std::move(charge.parts),
               .total = {charge.may_grow ? "Total until now" : "Total",
                         money_text(charge.total, mirror.currency)}};
}

std::vector<html::Meter> meters_of(const Known& known, const catalog::Catalog& catalog) {
  std::vector<html::Meter> meters;
  for (const metering::Usage& usage : known.usage) {
    const std::string left =
        usage.limit
            ? catalog::with_thousands(std::max<std::int64_t>(0, *usage.limit - usage.used)) +
                  " left"
            : "No limit on this plan";
    meters.push_back(html::meter_of(catalog.label_of(usage.meter), left,
                                    {.used = usage.used,
                                     .limit = usage.limit,
                                     .used_text = catalog::with_thousands(usage.used),
                                     .limit_text = catalog::describe(usage.limit)}));
  }
  return meters;
}

// Whom invoices are for, as far as it was said.
std::vector<html::Row> billed_of(const Details& details) {
  std::vector<html::Row> rows;
  if (!details.legal_name.empty()) rows.push_back({"Billed to", details.legal_name});
  if (!details.invoice_emails.empty())
    rows.push_back({"Invoices to", details.invoice_emails.front()});
  if (!details.tax_id.value.empty()) rows.push_back({"Tax id", details.tax_id.value});
  return rows;
}

void add_actions(OverviewPage& page, const Known& known, const http::Request& req) {
  if (!req.actor().can(permissions::billing_manage)) return;
  page.card_action = html::Action{.label = known.card ? "Update card" : "Add a card",
                                  .url = billing_url(req, "/card"),
                                  .kind = "secondary"};
  const bool paused = known.subscription && known.subscription->status == "paused";
  if (!paused)
    page.change = html::Action{.label = known.subscription ? "Change plan" : "Choose a plan",
                               .url = billing_url(req, "/plans"),
                               .kind = "primary"};
  if (!known.subscription || cancels_at(*known.subscription)) return;
  page.cancel = html::Action{
      .label = "Cancel subscription", .url = billing_url(req, "/cancel"), .kind = "ghost"};
}

OverviewPage page_of(const Billing& billing, const Known& known, const http::Request& req) {
  OverviewPage page{.tabs = tabs_of(req), .plan_name = known.snapshot->plan_name};
  for (auto notice : {ended_notice(known, req), overdue_notice(known), sync_notice(known),
                      override_notice(known), refused_trial_notice(known)}) {
    if (notice) page.notices.push_back(std::move(*notice));
  }
  if (known.subscription) {
    const auto why = return_notice(
        reason_of(known.snapshot->standing, known.subscription, known.returned, billing.policy));
    if (why && known.snapshot->access == entitlements::Access::limited)
      page.notices.push_back(*why);
    for (html::Callout& notice : notices_of(billing, *known.subscription, known.now))
      page.notices.push_back(std::move(notice));
    page.orders = orders_of(billing, *known.subscription, req);
  }
  page.badge = badge_of(known);
  page.headline = headline_of(known, billing.catalog);
  page.facts = facts_of(known, billing.catalog);
  page.lines = lines_of(known, billing.catalog);
  if (known.card)
    page.card = CardBox{card_text(*known.card),
                        fmt::format("{:02}/{}", known.card->exp_month, known.card->exp_year)};
  page.billed = billed_of(known.details);
  page.meters = meters_of(known, billing.catalog);
  if (!known.usage.empty()) page.resets = format_date(known.usage.front().period_end);
  page.invoices = rows_of(known.invoices, shown_invoices, billing_url(req, "/invoices"));
  page.invoices_url = billing_url(req, "/invoices");
  add_actions(page, known, req);
  return page;
}

// What those see who may not see money: the plan's name, and whom to ask.
Task<http::Response> show_plan_only(Billing& billing, http::Request& req) {
  const auto snapshot = co_await billing.gates.snapshot(req.actor());
  const html::Frame frame = co_await frame_of(billing, req, "Billing");
  std::string people = worded("An owner or an admin of this workspace");
  if (billing.who_can) people = co_await billing.who_can(req.actor(), permissions::billing_read);
  const html::NoPermission words{
      .title = worded("This workspace is on the ") + snapshot->plan_name + " plan",
      .text = "Prices, invoices and the payment method are for owners and admins.",
      .people = std::move(people),
      .action = {}};
  const json::value model = html::page_model(frame, json::object{{"refused", to_json(words)}});
  co_return http::html(200, billing.views.render("billing/ask", model));
}

// After an order a worker may be at the customer already, with what was true before it: the page
// waits a second at most for what is true now.
Task<Known> look_up_after(Billing& billing, const http::Request& req) {
  Known known = co_await look_up(billing, req.actor());
  const bool ordered = req.query.has("done") && req.query.get("done") != "queued";
  for (int turn = 0; ordered && turn < 10 && known.sync && known.sync->behind; ++turn) {
    co_await sleep_for(std::chrono::milliseconds(100));
    known = co_await look_up(billing, req.actor());
  }
  co_return known;
}

Task<http::Response> show_overview(Billing& billing, http::Request& req, db::Database&) {
  if (!req.actor().can(permissions::billing_read)) co_return co_await show_plan_only(billing, req);
  const Known known = co_await look_up_after(billing, req);
  const html::Frame frame = co_await frame_of(billing, req, "Billing");
  const OverviewPage page = page_of(billing, known, req);
  const json::value model = html::page_model(frame, to_json(page).as_object());
  co_return http::html(200, billing.views.render("billing/overview", model));
}

}  // namespace

void overview_routes(http::Router& at, Billing& billing) {
  auto with = at.with(billing);
  const http::Words open{.while_limited = true};
  with.get("/t/{slug}/billing", show_overview, http::member, open);
}

}  // namespace freehold::billing
