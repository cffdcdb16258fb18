// /t/{slug}/billing/card: which card is charged, for what, and another one in its place.
#include "billing/cards.hpp"
#include "billing/handlers.hpp"
#include "billing/page_parts.hpp"
#include "core/async.hpp"
#include "core/json.hpp"
#include "html/frame.hpp"

namespace freehold::billing {
namespace {

struct CardPage {
  html::Tabs tabs = {};
  std::vector<html::Callout> notices = {};
  std::string card = {};
  std::string expires = {};
  std::vector<html::Row> facts = {};
  std::string submit = {};
  std::string note = {};
  std::string action = {};
  std::string portal_url = {};
  bool may = false;
  bool has_unpaid = false;
  std::vector<InvoiceRow> invoices = {};
};
BOOST_DESCRIBE_STRUCT(CardPage, (),
                      (tabs, notices, card, expires, facts, submit, note, action, portal_url, may,
                       has_unpaid, invoices))

std::optional<html::Callout> result_of(std::string_view result) {
  if (result == "unpaid")
    return callout("warn", "The card is stored, but the open invoice was not paid",
                   "The bank declined the payment or wants you to confirm it. Open the invoice to "
                   "pay it.");
  if (result == "waiting")
    return callout("info", "No card was entered", "The card is the one that it was.");
  if (result == "away")
    return callout("bad", "Stripe is not answering",
                   "Everything else on these pages keeps working. If you have entered a card, it "
                   "is taken over when you open this page again.");
  return {};
}

// Whether the card is of no use before the next charge.
bool expires_before(const Card& card, Instant at) {
  const Date date = date_of(at);
  return card.exp_year < date.year ||
         (card.exp_year == date.year && card.exp_month < std::int32_t(date.month));
}

std::optional<html::Callout> expiry_notice(const std::optional<Card>& card,
                                           const std::optional<Mirror>& current) {
  if (!card || !current || cancels_at(*current)) return {};
  if (!expires_before(*card, current->period_end)) return {};
  return callout("warn", "This card expires before the next charge",
                 "Enter another one before " + format_date(current->period_end) +
                     ", or that charge may fail.");
}

std::vector<html::Row> facts_of(const std::optional<Mirror>& current,
                                const catalog::Catalog& catalog) {
  if (!current) return {};
  const catalog::Plan* plan = catalog.find(plan_of(*current, catalog));
  std::vector<html::Row> facts{{"Pays for", plan != nullptr ? plan->name : "Your plan"}};
  if (const auto ends = cancels_at(*current)) {
    facts.push_back({"Next charge", "None; the plan ends on " + format_date(*ends)});
  } else {
    facts.push_back({"Next charge", format_date(current->period_end)});
  }
  return facts;
}

std::string note_of(const std::vector<Invoice>& unpaid) {
  if (unpaid.empty())
    return "You enter the card on the next page, at Stripe. Nothing is charged today.";
  const std::string what =
      unpaid.size() == 1 ? "The open invoice of " +
                               money_text(unpaid.front().amount_remaining, unpaid.front().currency)
                         : fmt::format("The {} open invoices", unpaid.size());
  return fmt::format(
      "You enter the card on the next page, at Stripe. {} {} then paid with it at once.", what,
      unpaid.size() == 1 ? "is" : "are");
}

Task<CardPage> page_of(Billing& billing, const http::Request& req) {
  db::ControlRead db = billing.database.control_read(req.actor());
  const auto card = co_await find_card(db);
  const auto current = co_await current_subscription(db);
  std::vector<Invoice> unpaid = co_await invoices(db);
  std::erase_if(unpaid, [](const Invoice& invoice) { return !is_overdue(invoice); });
  CardPage page{.tabs = tabs_of(req)};
  for (auto said : {result_of(req.query.get("result")), expiry_notice(card, current)}) {
    if (said) page.notices.push_back(std::move(*said));
  }
  if (card) {
    page.card = card_text(*card);
    page.expires = fmt::format("{:02}/{}", card->exp_month, card->exp_year);
  }
  page.facts = facts_of(current, billing.catalog);
  page.submit = card ? "Use another card" : "Add a card";
  page.note = note_of(unpaid);
  page.action = billing_url(req, "/card");
  page.portal_url = billing_url(req, "/portal");
  page.may = req.actor().can(permissions::billing_manage);
  page.has_unpaid = !unpaid.empty();
  page.invoices = rows_of(unpaid, unpaid.size(), billing_url(req, "/invoices"));
  co_return page;
}

std::string query_of(CardUpdate outcome) {
  if (outcome == CardUpdate::set) return "?done=card";
  if (outcome == CardUpdate::unpaid) return "?result=unpaid";
  if (outcome == CardUpdate::waiting) return "?result=waiting";
  return outcome == CardUpdate::away ? "?result=away" : "";
}

// A card that was entered by somebody who never came back is taken over when the page is opened.
Task<http::Response> show_card(Billing& billing, http::Request& req, db::Database&) {
  if (req.actor().can(permissions::billing_manage) && !req.query.has("result")) {
    const CardUpdate outcome = co_await finish_card_update(billing, req.actor());
    if (outcome == CardUpdate::set || outcome == CardUpdate::unpaid)
      co_return http::see_other(billing_url(req, "/card" + query_of(outcome)));
  }
  const html::Frame frame = co_await frame_of(billing, req, "Payment method");
  const CardPage page = co_await page_of(billing, req);
  const json::value model = html::page_model(frame, to_json(page).as_object());
  co_return http::html(200, billing.views.render("billing/card", model));
}

Task<http::Response> change_card(Billing& billing, http::Request& req, db::Database&) {
  std::optional<std::string> url;
  try {
    url = co_await open_card_update(billing, req.actor(), req.tenant_slug);
  } catch (const Problem& problem) {
    if (problem.code != "stripe_away") throw;
  }
  if (!url) co_return http::see_other(billing_url(req, "/card?result=away"));
  co_return http::see_other(*url);
}

Task<http::Response> come_back(Billing& billing, http::Request& req, db::Database&) {
  const CardUpdate outcome = co_await finish_card_update(billing, req.actor());
  co_return http::see_other(billing_url(req, "/card" + query_of(outcome)));
}

}  // namespace

void card_routes(http::Router& at, Billing& billing) {
  using namespace permissions;
  auto with = at.with(billing);
  const http::Words open{.while_limited = true};
  with.get("/t/{slug}/billing/card", show_card, billing_read, open);
  with.post("/t/{slug}/billing/card", change_card, billing_manage, open);
  with.get("/t/{slug}/billing/card/return", come_back, billing_manage, open);
}

}  // namespace freehold::billing
