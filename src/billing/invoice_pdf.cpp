// An invoice on paper: head and parties on the first page, the table with its head on each, the
// sums, what is to be said, and the number of every page.
#include <charconv>

#include "billing/invoices.hpp"
#include "catalog/catalog.hpp"
#include "core/async.hpp"
#include "paper/paper.hpp"

namespace freehold::billing {
namespace {

using paper::Align;
using paper::Colour;
using paper::Style;

constexpr double margin = 48;
constexpr double foot_height = 36;
constexpr double column_gap = 12;
constexpr Colour ink{0.10, 0.11, 0.13};
constexpr Colour soft_ink{0.40, 0.42, 0.45};
constexpr Colour rule{0.86, 0.87, 0.89};

// Where paper is Letter.
// https://www.unicode.org/reports/tr35/tr35-general.html#Measurement_System_Data
constexpr std::array letter_countries{"BZ", "CA", "CL", "CO", "CR", "GT", "MX",
                                      "NI", "PA", "PH", "PR", "SV", "US", "VE"};

paper::Size size_for(const FullInvoice& full) {
  const std::string& country = full.detail.bill_to.address.country;
  const bool is_unknown = country.empty();
  const bool is_letter = std::ranges::find(letter_countries, country) != letter_countries.end();
  const bool is_dollar = full.invoice.currency == "usd" || full.invoice.currency == "cad";
  return is_letter || (is_unknown && is_dollar) ? paper::Size::letter : paper::Size::a4;
}

// "#265bc5"
Colour colour_of(std::string_view hex) {
  const auto part = [&](std::size_t at) {
    int value = 0;
    if (hex.size() == 7) std::from_chars(hex.data() + at, hex.data() + at + 2, value, 16);
    return value / 255.0;
  };
  return {part(1), part(3), part(5)};
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += (text.empty() ? "" : "\n") + line;
  return text;
}

std::string number_of(const Invoice& invoice) {
  return invoice.number.value_or(invoice.stripe_id);
}

std::string_view word_of(std::string_view state) {
  if (state == "paid") return "Paid";
  if (state == "void") return "Void";
  if (state == "uncollectible") return "Uncollectible";
  if (state == "refunded") return "Refunded";
  return state == "draft" ? "Draft" : "Open";
}

class Writer {
 public:
  Writer(const FullInvoice& full, const Letterhead& letterhead, int pages)
      : full_(full),
        letterhead_(letterhead),
        pages_(pages),
        accent_(colour_of(letterhead.accent)),
        sheets_(size_for(full),
                {.title = "Invoice " + number_of(full.invoice),
                 .author = letterhead.name,
                 .made_at = full.invoice.finalized_at.value_or(full.invoice.created_at)}),
        width_(sheets_.width() - 2 * margin) {}

  void draw() {
    head();
    parties();
    headline();
    table_head();
    for (const InvoiceLine& line : full_.detail.lines) row(line);
    for (const InvoiceSum& sum : sums_of(full_)) total(sum);
    notes();
    foot();
  }
  int page() const { return page_; }
  std::string finish() { return sheets_.finish(); }

 private:
  double bottom() const { return sheets_.height() - margin - foot_height; }

  // From here on the next page when less than this is left on this one.
  bool need(double height) {
    if (y_ + height <= bottom()) return false;
    foot();
    sheets_.next_page();
    ++page_;
    y_ = margin;
    return true;
  }

  void line_across(double thickness, const Colour& colour) {
    sheets_.fill({.x = margin, .y = y_, .width = width_, .height = thickness}, colour);
  }

  void head() {
    sheets_.fill({.x = 0, .y = 0, .width = sheets_.width(), .height = 5}, accent_);
    const paper::Box box{.x = margin, .y = y_, .width = 180, .height = 32};
    const double logo = sheets_.draw(box, letterhead_.logo, letterhead_.logo_type);
    const double x = margin + (logo > 0 ? logo + 10 : 0);
    const double right = margin + width_ / 2;
    sheets_.write(x, y_ + (logo > 0 ? 8 : 4), right - x, letterhead_.name,
                  {.size = 14, .is_bold = true, .colour = ink});
    sheets_.write(right, y_, width_ / 2, "Invoice",
                  {.size = 20, .is_bold = true, .colour = ink, .align = Align::end});
    sheets_.write(right, y_ + 26, width_ / 2, number_of(full_.invoice),
                  {.size = 10, .colour = soft_ink, .align = Align::end});
    y_ += 58;
  }

