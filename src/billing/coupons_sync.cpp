// What `freehold plans sync` does for meters, coupons and the codes that people type.
#include "billing/plans_sync.hpp"
#include "billing/price_terms.hpp"
#include "core/async.hpp"

namespace freehold::billing {
namespace {

// Whose codes these are: metadata of a promotion code that this file made.
constexpr const char* made_by_us = "freehold_coupon";

std::string id_of(const json::value& object) {
  return fields::text(fields::at(&object, "id")).value_or("");
}

// --- Meters: https://docs.stripe.com/api/billing/meter/create

// Those that a price counts by, each once.
std::vector<std::string> meters_sold(const catalog::Catalog& catalog) {
  std::vector<std::string> keys;
  for (const catalog::Plan& plan : catalog.plans()) {
    for (const catalog::Price& price : plan.prices) {
      const bool is_new = std::ranges::find(keys, price.meter) == keys.end();
      if (!price.meter.empty() && is_new) keys.push_back(price.meter);
    }
  }
  return keys;
}

Task<> sync_meter(PlansSync& sync, const std::string& key, const std::vector<json::value>& known) {
  const std::string name = event_name_of(key);
  const auto at = std::ranges::find_if(known, [&](const json::value& meter) {
    return fields::text(fields::at(&meter, "event_name")) == name;
  });
  if (at != known.end()) {
    sync.meters[key] = id_of(*at);
    co_return;
  }
  sync.report += fmt::format("create meter {}\n", name);
  if (sync.dry_run) co_return;
  const Params params{{"display_name", sync.catalog.label_of(key)},
                      {"event_name", name},
                      {"default_aggregation[formula]", "sum"}};
  const json::value made =
      co_await sync.stripe.post("/v1/billing/meters", params, sync.shared_key(encode(params)));
  sync.meters[key] = id_of(made);
}

// --- Coupons: https://docs.stripe.com/api/coupons/create

Params terms_of(const catalog::Coupon& coupon) {
  Params params{{"duration", std::string(name_of(coupon.duration))}};
  if (coupon.percent_off) params.emplace_back("percent_off", std::to_string(*coupon.percent_off));
  if (coupon.amount_off) {
    params.emplace_back("amount_off", std::to_string(coupon.amount_off->minor));
    params.emplace_back("currency", std::string(coupon.amount_off->currency.code()));
  }
  if (coupon.duration_in_months)
    params.emplace_back("duration_in_months", std::to_string(*coupon.duration_in_months));
  if (coupon.max_redemptions)
    params.emplace_back("max_redemptions", std::to_string(*coupon.max_redemptions));
  return params;
}

// What of those Stripe has, by its own word; percentages may come as 20 or 20.0.
bool has_terms(const json::value& known, const Params& terms) {
  return std::ranges::all_of(terms, [&](const auto& term) {
    const json::value* value = fields::at(&known, term.first.c_str());
    if (value == nullptr) return false;
    if (value->is_string()) return value->get_string() == term.second;
    const bool is_number = value->is_int64() || value->is_double();
    return is_number && std::to_string(value->to_number<std::int64_t>()) == term.second;
  });
}

Task<> make_coupon(PlansSync& sync, const catalog::Coupon& coupon) {
  Params params = terms_of(coupon);
  params.emplace_back("id", coupon.id);
  params.emplace_back("name", coupon.name);
  for (std::size_t i = 0; i < coupon.plans.size(); ++i)
    params.emplace_back(fmt::format("applies_to[products][{}]", i), "freehold_" + coupon.plans[i]);
  co_await sync.stripe.post("/v1/coupons", params, sync.shared_key(encode(params)));
}

// Whether it is there afterwards.
Task<bool> sync_coupon(PlansSync& sync, const catalog::Coupon& coupon) {
  const auto known = co_await find_object(sync.stripe, "/v1/coupons/" + coupon.id);
  if (known && has_terms(*known, terms_of(coupon))) co_return true;
  if (known) {
    sync.report += fmt::format(
        "coupon {} has other terms at Stripe, where they never change: raise its version\n",
        coupon.id);
    co_return false;
  }
  sync.report += fmt::format("create coupon {}\n", coupon.id);
  if (sync.dry_run) co_return false;
  co_await make_coupon(sync, coupon);
  co_return true;
}

// --- Promotion codes: https://docs.stripe.com/api/promotion_codes/create

std::string coupon_of(const json::value& code) {
  const auto coupon = fields::text(fields::at(&code, "promotion", "coupon"));
  return coupon ? *coupon : fields::text(fields::at(&code, "coupon", "id")).value_or("");
}

std::string text_of(const json::value& code) {
  return fields::text(fields::at(&code, "code")).value_or("");
}

Task<> make_codes(PlansSync& sync, const catalog::Coupon& coupon,
                  const std::vector<json::value>& active) {
  for (const std::string& code : coupon.codes) {
    const auto taken = std::ranges::find(active, code, text_of);
    if (taken != active.end()) {
      if (coupon_of(*taken) != coupon.id)
        sync.report += fmt::format("code {} stands for another coupon at Stripe\n", code);
      continue;
    }
    sync.report += fmt::format("create code {} for {}\n", code, coupon.id);
    if (sync.dry_run) continue;
    const Params params{{"promotion[type]", "coupon"},
                        {"promotion[coupon]", coupon.id},
                        {"code", code},
                        {fmt::format("metadata[{}]", made_by_us), coupon.id}};
    co_await sync.stripe.post("/v1/promotion_codes", params, sync.shared_key(encode(params)));
  }
}

bool is_in(const catalog::Catalog& catalog, const json::value& code) {
  return std::ranges::any_of(catalog.coupons(), [&](const catalog::Coupon& coupon) {
    return coupon.id == coupon_of(code) &&
           std::ranges::find(coupon.codes, text_of(code)) != coupon.codes.end();
  });
}

// Ours that the catalogue no longer has, which are no longer among the active ones then. Codes that
// were made by hand stay.
Task<> retire_codes(PlansSync& sync, std::vector<json::value>& active) {
  const Params retire{{"active", "false"}};
  std::vector<json::value> kept;
  for (json::value& code : active) {
    const bool ours = fields::text(fields::at(&code, "metadata", made_by_us)).has_value();
    if (!ours || is_in(sync.catalog, code)) {
      kept.push_back(std::move(code));
      continue;
    }
    sync.report += fmt::format("retire code {}\n", text_of(code));
    if (!sync.dry_run)
      co_await sync.stripe.post("/v1/promotion_codes/" + id_of(code), retire, sync.fresh_key());
  }
  active = std::move(kept);
}

}  // namespace

Task<> sync_meters(PlansSync& sync) {
  const auto wanted = meters_sold(sync.catalog);
  if (wanted.empty()) co_return;
  Params which{{"status", "active"}};
  const auto known = co_await read_all(sync.stripe, "/v1/billing/meters", std::move(which));
  for (const std::string& key : wanted) co_await sync_meter(sync, key, known);
}

Task<> sync_coupons(PlansSync& sync) {
  Params which{{"active", "true"}};
  auto active = co_await read_all(sync.stripe, "/v1/promotion_codes", std::move(which));
  co_await retire_codes(sync, active);
  for (const catalog::Coupon& coupon : sync.catalog.coupons()) {
    const bool there = co_await sync_coupon(sync, coupon);
    if (there || sync.dry_run) co_await make_codes(sync, coupon, active);
  }
}

}  // namespace freehold::billing
