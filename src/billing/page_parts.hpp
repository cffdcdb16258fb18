// What the pages of this module share. Private to it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "billing/billing.hpp"
#include "billing/invoices.hpp"
#include "html/parts.hpp"
#include "http/request.hpp"

namespace freehold::billing {

// "/t/acme/billing" + path
std::string billing_url(const http::Request& req, std::string_view path = "");
// Tabs, and the toast that `?done=` asks for.
html::Tabs tabs_of(const http::Request& req);
Task<html::Frame> frame_of(Billing& billing, http::Request& req, std::string title);

// "info" has a quiet icon; any other kind warns.
html::Callout callout(const std::string& kind, std::string title, std::string text);
std::string card_text(const Card& card);  // "Visa •••• 4242"

// Money of an invoice or a subscription: minor units and Stripe's code.
std::string money_text(std::int64_t minor, std::string_view currency);
std::string each(catalog::Interval interval);          // "a month"
std::string every(catalog::Interval interval);         // "each month"
std::string adverb(catalog::Interval interval);        // "monthly"
catalog::Interval interval_of(std::string_view text);  // anything but "year" is a month

// How prices are shown and asked for.
struct Billed {
  catalog::Interval interval;
  Currency currency;
};
// What a query or a form says. A subscription keeps its currency; otherwise what is not sold in is
// the catalogue's first one.
Billed billed_by(const http::Fields& given, const catalog::Catalog& catalog,
                 const std::optional<Mirror>& current = {});
std::string query_of(const Billed& billed);  // "interval=year&currency=eur"
std::string not_sold(const Billed& billed);  // "Not sold yearly in EUR"

struct InvoiceRow {
  std::string number;
  std::string url;
  std::string at;
  std::string at_text;
  bool relative = false;
  html::Badge badge;
  std::string amount;
  std::optional<html::Action> pay;
  std::optional<std::string> pdf_url;
};
BOOST_DESCRIBE_STRUCT(InvoiceRow, (),
                      (number, url, at, at_text, relative, badge, amount, pay, pdf_url))
// `url` is that of the list.
std::vector<InvoiceRow> rows_of(const std::vector<Invoice>& invoices, std::size_t most,
                                const std::string& url);
html::Badge badge_of(const Invoice& invoice);

// The invoice as our own PDF, to be saved. Problem 503 `pdf_away` where nothing draws.
Task<http::Response> pdf_answer(Billing& billing, FullInvoice full);

// --- Comparing plans: on /pricing and in the console

struct PlanCard {
  std::string kind = "standard";
  std::string id;
  std::string name;
  std::optional<html::Badge> badge;
  std::string text;
  std::string price;
  std::string unit;
  std::optional<html::Action> action;
  std::vector<std::string> gains;
};
BOOST_DESCRIBE_STRUCT(PlanCard, (), (kind, id, name, badge, text, price, unit, action, gains))

PlanCard card_of(const catalog::Catalog& catalog, const catalog::Plan& plan, const Billed& billed);

struct Cell {
  std::optional<std::string> text;
  bool yes = false;
  bool no = false;
};
BOOST_DESCRIBE_STRUCT(Cell, (), (text, yes, no))
struct CompareRow {
  std::string name;
  std::vector<Cell> cells;
};
BOOST_DESCRIBE_STRUCT(CompareRow, (), (name, cells))
struct Segment {
  std::string label;
  std::string url;
  bool current = false;
};
BOOST_DESCRIBE_STRUCT(Segment, (), (label, url, current))

struct Segments {
  std::string label;
  std::vector<Segment> items;
};
BOOST_DESCRIBE_STRUCT(Segments, (), (label, items))

struct Comparison {
  std::vector<Segments> choices;
  std::vector<PlanCard> plans;
  std::vector<CompareRow> rows;
};
BOOST_DESCRIBE_STRUCT(Comparison, (), (choices, plans, rows))

// Everything but the actions of the cards. `url` is the page's own, for the links of the choices.
Comparison compare(const catalog::Catalog& catalog, const Billed& billed, const std::string& url,
                   bool may_choose_currency);

}  // namespace freehold::billing
