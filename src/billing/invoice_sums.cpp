// How an invoice sums. Stripe has done the sums; where what it says does not add up, the difference
// is a step of its own, so that nothing on our page or paper is ever wrong in silence.
#include <charconv>
#include <numeric>

#include "billing/invoices.hpp"
#include "core/async.hpp"

namespace freehold::billing {
namespace {

using Kind = InvoiceSum::Kind;

class Steps {
 public:
  explicit Steps(const Invoice& invoice) : currency_(currency_of(invoice)) {}

  void start_from(std::int64_t amount) { sum_ = amount; }
  void part(std::string name, std::string label, std::int64_t amount) {
    if (amount == 0) return;
    sum_ += amount;
    add(Kind::part, std::move(name), std::move(label), amount);
  }
  // What is missing to `amount` becomes a step before it.
  void sum(std::string name, std::string label, std::int64_t amount) {
    part("adjustment", "Other adjustments", amount - sum_);
    add(Kind::sum, std::move(name), std::move(label), amount);
  }
  void note(std::string name, std::string label, std::int64_t amount) {
    if (amount != 0) add(Kind::note, std::move(name), std::move(label), amount);
  }
  std::vector<InvoiceSum> take() { return std::move(steps_); }

 private:
  void add(Kind kind, std::string name, std::string label, std::int64_t amount) {
    steps_.push_back({kind, std::move(name), std::move(label), Money{amount, currency_}});
  }

  Currency currency_;
  std::int64_t sum_ = 0;
  std::vector<InvoiceSum> steps_;
};

std::string tax_label(const TaxAmount& tax) {
  if (tax.reason == "reverse_charge") return "Tax, reverse charge";
  return tax.is_inclusive ? "Tax, included in the prices" : "Tax";
}

void add_taxes(Steps& steps, const std::vector<TaxAmount>& taxes) {
  for (const TaxAmount& tax : taxes) {
    if (!tax.is_inclusive) steps.part("tax", tax_label(tax), tax.amount);
  }
}

void add_tax_notes(Steps& steps, const std::vector<TaxAmount>& taxes) {
  for (const TaxAmount& tax : taxes) {
    if (tax.is_inclusive) steps.note("tax", tax_label(tax), tax.amount);
  }
}

std::string paid_label(const Invoice& invoice) {
  return invoice.paid_at ? "Paid on " + format_date(*invoice.paid_at) : "Paid";
}

}  // namespace

Currency currency_of(const Invoice& invoice) {
  return Currency::parse(invoice.currency).value_or(Currency::usd());
}

std::vector<InvoiceSum> sums_of(const FullInvoice& full) {
  const InvoiceDetail& detail = full.detail;
  const Invoice& invoice = full.invoice;
  Steps steps(invoice);
  const auto add = [](std::int64_t sum, const InvoiceLine& line) { return sum + line.amount; };
  steps.start_from(std::accumulate(detail.lines.begin(), detail.lines.end(), std::int64_t(0), add));
  steps.sum("subtotal", "Subtotal", detail.subtotal);
  steps.part("discount", "Discount", -detail.discount);
  add_taxes(steps, detail.taxes);
  steps.sum("total", "Total", invoice.total);
  add_tax_notes(steps, detail.taxes);
  steps.part("balance", detail.balance_applied < 0 ? "Credit used" : "Carried to your balance",
             detail.balance_applied);
  steps.part("credit_note", "Credit notes", -detail.pre_payment_credit_notes_amount);
  steps.sum("due", "Amount due", detail.amount_due);
  steps.part("paid", paid_label(invoice), -invoice.amount_paid);
  steps.sum("remaining", "Still to pay", invoice.amount_remaining);
  steps.note("credit_note", "Credited after payment", -detail.post_payment_credit_notes_amount);
  steps.note("refund", "Refunded", -full.refunded);
  return steps.take();
}

std::string state_of(const FullInvoice& full) {
  const std::int64_t given_back = full.detail.post_payment_credit_notes_amount + full.refunded;
  const bool is_given_back = full.invoice.amount_paid > 0 && given_back >= full.invoice.amount_paid;
  return full.invoice.status == "paid" && is_given_back ? "refunded" : full.invoice.status;
}

std::string unit_price_text(std::string_view unit_amount, Currency currency) {
  const bool is_negative = unit_amount.starts_with('-');
  std::string_view digits = unit_amount.substr(is_negative ? 1 : 0);
  const auto point = std::min(digits.find('.'), digits.size());
  std::string fraction(digits.substr(std::min(point + 1, digits.size())));
  while (fraction.ends_with('0')) fraction.pop_back();
  std::int64_t whole = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + point, whole);
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (read.ptr != digits.data() + point || !std::ranges::all_of(fraction, is_digit))
    return std::string(unit_amount);
  // Less than a minor unit stands behind what is written of the whole ones.
  std::string text = format_money({is_negative ? -whole : whole, currency});
  if (fraction.empty()) return text;
  if (is_negative && whole == 0) text = "−" + text;
  return text + (currency.exponent() == 0 ? "." : "") + fraction;
}

std::string period_text(const InvoiceLine& line) {
  if (!line.period_start || !line.period_end) return "";
  const std::string from = format_date(*line.period_start);
  const std::string until = format_date(*line.period_end);
  return from == until ? from : from + " – " + until;
}

std::vector<std::string> lines_of(const PostalAddress& address) {
  std::string town = address.postal_code;
  for (const std::string& part : {address.city, address.state}) {
    if (!town.empty() && !part.empty()) town += ' ';
    town += part;
  }
  std::vector<std::string> lines{address.line1, address.line2, std::move(town), address.country};
  std::erase(lines, std::string());
  return lines;
}

std::string tax_id_text(const TaxId& id) {
  std::string type = id.type;
  for (char& c : type) c = c == '_' ? ' ' : char(std::toupper(static_cast<unsigned char>(c)));
  return type + " " + id.value;
}

std::vector<std::string> lines_of(const BillTo& bill_to) {
  std::vector<std::string> lines{bill_to.name};
  for (std::string& line : lines_of(bill_to.address)) lines.push_back(std::move(line));
  lines.push_back(bill_to.email);
  for (const TaxId& id : bill_to.tax_ids) lines.push_back(tax_id_text(id));
  std::erase(lines, std::string());
  return lines;
}

}  // namespace freehold::billing
