// A paid invoice, with its PDF, to those who keep the books.
#include "billing/billing.hpp"
#include "core/async.hpp"
#include "core/json.hpp"
#include "core/money.hpp"
#include "core/words.hpp"
#include "notify/letters.hpp"

namespace freehold::notify {
namespace {

using events::Job;

std::string amount_of(const billing::Invoice& invoice) {
  return format_money({invoice.amount_paid, billing::currency_of(invoice)});
}

std::string file_name(const std::string& number) {
  std::string name = "invoice-" + number + ".pdf";
  const auto is_odd = [](unsigned char c) {
    return std::isalnum(c) == 0 && !std::string_view(".-_").contains(char(c));
  };
  std::ranges::replace_if(name, is_odd, '-');
  return name;
}

Letter letter_of(const Notify& notify, const Place& place, const billing::Invoice& invoice) {
  const std::string number = invoice.number.value_or(invoice.stripe_id);
  Letter letter{.name = "invoice_paid",
                .subject = fmt::format("Invoice {} is paid", number),
                .title = fmt::format("{} paid", amount_of(invoice))};
  letter.paragraphs = {
      fmt::format("Invoice {} of {} is paid. Thank you.", number, harmless(place.tenant.name))};
  if (notify.invoice_pdf) letter.paragraphs.emplace_back("The invoice is attached.");
  letter.button =
      button("Open the invoice", url_in(notify, place, "/billing/invoices/" + invoice.stripe_id));
  return letter;
}

Task<> send_invoice(Notify& notify, const Job& job) {
  db::ControlRead db = notify.database.control_read(job.actor());
  const auto full = co_await billing::find_invoice(db, text_of(job, "invoice"));
  if (!full) co_return;
  const auto emails = co_await billing::invoice_emails(db);
  const Place place = co_await place_of(notify, job);
  Letter letter = letter_of(notify, place, full->invoice);
  if (notify.invoice_pdf) {
    const std::string number = full->invoice.number.value_or(full->invoice.stripe_id);
    std::string pdf = co_await notify.invoice_pdf(job.actor(), full->invoice.stripe_id);
    letter.files.push_back({file_name(number), "application/pdf", std::move(pdf)});
  }
  if (emails.empty()) {
    co_await send_to_owner(notify, job, place, std::move(letter));
    co_return;
  }
  letter.reason = "You get this mail because " + harmless(place.tenant.name) +
                  " has its invoices sent to this address.";
  co_await send_to_each(notify, job, letter, emails);
}

}  // namespace

std::vector<Cause> invoice_letters() {
  return {{"notify.invoice_paid", billing::invoice_paid, send_invoice}};
}

}  // namespace freehold::notify
