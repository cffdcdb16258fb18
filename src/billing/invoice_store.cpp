#include "billing/invoice_store.hpp"

#include "billing/json_fields.hpp"
#include "billing/stripe.hpp"
#include "billing/sync.hpp"
#include "core/async.hpp"
#include "core/json.hpp"

namespace freehold::billing {
namespace {

const db::TenantQuery<std::string> select_final{"billing.invoices_with_lines", R"(
  select invoice_id
    from billing.invoice_detail
   where tenant_id = $1 and lines_final
   order by invoice_id
   limit 10000)"};

const db::TenantQuery<void, db::RawJson> upsert_details{"billing.store_invoice_details", R"(
  insert into billing.invoice_detail as kept
         (tenant_id, invoice_id, billing_reason, subtotal, discount, taxes, amount_due,
          balance_applied, pre_payment_credit_notes_amount, post_payment_credit_notes_amount, issuer,
          bill_to, custom_fields, description, footer, due_at, voided_at, invoice_pdf, lines_final)
  select $1, d.invoice_id, d.billing_reason, d.subtotal, d.discount, d.taxes, d.amount_due,
         d.balance_applied, d.pre_payment_credit_notes_amount, d.post_payment_credit_notes_amount,
         d.issuer, d.bill_to, d.custom_fields, d.description, d.footer, d.due_at, d.voided_at,
         d.invoice_pdf, d.lines_final
    from jsonb_to_recordset($2) as d
         (invoice_id text, billing_reason text, subtotal bigint, discount bigint, taxes jsonb,
          amount_due bigint, balance_applied bigint, pre_payment_credit_notes_amount bigint,
          post_payment_credit_notes_amount bigint, issuer text, bill_to jsonb, custom_fields jsonb,
          description text, footer text, due_at timestamptz, voided_at timestamptz,
          invoice_pdf text, lines_final boolean)
      on conflict on constraint one_detail_per_invoice
      do update set billing_reason = excluded.billing_reason, subtotal = excluded.subtotal,
                    discount = excluded.discount, taxes = excluded.taxes,
                    amount_due = excluded.amount_due, balance_applied = excluded.balance_applied,
                    pre_payment_credit_notes_amount = excluded.pre_payment_credit_notes_amount,
                    post_payment_credit_notes_amount = excluded.post_payment_credit_notes_amount,
                    issuer = excluded.issuer, bill_to = excluded.bill_to,
                    custom_fields = excluded.custom_fields, description = excluded.description,
                    footer = excluded.footer, due_at = excluded.due_at,
                    voided_at = excluded.voided_at, invoice_pdf = excluded.invoice_pdf,
                    lines_final = kept.lines_final or excluded.lines_final
              where kept is distinct from excluded)"};

const db::TenantQuery<void, db::RawJson> delete_lines{"billing.forget_invoice_lines", R"(
  delete from billing.invoice_line
   where tenant_id = $1
     and invoice_id in (select d ->> 'invoice_id' from jsonb_array_elements($2) as d))"};

const db::TenantQuery<void, db::RawJson> insert_lines{"billing.store_invoice_lines", R"(
  insert into billing.invoice_line (tenant_id, invoice_id, position, description, quantity,
                                    unit_amount, amount, period_start, period_end, is_proration)
  select $1, d ->> 'invoice_id', l.position, l.description, l.quantity, l.unit_amount, l.amount,
         l.period_start, l.period_end, l.is_proration
    from jsonb_array_elements($2) as d,
         jsonb_to_recordset(d -> 'lines') as l
         (position integer, description text, quantity bigint, unit_amount text, amount bigint,
          period_start timestamptz, period_end timestamptz, is_proration boolean))"};

struct Told {
  std::string stripe_id;
  std::optional<std::string> number;
  std::int64_t amount_paid;
  std::string currency;
};
BOOST_DESCRIBE_STRUCT(Told, (), (stripe_id, number, amount_paid, currency))

const db::TenantQuery<Told, Instant> tell_new{"billing.tell_paid", R"(
  with told as (
    insert into billing.receipt (tenant_id, invoice_id, told_at)
    select i.tenant_id, i.stripe_id, $2
      from billing.invoice i
      join billing.customer c on c.tenant_id = i.tenant_id
     where i.tenant_id = $1 and i.status = 'paid' and i.total > 0 and i.paid_at >= c.created_at
        on conflict on constraint each_payment_is_told_once do nothing
    returning invoice_id)
  select i.stripe_id, i.number, i.amount_paid, i.currency
    from billing.invoice i
    join told on told.invoice_id = i.stripe_id
   where i.tenant_id = $1
   order by i.created_at, i.stripe_id)"};

Task<> append_rest(Stripe& stripe, InvoiceDetail& detail, std::string last) {
  for (bool more = true; more && !last.empty();) {
    const Params after{{"limit", "100"}, {"starting_after", last}};
    const json::value page =
        co_await stripe.get("/v1/invoices/" + detail.invoice_id + "/lines", after);
    last.clear();
    for (const json::value& line : fields::data_of(page)) {
      detail.lines.push_back(read_invoice_line(line, std::int32_t(detail.lines.size())));
      last = fields::text(fields::at(&line, "id")).value_or("");
    }
    more = fields::flag(fields::at(&page, "has_more"));
  }
  detail.lines_final = true;
}

db::RawJson json_of(const std::vector<InvoiceDetail>& details) {
  return {json::serialize(to_json(details))};
}

}  // namespace

Task<> complete_lines(Billing& billing, TenantId tenant, Truth& truth) {
  db::ControlRead db = billing.database.control_read(worker_in(tenant, {}));
  const std::vector<std::string> known = co_await db.rows(select_final);
  for (InvoiceDetail& detail : truth.details) {
    if (std::ranges::binary_search(known, detail.invoice_id)) {
      detail.lines.clear();
      continue;
    }
    const auto more = truth.unfinished.find(detail.invoice_id);
    if (more != truth.unfinished.end()) co_await append_rest(billing.stripe, detail, more->second);
  }
}

Task<> store_details(db::ControlTx& tx, const std::vector<InvoiceDetail>& details) {
  if (details.empty()) co_return;
  co_await tx.run(upsert_details, json_of(details));
  std::vector<InvoiceDetail> with_lines = details;
  std::erase_if(with_lines, [](const InvoiceDetail& detail) { return detail.lines.empty(); });
  if (with_lines.empty()) co_return;
  const db::RawJson lines = json_of(with_lines);
  co_await tx.run(delete_lines, lines);
  co_await tx.run(insert_lines, lines);
}

Task<> tell_paid(db::ControlTx& tx) {
  const std::vector<Told> told = co_await tx.rows(tell_new, tx.now());
  for (const Told& invoice : told) {
    const json::object payload{{"invoice", invoice.stripe_id},
                               {"number", to_json(invoice.number)},
                               {"amount", invoice.amount_paid},
                               {"currency", invoice.currency}};
    co_await events::emit(tx, invoice_paid, json::serialize(payload));
  }
}

}  // namespace freehold::billing
