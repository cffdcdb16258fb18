// What stands on the paper is read out of it again by poppler, and must sum.
#include <doctest/doctest.h>

#include <cstdio>
#include <fstream>
#include <numeric>
#include <random>

#include "billing/invoices.hpp"
#include "core/async.hpp"

namespace freehold::billing {
namespace {

FullInvoice sample(const std::string& currency = "usd") {
  const Instant start = from_unix_seconds(1'793'491'200);  // 1 Nov 2026
  FullInvoice full;
  full.invoice = {.stripe_id = "in_1",
                  .subscription_id = "sub_1",
                  .number = "NW-0007",
                  .status = "paid",
                  .currency = currency,
                  .total = 5361,
                  .amount_paid = 4361,
                  .amount_remaining = 0,
                  .created_at = start,
                  .finalized_at = start + hours(1),
                  .paid_at = start + hours(1),
                  .next_attempt_at = {},
                  .hosted_invoice_url = {}};
  full.detail = {.invoice_id = "in_1",
                 .billing_reason = "subscription_cycle",
                 .subtotal = 4900,
                 .discount = 490,
                 .taxes = {{951, false, "standard_rated"}},
                 .amount_due = 4361,
                 .balance_applied = -1000};
  full.detail.bill_to = {.name = "株式会社さくら & Søn",
                         .email = "finance@northwind.example",
                         .address = {"Lindenstraße 4", "", "Berlin", "", "10969", "DE"},
                         .tax_ids = {{"eu_vat", "DE811907980"}}};
  full.detail.custom_fields = {{"PO number", "4711-ÄÖ"}};
  full.detail.lines = {{.position = 0,
                        .description = "Pro, monthly",
                        .quantity = 1,
                        .unit_amount = "4900",
                        .amount = 4900,
                        .period_start = start,
                        .period_end = add_months(start, 1)}};
  return full;
}

Letterhead letterhead() {
  return {
      .name = "Acme",
      .accent = "#0f766e",
      .logo =
          R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><circle cx="12" cy="12" r="12" fill="#0f766e"/></svg>)",
      .logo_type = "image/svg+xml",
      .seller = {"Acme Software GmbH", "Hafenstraße 1", "20457 Hamburg", "EU VAT DE123456789"}};
}

std::string text_of(const std::string& pdf, const std::string& how = "-layout") {
  const std::string name = std::tmpnam(nullptr);
  std::ofstream(name) << pdf;
  FILE* const pipe = popen(("pdftotext " + how + " '" + name + "' -").c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::string text;
  char some[4096];
  for (std::size_t n = 0; (n = std::fread(some, 1, sizeof some, pipe)) > 0;) text.append(some, n);
  CHECK(pclose(pipe) == 0);
  std::remove(name.c_str());
  return text;
}

// Blanks are how columns look, and no more than that.
std::string squeezed(const std::string& text) {
  std::string out;
  for (const char c : text) {
    const bool is_blank = c == ' ' && (out.empty() || out.back() == ' ' || out.back() == '\n');
    if (!is_blank && !(c == '\n' && (out.empty() || out.back() == '\n'))) out += c;
  }
  return out;
}

int pages_of(const std::string& text) {
  return int(std::ranges::count(text, '\f'));
}

}  // namespace

TEST_CASE("an invoice on paper says everything that stands on it") {
  CHECK(squeezed(text_of(draw_invoice(sample(), letterhead()), "-layout")) ==
        "Acme Invoice\n"
        "NW-0007\n"
        "From Bill to Status Paid\n"
        "Acme Software GmbH 株式会社さくら & Søn Date 1 Nov 2026\n"
        "Hafenstraße 1 Lindenstraße 4 Paid 1 Nov 2026\n"
        "20457 Hamburg 10969 Berlin\n"
        "PO number 4711-ÄÖ\n"
        "EU VAT DE123456789 DE\n"
        "finance@northwind.example\n"
        "EU VAT DE811907980\n"
        "$43.61 paid on 1 Nov 2026\n"
        "Description Quantity Unit price Amount\n"
        "Pro, monthly 1 $49.00 $49.00\n"
        "1 Nov 2026 – 1 Dec 2026\n"
        "Subtotal $49.00\n"
        "Discount −$4.90\n"
        "Tax $9.51\n"
        "Total $53.61\n"
        "Credit used −$10.00\n"
        "Amount due $43.61\n"
        "Paid on 1 Nov 2026 −$43.61\n"
        "Still to pay $0.00\n"
        "Acme · Invoice NW-0007 Page 1 of 1\n"
        "\f");
}

TEST_CASE("the same invoice gives the same bytes, and another one others") {
  const std::string once = draw_invoice(sample(), letterhead());
  CHECK(once == draw_invoice(sample(), letterhead()));
  FullInvoice other = sample();
  other.detail.custom_fields[0].value = "4712";
  CHECK(once != draw_invoice(other, letterhead()));
}

TEST_CASE("a long invoice has its table's head and its number on every page") {
  FullInvoice full = sample();
  full.detail.lines.clear();
  for (int n = 0; n < 70; ++n)
    full.detail.lines.push_back({.position = n,
                                 .description = fmt::format("Seat of person number {}", n + 1),
                                 .quantity = 1,
                                 .amount = 70});
  const std::string text = text_of(draw_invoice(full, letterhead()));
  const int pages = pages_of(text);
  CHECK(pages > 2);
  std::string_view rest = text;
  for (int page = 1; page <= pages; ++page) {
    const auto end = rest.find('\f');
    const std::string_view one = rest.substr(0, end);
    CHECK(one.contains(fmt::format("Page {} of {}", page, pages)));
    CHECK(one.contains("NW-0007"));
    CHECK((one.contains("Unit price") || !one.contains("Seat of")));
    rest.remove_prefix(end + 1);
  }
  CHECK(text.contains("Seat of person number 70"));
}

TEST_CASE("the paper is Letter where people use it, and A4 elsewhere") {
  const auto box_of = [](FullInvoice full, const std::string& country) {
    full.detail.bill_to.address.country = country;
    const std::string pdf = draw_invoice(full, letterhead());
    return pdf.contains("0 0 612 792") ? "Letter" : "A4";
  };
  CHECK(box_of(sample(), "US") == "Letter");
  CHECK(box_of(sample(), "CA") == "Letter");
  CHECK(box_of(sample(), "DE") == "A4");
  CHECK(box_of(sample("eur"), "") == "A4");
  CHECK(box_of(sample("usd"), "") == "Letter");
}

TEST_CASE("a name of any kind keeps the invoice whole") {
  for (const char* name :
       {"شركة النور للبرمجيات", "חברה בע״מ", "🦊👩‍💻 Fox & Co", "हिन्दी लिमिटेड",
        "\u202Eevil\u202C",
        "a long name without any end aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        ""}) {
    FullInvoice full = sample();
    full.detail.bill_to.name = name;
    const std::string text = text_of(draw_invoice(full, letterhead()));
    CHECK_MESSAGE(text.contains("$43.61 paid on 1 Nov 2026"), name);
    CHECK(pages_of(text) == 1);
  }
}

TEST_CASE("a unit price may be less than the smallest coin") {
  const auto text = [](const char* amount, const char* code) {
    return unit_price_text(amount, Currency::parse(code).value());
  };
  CHECK(text("4900", "usd") == "$49.00");
  CHECK(text("0.25", "usd") == "$0.0025");
  CHECK(text("12.50", "usd") == "$0.125");
  CHECK(text("-0.5", "eur") == "−€0.005");
  CHECK(text("0.125", "jpy") == "¥0.125");
  CHECK(text("1500.5", "kwd") == "KWD 1.5005");
  CHECK(text("one", "usd") == "one");
  CHECK(text("", "usd") == "$0.00");
}

TEST_CASE("whatever the amounts are, the lines and every step sum to what is left to pay") {
  std::mt19937_64 chance(20'261'128);
  const auto amount = [&](std::int64_t most) {
    return std::int64_t(chance() % std::uint64_t(most));
  };
  const std::vector<std::string> codes{"usd", "eur", "jpy", "krw", "kwd",
                                       "bhd", "isk", "ugx", "huf"};
  for (int n = 0; n < 300; ++n) {
    FullInvoice full = sample(codes[std::size_t(n) % codes.size()]);
    full.detail.lines.clear();
    for (std::int64_t line = amount(12); line >= 0; --line)
      full.detail.lines.push_back({.position = std::int32_t(line),
                                   .description = "Line",
                                   .amount = amount(1'000'000) - 300'000});
    full.detail.subtotal = amount(3) == 0 ? amount(5'000'000) : 1'234;
    full.detail.discount = amount(2) * amount(1'000);
    full.detail.taxes = {{amount(900), false, ""}, {amount(900), true, ""}};
    full.detail.pre_payment_credit_notes_amount = amount(2) * amount(500);
    full.detail.balance_applied = amount(2) * (amount(900) - 450);
    full.detail.amount_due = amount(7'000);
    full.invoice.total = amount(9'000) - 1'000;
    full.invoice.amount_paid = amount(7'000);
    full.invoice.amount_remaining = amount(7'000);
    std::int64_t sum = 0;
    for (const InvoiceLine& line : full.detail.lines) sum += line.amount;
    for (const InvoiceSum& step : sums_of(full)) {
      CHECK(step.amount.currency.code() == full.invoice.currency);
      if (step.kind == InvoiceSum::Kind::part) sum += step.amount.minor;
      if (step.kind == InvoiceSum::Kind::sum) CHECK(step.amount.minor == sum);
    }
    CHECK(sum == full.invoice.amount_remaining);
  }
}

TEST_CASE("the figures on the paper are those of the sums, in every currency") {
  for (const char* code : {"usd", "eur", "gbp", "jpy", "krw", "kwd", "tnd", "isk", "ugx", "clp"}) {
    const FullInvoice full = sample(code);
    const std::string text = squeezed(text_of(draw_invoice(full, letterhead())));
    for (const InvoiceSum& step : sums_of(full))
      CHECK_MESSAGE(text.contains(step.label + " " + format_money(step.amount)), code);
  }
}

}  // namespace freehold::billing
