#include "billing/page_parts.hpp"

#include "core/async.hpp"
#include "core/json.hpp"
#include "core/text.hpp"
#include "core/words.hpp"

namespace freehold::billing {
namespace {

html::Toast bad_toast(std::string text) {
  html::Toast toast{.kind = "bad", .text = std::move(text)};
  toast.icon = "alert_triangle";
  toast.role = "alert";
  return toast;
}

std::optional<html::Toast> toast_of(const http::Request& req) {
  const std::string_view done = req.query.get("done");
  if (done == "changed") return html::Toast{.text = "The plan is changed"};
  if (done == "canceled") return html::Toast{.text = "The subscription will end; nothing is lost"};
  if (done == "kept") return html::Toast{.text = "The subscription goes on"};
  if (done == "ended") return html::Toast{.text = "The subscription is over"};
  if (done == "scheduled") return html::Toast{.text = "The plan changes with the next period"};
  if (done == "withdrawn") return html::Toast{.text = "The plan stays as it is"};
  if (done == "paused") return html::Toast{.text = "The subscription is paused"};
  if (done == "resumed") return html::Toast{.text = "The subscription goes on"};
  if (done == "started") return html::Toast{.text = "Payment confirmed. The plan is active"};
  if (done == "details") return html::Toast{.text = "The billing details are saved"};
  if (done == "card") return html::Toast{.text = "The new card is charged from now on"};
  if (done == "paid") return html::Toast{.text = "The invoice is paid"};
  if (done == "unpaid")
    return bad_toast(
        "The payment was not accepted, so the plan is as it was. Pay the open invoice, "
        "and it changes.");
  if (done == "still_paused")
    return bad_toast(
        "The payment was not accepted, so the subscription stays paused until the open "
        "invoice is paid.");
  if (done == "queued")
    return html::Toast{
        .kind = "bad",
        .text = "Stripe is not answering. Your order is stored and carried out as soon as it does",
        .icon = "alert_triangle"};
  return {};
}

// "yearly in EUR"
std::string sold_how(const Billed& billed) {
  return fmt::format("{} in {}", adverb(billed.interval), upper(billed.currency.code()));
}

// What a year costs less than twelve months, as money.
std::string saving(const catalog::Plan& plan, const catalog::Price& yearly) {
  const catalog::Price* monthly = plan.price(catalog::Interval::month, yearly.amount.currency);
  if (monthly == nullptr) return "";
  if (yearly.charge != catalog::Charge::flat) return "";
  const Money saved = monthly->amount * 12 - yearly.amount;
  return saved.minor > 0 ? ", " + format_money(saved) + " less than by the month" : "";
}

// Of what leads the offer: usage may cost a fraction of the smallest coin.
std::string lead_amount(const catalog::Price& price) {
  return price.charge == catalog::Charge::flat ? format_money(price.amount)
                                               : price.beyond().format(price.amount.currency);
}

// "$12.00 a month per member, 3 included", "API calls: $0.005 each, 1,000 included"
std::vector<std::string> also_paid(const catalog::Catalog& catalog, const catalog::Plan& plan,
                                   const catalog::Price& lead) {
  std::vector<std::string> words;
  for (const catalog::Price* price : plan.offer(lead)) {
    if (price == &lead && price->included() == 0) continue;
    const bool by_use = price->charge == catalog::Charge::metered;
    words.push_back((by_use ? catalog.label_of(price->meter) + ": " : "") +
                    catalog::describe(*price));
  }
  return words;
}

Cell feature_cell(const catalog::Plan& plan, const std::string& key) {
  const bool has = plan.has(Feature{key});
  return {.text = {}, .yes = has, .no = !has};
}

Cell allowance_cell(const catalog::Plan& plan, const std::string& key) {
  const auto allowance = plan.find_allowance(key);
  if (!allowance) return {.text = {}, .no = true};
  return {.text = capital(catalog::describe(*allowance))};
}

template <class CellOf>
void append_rows(std::vector<CompareRow>& rows, const catalog::Catalog& catalog,
                 const std::vector<DeclaredKey>& entries, std::string_view suffix, CellOf cell_of) {
  for (const DeclaredKey& entry : entries) {
    CompareRow row{entry.label + std::string(suffix), {}};
    for (const catalog::Plan& plan : catalog.plans()) {
      if (!plan.is_locked) row.cells.push_back(cell_of(plan, entry.key));
    }
    rows.push_back(std::move(row));
  }
}

}  // namespace

std::string billing_url(const http::Request& req, std::string_view path) {
  return "/t/" + req.tenant_slug + "/billing" + std::string(path);
}

html::Tabs tabs_of(const http::Request& req) {
  html::Tabs tabs{.label = "Billing sections"};
  const auto add = [&](std::string label, std::string_view path) {
    const std::string url = billing_url(req, path);
    const bool is_below = !path.empty() && req.path.starts_with(url + "/");
    tabs.items.push_back(
        {.label = std::move(label), .url = url, .current = req.path == url || is_below});
  };
  add("Overview", "");
  add("Plans", "/plans");
  add("Invoices", "/invoices");
  add("Payment method", "/card");
  add("Billing details", "/details");
  return tabs;
}

Task<html::Frame> frame_of(Billing& billing, http::Request& req, std::string title) {
  html::Frame frame = co_await billing.frame(req);
  frame.layout = "console";
  frame.toast = toast_of(req);
  if (title != "Billing") frame.breadcrumbs.push_back({"Billing", billing_url(req)});
  frame.breadcrumbs.push_back({title, {}});
  frame.title = std::move(title);
  co_return frame;
}

html::Callout callout(const std::string& kind, std::string title, std::string text) {
  return {.kind = kind,
          .icon = kind == "info" ? "info" : "alert_triangle",
          .title = std::move(title),
          .text = std::move(text)};
}

std::string card_text(const Card& card) {
  return capital(card.brand) + " •••• " + card.last4;
}

std::string money_text(std::int64_t minor, std::string_view currency) {
  return format_money({minor, Currency::parse(currency).value_or(Currency::usd())});
}

std::string each(catalog::Interval interval) {
  return interval == catalog::Interval::year ? "a year" : "a month";
}

std::string every(catalog::Interval interval) {
  return interval == catalog::Interval::year ? "each year" : "each month";
}

std::string adverb(catalog::Interval interval) {
  return interval == catalog::Interval::year ? "yearly" : "monthly";
}

catalog::Interval interval_of(std::string_view text) {
  return text == "year" ? catalog::Interval::year : catalog::Interval::month;
}

Billed billed_by(const http::Fields& given, const catalog::Catalog& catalog,
                 const std::optional<Mirror>& current) {
  const std::vector<Currency>& sold_in = catalog.currencies();
  Billed billed{interval_of(given.get("interval")),
                sold_in.empty() ? Currency::usd() : sold_in.front()};
  const auto wanted =
      Currency::parse(current ? std::string_view(current->currency) : given.get("currency"));
  const bool is_known = wanted && (current || std::ranges::find(sold_in, *wanted) != sold_in.end());
  if (is_known) billed.currency = *wanted;
  return billed;
}

std::string query_of(const Billed& billed) {
  return fmt::format("interval={}&currency={}", name_of(billed.interval), billed.currency.code());
}

std::string not_sold(const Billed& billed) {
  return "Not sold " + sold_how(billed);
}

html::Badge badge_of(const Invoice& invoice) {
  if (invoice.status == "paid") return {.label = "Paid", .tone = "ok"};
  if (is_overdue(invoice)) return {.label = "Unpaid", .tone = "bad"};
  if (invoice.status == "open") return {.label = "Open", .tone = "warn"};
  if (invoice.status == "void") return {.label = "Void"};
  if (invoice.status == "uncollectible") return {.label = "Uncollectible", .tone = "bad"};
  return {.label = "In preparation"};
}

std::vector<InvoiceRow> rows_of(const std::vector<Invoice>& invoices, std::size_t most,
                                const std::string& url) {
  std::vector<InvoiceRow> rows;
  for (const Invoice& invoice : invoices) {
    if (rows.size() == most) break;
    const std::string own = url + "/" + invoice.stripe_id;
    InvoiceRow row{.number = invoice.number.value_or("Draft"),
                   .url = own,
                   .at = to_rfc3339(invoice.created_at),
                   .at_text = format_date(invoice.created_at),
                   .badge = badge_of(invoice),
                   .amount = money_text(invoice.total, invoice.currency),
                   .pay = {},
                   .pdf_url = {}};
    if (is_overdue(invoice)) row.pay = html::Action{"Pay now", own, "primary"};
    if (invoice.status != "draft") row.pdf_url = own + "/pdf";
    rows.push_back(std::move(row));
  }
  return rows;
}

Task<std::string> invoice_pdf(Billing& billing, const Actor& actor, std::string id_or_number) {
  db::ControlRead db = billing.database.control_read(actor);
  auto full = co_await find_invoice(db, std::move(id_or_number));
  if (!full) throw Problem::not_found("invoice");
  if (!billing.print)
    throw Problem::unavailable("pdf_away", "There is no PDF of this invoice right now.");
  co_return co_await billing.print(std::move(*full));
}

Task<http::Response> pdf_answer(Billing& billing, FullInvoice full) {
  if (!billing.print)
    throw Problem::unavailable("pdf_away", "There is no PDF of this invoice right now.");
  std::string name = full.invoice.number.value_or(full.invoice.stripe_id);
  const auto is_odd = [](unsigned char c) { return !std::isalnum(c) && c != '-' && c != '_'; };
  std::ranges::replace_if(name, is_odd, '-');
  http::Response response;
  response.body = co_await billing.print(std::move(full));
  response.content_type = "application/pdf";
  response.with_header("Content-Disposition",
                       fmt::format("attachment; filename=\"invoice-{}.pdf\"", name));
  co_return response;
}

PlanCard card_of(const catalog::Catalog& catalog, const catalog::Plan& plan, const Billed& billed) {
  PlanCard card{.kind = plan.trial_days ? "featured" : "standard",
                .id = plan.key,
                .name = plan.name,
                .badge = {},
                .text = plan.tagline,
                .price = format_money({0, billed.currency}),
                .unit = "for as long as you like",
                .action = {},
                .gains = plan.highlights};
  if (const catalog::Price* price = plan.price(billed.interval, billed.currency)) {
    card.price = lead_amount(*price);
    card.unit = price->charge == catalog::Charge::metered ? "each" : each(billed.interval);
    if (price->charge == catalog::Charge::seat) card.unit += " for each member";
    if (billed.interval == catalog::Interval::year) card.unit += saving(plan, *price);
    std::vector<std::string> more = also_paid(catalog, plan, *price);
    card.gains.insert(card.gains.begin(), more.begin(), more.end());
  } else if (!plan.prices.empty()) {
    card.price = "–";
    card.unit = "not sold " + sold_how(billed);
  }
  return card;
}

Comparison compare(const catalog::Catalog& catalog, const Billed& billed, const std::string& url,
                   bool may_choose_currency) {
  using catalog::Interval;
  Comparison comparison;
  const auto at = [&](Interval interval, Currency currency) {
    return url + "?" + query_of({interval, currency});
  };
  const Interval interval = billed.interval;
  comparison.choices.push_back(
      {"Billed",
       {{"Monthly", at(Interval::month, billed.currency), interval == Interval::month},
        {"Yearly", at(Interval::year, billed.currency), interval == Interval::year}}});
  if (may_choose_currency && catalog.currencies().size() > 1) {
    Segments currencies{.label = "Currency", .items = {}};
    for (const Currency& each : catalog.currencies())
      currencies.items.push_back({upper(each.code()), at(interval, each), each == billed.currency});
    comparison.choices.push_back(std::move(currencies));
  }
  for (const catalog::Plan& plan : catalog.plans()) {
    if (!plan.is_locked) comparison.plans.push_back(card_of(catalog, plan, billed));
  }
  const catalog::Declared& declared = catalog.declared();
  append_rows(comparison.rows, catalog, declared.limits, "", allowance_cell);
  append_rows(comparison.rows, catalog, declared.meters, " a month", allowance_cell);
  append_rows(comparison.rows, catalog, declared.features, "", feature_cell);
  return comparison;
}

}  // namespace freehold::billing