  double block(double x, double width, std::string_view label,
               const std::vector<std::string>& lines) {
    if (lines.empty()) return 0;
    const double top =
        sheets_.write(x, y_, width, label, {.size = 8, .is_bold = true, .colour = soft_ink});
    const Style first{.size = 9.5, .is_bold = true, .colour = ink};
    double height = top + 3;
    height += sheets_.write(x, y_ + height, width, lines.front(), first);
    const std::vector<std::string> rest(lines.begin() + 1, lines.end());
    if (!rest.empty())
      height += sheets_.write(x, y_ + height + 1, width, joined(rest), {.size = 9, .colour = ink});
    return height;
  }

  double fact(double x, double width, double down, std::string_view label,
              const std::string& value) {
    const double half = width / 2;
    const double one = sheets_.write(x, y_ + down, half, label, {.size = 9, .colour = soft_ink});
    const double other = sheets_.write(x + half, y_ + down, half, value,
                                       {.size = 9, .colour = ink, .align = Align::end});
    return std::max(one, other) + 3;
  }

  double facts(double x, double width) {
    const Invoice& invoice = full_.invoice;
    double down = 0;
    const auto say = [&](std::string_view label, const std::string& value) {
      if (!value.empty()) down += fact(x, width, down, label, value);
    };
    say("Status", std::string(word_of(state_of(full_))));
    say("Date", format_date(invoice.finalized_at.value_or(invoice.created_at)));
    if (full_.detail.due_at) say("Due", format_date(*full_.detail.due_at));
    if (invoice.paid_at) say("Paid", format_date(*invoice.paid_at));
    if (full_.detail.voided_at) say("Voided", format_date(*full_.detail.voided_at));
    for (const CustomField& field : full_.detail.custom_fields) say(field.name, field.value);
    return down;
  }

  void parties() {
    const double column = (width_ - 2 * 2 * column_gap) / 3;
    const double step = column + 2 * column_gap;
    std::vector<std::string> seller = letterhead_.seller;
    if (seller.empty()) seller = {letterhead_.name};
    double height = block(margin, column, "From", seller);
    height =
        std::max(height, block(margin + step, column, "Bill to", lines_of(full_.detail.bill_to)));
    height = std::max(height, facts(margin + 2 * step, column));
    y_ += height + 24;
  }

  std::string headline_text() const {
    const Invoice& invoice = full_.invoice;
    const auto money = [&](std::int64_t minor) {
      return format_money({minor, currency_of(invoice)});
    };
    if (invoice.status == "paid" && invoice.paid_at)
      return money(invoice.amount_paid) + " paid on " + format_date(*invoice.paid_at);
    if (invoice.status == "void") return "Nothing is due: this invoice is void";
    if (full_.detail.due_at)
      return money(invoice.amount_remaining) + " due on " + format_date(*full_.detail.due_at);
    return money(invoice.amount_remaining) + " due";
  }

  void headline() {
    y_ += sheets_.write(margin, y_, width_, headline_text(),
                        {.size = 14, .is_bold = true, .colour = ink});
    if (full_.detail.description) {
      y_ += 4;
      y_ += sheets_.write(margin, y_, width_, *full_.detail.description,
                          {.size = 9, .colour = soft_ink});
    }
    y_ += 14;
  }

  // Description, quantity, unit price, amount.
  struct Columns {
    double x[4];
    double width[4];
  };
  Columns columns() const {
    const double quantity = 56;
    const double price = 92;
    const double amount = 92;
    const double text = width_ - quantity - price - amount - 3 * column_gap;
    const double x1 = margin + text + column_gap;
    const double x2 = x1 + quantity + column_gap;
    return {{margin, x1, x2, x2 + price + column_gap}, {text, quantity, price, amount}};
  }

