#include "billing/upgrade.hpp"

#include "billing/json_fields.hpp"
#include "billing/stripe.hpp"
#include "core/async.hpp"

namespace freehold::billing {
namespace {

Params params_of(const Mirror& current, Params items, Instant proration_date) {
  Params params = std::move(items);
  params.emplace_back("subscription", current.stripe_id);
  params.emplace_back("subscription_details[proration_behavior]", "always_invoice");
  params.emplace_back("subscription_details[proration_date]",
                      std::to_string(to_unix_seconds(proration_date)));
  return params;
}

ChangePreview read_preview(const json::value& invoice, Currency currency) {
  const auto amount = [&](std::string_view name) {
    return fields::number(fields::at(&invoice, std::string(name).c_str())).value_or(0);
  };
  const Money nothing{0, currency};
  ChangePreview preview{.credit = nothing,
                        .charge = nothing,
                        .balance = nothing,
                        .due_now = nothing,
                        .left = nothing,
                        .charged_until = {},
                        .proration_date = {}};
  const json::value* lines = fields::at(&invoice, "lines");
  for (const json::value& line : fields::data_of(lines != nullptr ? *lines : json::value())) {
    const std::int64_t minor = fields::number(fields::at(&line, "amount")).value_or(0);
    (minor < 0 ? preview.credit : preview.charge).minor += minor;
    const auto end = fields::number(fields::at(&line, "period", "end"));
    if (end) preview.charged_until = std::max(preview.charged_until, from_unix_seconds(*end));
  }
  preview.due_now.minor = amount("amount_due");
  const std::int64_t total = amount("total");
  preview.balance.minor =
      std::min<std::int64_t>(0, preview.due_now.minor - std::max<std::int64_t>(0, total));
  preview.left.minor = std::max<std::int64_t>(0, -total);
  return preview;
}

Task<json::value> ask(Billing& billing, Params params) {
  // It changes nothing, so each asking has a key of its own.
  const std::string key = "freehold-preview-" + to_string(new_uuid(billing.clocks.machine.now()));
  std::string failure;
  try {
    co_return co_await billing.stripe.post("/v1/invoices/create_preview", std::move(params), key);
  } catch (const StripeAway&) {
    failure =
        "Stripe does not answer right now, so what the change costs is not known. Nothing was "
        "changed; try again in a minute.";
  } catch (const StripeRefusal& refusal) {
    if (!refusal.may_pass_later()) throw Problem::conflict("stripe_refused", refusal.what());
    failure = "Stripe is busy. Nothing was changed; try again in a minute.";
  }
  throw Problem::unavailable("stripe_away", failure);
}

}  // namespace

bool is_paid_now(const Mirror& current, const std::vector<OfferedItem>& offered,
                 const catalog::Catalog& catalog) {
  if (current.status == "trialing") return false;
  const bool is_yearly = current.billing_interval == "year";
  const bool becomes_yearly = offered.front().price->interval == catalog::Interval::year;
  return is_yearly != becomes_yearly || cost_of(offered).minor > cost_of(current, catalog);
}

bool is_scheduled(const Mirror& current, const std::vector<OfferedItem>& offered,
                  const catalog::Catalog& catalog) {
  return current.status != "trialing" && !is_paid_now(current, offered, catalog);
}

Task<ChangePreview> preview_change(Billing& billing, const Mirror& current, Params items,
                                   Instant proration_date) {
  const json::value invoice =
      co_await ask(billing, params_of(current, std::move(items), proration_date));
  const auto currency = Currency::parse(current.currency);
  ChangePreview preview = read_preview(invoice, currency.value_or(Currency::usd()));
  preview.proration_date = proration_date;
  co_return preview;
}

}  // namespace freehold::billing
