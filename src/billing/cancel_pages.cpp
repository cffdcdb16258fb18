// Leaving: one page that says what it means and asks when, and taking it back.
#include "billing/handlers.hpp"
#include "billing/page_parts.hpp"
#include "billing/retention.hpp"
#include "core/async.hpp"
#include "core/json.hpp"
#include "core/words.hpp"
#include "html/form.hpp"
#include "html/frame.hpp"

namespace freehold::billing {
namespace {

struct Lost {
  std::vector<std::string> items;
};
BOOST_DESCRIBE_STRUCT(Lost, (), (items))

struct CancelPage {
  html::Tabs tabs = {};
  std::string heading = {};
  std::string title = {};
  std::string afterwards = {};
  std::vector<std::string> kept = {};
  std::optional<Lost> lost = {};
  std::optional<std::string> export_url = {};
  std::optional<std::string> pause_url = {};
};
BOOST_DESCRIBE_STRUCT(CancelPage, (),
                      (tabs, heading, title, afterwards, kept, lost, export_url, pause_url))

struct Situation {
  Mirror current;
  std::vector<Invoice> invoices;
};

// What the workspace has now and will not have on the free plan.
std::vector<std::string> lost_with(const catalog::Catalog& catalog, const catalog::Plan& from,
                                   const catalog::Plan& to) {
  std::vector<std::string> lost;
  for (const DeclaredKey& entry : catalog.declared().features) {
    if (from.has(Feature{entry.key}) && !to.has(Feature{entry.key})) lost.push_back(entry.label);
  }
  for (const auto* entries : {&catalog.declared().limits, &catalog.declared().meters}) {
    for (const DeclaredKey& entry : *entries) {
      const auto left = to.find_allowance(entry.key).value_or(catalog::Allowance(0));
      if (left) lost.push_back(entry.label + " beyond " + catalog::describe(left));
    }
  }
  return lost;
}

// What becomes of what is stored (retention.hpp).
std::string stored_words(const Billing& billing, const std::string& ends_at) {
  if (purges(billing.policy, billing.catalog))
    return fmt::format(
        "Everything that is stored is kept for {} days after {}, and can be exported; then it is "
        "deleted",
        billing.policy.retention / days(1), ends_at);
  if (!billing.catalog.has_free_plan()) return "Everything that is stored stays, and is exportable";
  return "Everything that is stored stays, readable and exportable";
}

// Stripe stops charging them by itself when the subscription is over, and they can still be paid.
std::string of_open_invoices(const std::vector<Invoice>& invoices) {
  std::string open;
  for (const Invoice& invoice : invoices) {
    if (invoice.status != "open" || invoice.amount_remaining <= 0) continue;
    open += (open.empty() ? "" : ", ") + money_text(invoice.amount_remaining, invoice.currency);
  }
  if (open.empty()) return {};
  return fmt::format(" What is open ({}) stays open, and is not charged by itself any more.", open);
}

// https://docs.stripe.com/api/subscriptions/cancel: prorations that wait are dropped only when
// neither is asked for.
std::string of_the_last_invoice(const Policy& policy) {
  if (policy.cancel_now_invoices && policy.cancel_now_prorates)
    return "A last invoice is made of what was used and changed since the one before, less what is "
           "left of the paid period. What is below zero is kept as credit.";
  if (policy.cancel_now_invoices)
    return "A last invoice is made of what was used and changed since the one before. What is left "
           "of the paid period is not given back.";
  if (policy.cancel_now_prorates)
    return "No last invoice is made. What was changed since the one before, and what is left of "
           "the "
           "paid period, wait for a later one.";
  return "Nothing more is billed, also not what was used and changed since the last invoice. What "
         "is "
         "left of the paid period is not given back.";
}

std::vector<html::Option> choices(const Billing& billing, const Situation& situation) {
  std::vector<html::Option> options;
  if (situation.current.status != "paused")
    options.push_back({.value = "period_end",
                       .label = "On " + format_date(situation.current.period_end),
                       .hint = "Everything keeps working until then, and you can take it back."});
  const bool trial = situation.current.status == "trialing";
  options.push_back({.value = "now",
                     .label = "Now",
                     .hint = (trial ? "The trial ends at once. Nothing is charged."
                                    : of_the_last_invoice(billing.policy)) +
                             of_open_invoices(situation.invoices)});
  return options;
}

std::string words_of(std::string_view feedback) {
  if (feedback == "too_expensive") return "It costs too much";
  if (feedback == "missing_features") return "Something is missing";
  if (feedback == "switched_service") return "We use something else now";
  if (feedback == "unused") return "We do not use it enough";
  if (feedback == "customer_service") return "We were not helped well";
  if (feedback == "too_complex") return "It is too complicated";
  if (feedback == "low_quality") return "It does not work well enough";
  return "Another reason";
}

html::Form form_of(const Billing& billing, const http::Request& req, const Situation& situation) {
  html::Field when{.name = "when", .label = "When does it end?", .kind = "radios"};
  when.options = choices(billing, situation);
  when.value = when.options.front().value;
  html::Field feedback{.name = "feedback", .label = "Why?", .kind = "select", .optional = true};
  feedback.options.push_back({.value = "", .label = "I would rather not say"});
  for (const std::string_view word : cancellation_feedbacks)
    feedback.options.push_back({.value = std::string(word), .label = words_of(word)});
  html::Field comment{.name = "comment",
                      .label = "What should we have done better?",
                      .kind = "textarea",
                      .max_length = int(longest_cancellation_comment),
                      .rows = 3,
                      .optional = true};
  return {.id = "cancel",
          .action = billing_url(req, "/cancel"),
          .submit = "Cancel subscription",
          .busy = "Canceling…",
          .tone = "danger",
          .fields = {std::move(when), std::move(feedback), std::move(comment)},
          .cancel = html::Action{.label = "Keep the subscription", .url = billing_url(req)}};
}

CancelPage page_of(const Billing& billing, const http::Request& req, const Mirror& current) {
  const catalog::Catalog& catalog = billing.catalog;
  const catalog::Plan& free = catalog.default_plan();
  const catalog::Plan* plan = catalog.find(plan_of(current, catalog));
  const catalog::Plan& from = plan != nullptr ? *plan : free;
  const std::string ends = format_date(current.period_end);
  const bool paused = current.status == "paused";
  CancelPage page{.tabs = tabs_of(req), .heading = "Cancel " + from.name};
  page.title = paused ? "What becomes of it" : "You have paid until " + ends;
  if (current.status == "trialing") page.title = "The trial runs until " + ends;
  const std::string then = catalog.has_free_plan()
                               ? fmt::format("goes on with the {} plan", free.name)
                               : "is locked until it has a plan again";
  page.afterwards = fmt::format("When the subscription is over, the {} {}{}.", words().workspace,
                                then, paused ? "" : ", and nothing more is charged");
  page.kept = {stored_words(billing, paused ? "the end" : ends),
               "Members, roles and API keys stay as they are",
               "A plan can be chosen again at any time"};
  if (const auto lost = lost_with(catalog, from, free); !lost.empty()) page.lost = Lost{lost};
  if (!billing.export_path.empty()) page.export_url = "/t/" + req.tenant_slug + billing.export_path;
  if (billing.policy.pause_offered && current.status == "active")
    page.pause_url = billing_url(req, "/pause");
  return page;
}

Task<std::optional<Situation>> look_up(Billing& billing, const Actor& actor) {
  db::ControlRead db = billing.database.control_read(actor);
  auto current = co_await current_subscription(db);
  if (!current || cancels_at(*current)) co_return std::nullopt;
  auto all = co_await invoices(db);
  co_return Situation{std::move(*current), std::move(all)};
}

Task<http::Response> show_cancel(Billing& billing, http::Request& req, db::Database&) {
  const auto situation = co_await look_up(billing, req.actor());
  if (!situation) co_return http::see_other(billing_url(req));
  const html::Frame frame = co_await frame_of(billing, req, "Cancel subscription");
  json::object page = to_json(page_of(billing, req, situation->current)).as_object();
  page["form"] = html::form_model(form_of(billing, req, *situation));
  const json::value model = html::page_model(frame, std::move(page));
  co_return http::html(200, billing.views.render("billing/cancel", model));
}

std::string_view done_of(Ordered ordered, CancelWhen when) {
  if (ordered == Ordered::queued) return "queued";
  return when == CancelWhen::now ? "ended" : "canceled";
}

Task<http::Response> cancel_it(Billing& billing, http::Request& req, db::Database&) {
  Cancellation cancellation;
  cancellation.when =
      parse_enum<CancelWhen>(req.form().get("when")).value_or(CancelWhen::period_end);
  cancellation.feedback = req.form().get("feedback");
  cancellation.comment = req.form().get("comment");
  const CancelWhen when = cancellation.when;
  const Ordered ordered = co_await cancel(billing, req.actor(), std::move(cancellation));
  co_return http::see_other(billing_url(req, fmt::format("?done={}", done_of(ordered, when))));
}

Task<http::Response> keep_it(Billing& billing, http::Request& req, db::Database&) {
  const Ordered ordered = co_await undo_cancellation(billing, req.actor());
  co_return http::see_other(
      billing_url(req, ordered == Ordered::queued ? "?done=queued" : "?done=kept"));
}

}  // namespace

void cancel_routes(http::Router& at, Billing& billing) {
  using namespace permissions;
  auto with = at.with(billing);
  const http::Words open{.while_limited = true};
  with.get("/t/{slug}/billing/cancel", show_cancel, billing_manage, open);
  with.post("/t/{slug}/billing/cancel", cancel_it, billing_manage, open);
  with.post("/t/{slug}/billing/cancel/undo", keep_it, billing_manage, open);
}

}  // namespace freehold::billing