  void table_head() {
    const Columns at = columns();
    const std::array labels{"Description", "Quantity", "Unit price", "Amount"};
    double height = 0;
    for (std::size_t i = 0; i < labels.size(); ++i)
      height = std::max(height, sheets_.write(at.x[i], y_, at.width[i], labels[i],
                                              {.size = 8,
                                               .is_bold = true,
                                               .colour = soft_ink,
                                               .align = i == 0 ? Align::start : Align::end}));
    y_ += height + 5;
    line_across(1, ink);
    y_ += 7;
  }

  void row(const InvoiceLine& line) {
    const Columns at = columns();
    const Style words{.size = 9, .colour = ink};
    const Style small{.size = 8, .colour = soft_ink};
    const Style figures{.size = 9, .colour = ink, .align = Align::end};
    const std::string period = period_text(line);
    double height = sheets_.measure(line.description, words, at.width[0]);
    const double period_at = height + 1;
    if (!period.empty()) height = period_at + sheets_.measure(period, small, at.width[0]);
    if (need(height + 14)) table_head();
    sheets_.write(at.x[0], y_, at.width[0], line.description, words);
    if (!period.empty()) sheets_.write(at.x[0], y_ + period_at, at.width[0], period, small);
    const Currency currency = currency_of(full_.invoice);
    if (line.quantity)
      sheets_.write(at.x[1], y_, at.width[1], catalog::with_thousands(*line.quantity), figures);
    if (line.unit_amount)
      sheets_.write(at.x[2], y_, at.width[2], unit_price_text(*line.unit_amount, currency),
                    figures);
    sheets_.write(at.x[3], y_, at.width[3], format_money({line.amount, currency}), figures);
    y_ += height + 6;
    line_across(0.5, rule);
    y_ += 7;
  }

  void total(const InvoiceSum& sum) {
    const bool is_sum = sum.kind == InvoiceSum::Kind::sum;
    const bool is_note = sum.kind == InvoiceSum::Kind::note;
    need(18);
    const double x = margin + width_ / 2;
    const Style label{.size = 9, .is_bold = is_sum, .colour = is_note ? soft_ink : ink};
    const double figures = 110;
    const double text = width_ / 2 - figures;
    Style amount = label;
    amount.align = Align::end;
    const double height = sheets_.write(x, y_, text, sum.label, label);
    sheets_.write(x + text, y_, figures, format_money(sum.amount), amount);
    y_ += height + 5;
  }

  void note(std::string_view text) {
    const Style style{.size = 8.5, .colour = soft_ink};
    const double height = sheets_.measure(text, style, width_);
    need(height + 8);
    y_ += 8;
    y_ += sheets_.write(margin, y_, width_, text, style);
  }

  void notes() {
    const auto is_reverse = [](const TaxAmount& tax) { return tax.reason == "reverse_charge"; };
    y_ += 12;
    if (std::ranges::any_of(full_.detail.taxes, is_reverse))
      note("Tax to be paid on reverse charge basis.");
    if (full_.detail.footer) note(*full_.detail.footer);
  }

  void foot() {
    const double y = sheets_.height() - margin - 12;
    sheets_.fill({.x = margin, .y = y - 8, .width = width_, .height = 0.5}, rule);
    const Style style{.size = 8, .colour = soft_ink};
    sheets_.write(margin, y, width_ * 0.7,
                  letterhead_.name + " · Invoice " + number_of(full_.invoice), style);
    Style end = style;
    end.align = Align::end;
    sheets_.write(margin + width_ * 0.7, y, width_ * 0.3,
                  fmt::format("Page {} of {}", page_, pages_), end);
  }

  const FullInvoice& full_;
  const Letterhead& letterhead_;
  int pages_;
  Colour accent_;
  paper::Sheets sheets_;
  double width_;
  double y_ = margin - 8;
  int page_ = 1;
};

}  // namespace

std::string draw_invoice(const FullInvoice& full, const Letterhead& letterhead) {
  Writer count(full, letterhead, 0);  // how many pages it takes
  count.draw();
  Writer writer(full, letterhead, count.page());
  writer.draw();
  return writer.finish();
}

}  // namespace freehold::billing
