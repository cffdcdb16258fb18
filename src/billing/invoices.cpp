// Invoices from our copy, as pages, paper and programs read them.
#include "billing/invoices.hpp"

#include "core/async.hpp"
#include "core/json.hpp"

namespace freehold::billing {
namespace {

const db::TenantQuery<Invoice, std::string> select_invoice{"billing.find_invoice", R"(
  select stripe_id, subscription_id, number, status, currency, total, amount_paid, amount_remaining,
         attempted, attempt_count, created_at, finalized_at, paid_at, next_attempt_at,
         hosted_invoice_url, failure
    from billing.invoice
   where tenant_id = $1 and (stripe_id = $2 or number = $2)
   order by stripe_id = $2 desc, created_at desc
   limit 1)"};

struct DetailRow {
  std::string billing_reason;
  std::int64_t subtotal;
  std::int64_t discount;
  db::RawJson taxes;
  std::int64_t amount_due;
  std::int64_t balance_applied;
  std::int64_t pre_payment_credit_notes_amount;
  std::int64_t post_payment_credit_notes_amount;
  std::string issuer;
  db::RawJson bill_to;
  db::RawJson custom_fields;
  std::optional<std::string> description;
  std::optional<std::string> footer;
  std::optional<Instant> due_at;
  std::optional<Instant> voided_at;
  std::optional<std::string> invoice_pdf;
  bool lines_final;
};
BOOST_DESCRIBE_STRUCT(DetailRow, (),
                      (billing_reason, subtotal, discount, taxes, amount_due, balance_applied,
                       pre_payment_credit_notes_amount, post_payment_credit_notes_amount, issuer,
                       bill_to, custom_fields, description, footer, due_at, voided_at, invoice_pdf,
                       lines_final))

const db::TenantQuery<DetailRow, std::string> select_detail{"billing.invoice_detail", R"(
  select billing_reason, subtotal, discount, taxes, amount_due, balance_applied,
         pre_payment_credit_notes_amount, post_payment_credit_notes_amount, issuer, bill_to,
         custom_fields, description, footer, due_at, voided_at, invoice_pdf, lines_final
    from billing.invoice_detail
   where tenant_id = $1 and invoice_id = $2)"};

const db::TenantQuery<InvoiceLine, std::string> select_lines{"billing.invoice_lines", R"(
  select position, description, quantity, unit_amount, amount, period_start, period_end, is_proration
    from billing.invoice_line
   where tenant_id = $1 and invoice_id = $2
   order by position
   limit 10000)"};

// A credit note says itself what was refunded with it.
const db::TenantQuery<std::int64_t, std::string> select_refunded{"billing.refunded_of_invoice", R"(
  select greatest(0, (select coalesce(sum(r.amount), 0)
                        from billing.payment p
                        join billing.charge c
                          on c.tenant_id = $1 and c.payment_intent_id = p.payment_intent_id
                        join billing.refund r
                          on r.tenant_id = $1 and r.charge_id = c.stripe_id
                       where p.tenant_id = $1 and p.invoice_id = $2
                         and r.status not in ('failed', 'canceled'))
                   - (select coalesce(sum(n.refunded), 0)
                        from billing.credit_note n
                       where n.tenant_id = $1 and n.invoice_id = $2
                         and n.status = 'issued'))::bigint)"};

const db::TenantQuery<Invoice, std::string, std::optional<Instant>, std::optional<Instant>,
                      std::string, std::int32_t>
    select_invoices{"billing.find_invoices", R"(
  select i.stripe_id, i.subscription_id, i.number, i.status, i.currency, i.total, i.amount_paid,
         i.amount_remaining, i.attempted, i.attempt_count, i.created_at, i.finalized_at, i.paid_at,
         i.next_attempt_at, i.hosted_invoice_url, i.failure
    from billing.invoice i
   where i.tenant_id = $1
     and ($2 = '' or i.status = $2)
     and ($3::timestamptz is null or i.created_at >= $3)
     and ($4::timestamptz is null or i.created_at < $4)
     and ($5 = '' or (i.created_at, i.stripe_id) <
          (select l.created_at, l.stripe_id from billing.invoice l
            where l.tenant_id = $1 and l.stripe_id = $5))
   order by i.created_at desc, i.stripe_id desc
   limit $6::int4)"};

template <class T>
T read(const db::RawJson& text) {
  T into;
  FieldErrors errors;
  read_json(json::parse(text.text), into, "", errors);
  return into;
}

InvoiceDetail detail_of(const DetailRow& row) {
  InvoiceDetail d;
  d.billing_reason = row.billing_reason;
  d.subtotal = row.subtotal;
  d.discount = row.discount;
  d.taxes = read<std::vector<TaxAmount>>(row.taxes);
  d.amount_due = row.amount_due;
  d.balance_applied = row.balance_applied;
  d.pre_payment_credit_notes_amount = row.pre_payment_credit_notes_amount;
  d.post_payment_credit_notes_amount = row.post_payment_credit_notes_amount;
  d.issuer = row.issuer;
  d.bill_to = read<BillTo>(row.bill_to);
  d.custom_fields = read<std::vector<CustomField>>(row.custom_fields);
  d.description = row.description;
  d.footer = row.footer;
  d.due_at = row.due_at;
  d.voided_at = row.voided_at;
  d.invoice_pdf = row.invoice_pdf;
  d.lines_final = row.lines_final;
  return d;
}

// One that was stored before its details were, until it is fetched again.
InvoiceDetail without_details(const Invoice& invoice) {
  InvoiceDetail d;
  d.subtotal = invoice.total;
  d.amount_due = invoice.amount_paid + invoice.amount_remaining;
  d.balance_applied = d.amount_due - invoice.total;
  d.lines = {{.position = 0, .description = "Invoice total", .amount = invoice.total}};
  return d;
}

}  // namespace

Task<std::optional<FullInvoice>> find_invoice(db::ControlRead& db, std::string id_or_number) {
  const auto invoice = co_await db.find(select_invoice, std::move(id_or_number));
  if (!invoice) co_return std::nullopt;
  FullInvoice full{.invoice = *invoice, .detail = {}};
  const auto row = co_await db.find(select_detail, invoice->stripe_id);
  if (row) {
    full.detail = detail_of(*row);
    full.detail.lines = co_await db.rows(select_lines, invoice->stripe_id);
  } else {
    full.detail = without_details(*invoice);
  }
  full.detail.invoice_id = invoice->stripe_id;
  full.refunded = co_await db.row(select_refunded, invoice->stripe_id);
  co_return full;
}

Task<std::vector<Invoice>> find_invoices(db::ControlRead& db, const InvoiceFilter& filter) {
  co_return co_await db.rows(select_invoices, filter.status, filter.from, filter.until,
                             filter.starting_after, filter.limit);
}

}  // namespace freehold::billing
