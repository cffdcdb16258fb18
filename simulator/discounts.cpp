#include "simulator/discounts.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "simulator/events.hpp"
#include "simulator/pricing.hpp"
#include "simulator/render.hpp"
#include "simulator/subscriptions.hpp"

namespace freehold::simulator {

namespace {

const Record& coupon_of(const State& state, const json::object& discount) {
  return *state.store.find(kind::coupon, text_of(object_of(discount, "source"), "coupon"));
}

json::value end_of(const State& state, const json::object& coupon) {
  if (text_of(coupon, "duration") != "repeating") return nullptr;
  const auto months = static_cast<int>(number_of(coupon, "duration_in_months"));
  return to_unix_seconds(add_months(from_unix_seconds(state.now), months));
}

void count_redemption(State& state, std::string_view kind, const std::string& id) {
  json::object& shown = state.store.edit(kind, id).shown;
  shown["times_redeemed"] = number_of(shown, "times_redeemed") + 1;
}

std::string add_discount(State& state, const std::string& coupon, const std::string& code,
                         const DiscountOwner& owner) {
  const std::string id = state.new_id("di_1");
  const json::object& source = state.store.find(kind::coupon, coupon)->shown;
  state.store.add(kind::discount, id,
                  {{"id", id},
                   {"object", "discount"},
                   {"checkout_session", text_or_null(owner.session)},
                   {"customer", text_or_null(owner.customer)},
                   {"customer_account", nullptr},
                   {"end", end_of(state, source)},
                   {"invoice", text_or_null(owner.invoice)},
                   {"invoice_item", text_or_null(owner.invoice_item)},
                   {"promotion_code", text_or_null(code)},
                   {"source", json::object{{"coupon", coupon}, {"type", "coupon"}}},
                   {"start", state.now},
                   {"subscription", text_or_null(owner.subscription)},
                   {"subscription_item", text_or_null(owner.subscription_item)}});
  count_redemption(state, kind::coupon, coupon);
  if (!code.empty()) count_redemption(state, kind::promotion_code, code);
  emit(state, "customer.discount.created", kind::discount, id);
  return id;
}

void check_coupon(const State& state, const std::string& id, const Purchase& purchase,
                  const std::string& path) {
  const json::object& coupon = live_coupon(state, id, path).shown;
  if (!is_redeemable(state, coupon))
    throw StripeError::invalid(fmt::format("Coupon {} is expired.", id), path, "coupon_expired");
  if (is_set(coupon, "amount_off") && text_of(coupon, "currency") != purchase.currency)
    throw StripeError::invalid(fmt::format("The coupon takes off {}, but the purchase is in {}.",
                                           text_of(coupon, "currency"), purchase.currency),
                               path);
}

std::string redeem_one(State& state, const DiscountWanted& wanted, const DiscountOwner& owner,
                       const json::array& before, const Purchase& purchase) {
  if (!wanted.discount.empty()) {
    const bool there =
        std::find(before.begin(), before.end(), json::value(wanted.discount)) != before.end();
    if (!there) throw StripeError::no_such("discount", wanted.discount, wanted.path);
    return wanted.discount;
  }
  std::string coupon = wanted.coupon;
  if (!wanted.promotion_code.empty()) {
    const Record& code = state.get(kind::promotion_code, wanted.promotion_code, wanted.path);
    check_promotion_code(state, code, purchase, wanted.path);
    coupon = text_of(object_of(code.shown, "promotion"), "coupon");
  }
  check_coupon(state, coupon, purchase, wanted.path);
  return add_discount(state, coupon, wanted.promotion_code, owner);
}

bool covers(const Record& coupon, const Discountable& part) {
  const json::array& products = array_of(object_of(coupon.hidden, "applies_to"), "products");
  return products.empty() ||
         std::find(products.begin(), products.end(), json::value(part.product)) != products.end();
}

std::int64_t left_of(const Discountable& part) {
  return std::max<std::int64_t>(0, part.amount - total_taken(part.taken));
}

void take(Discountable& part, const std::string& discount, std::int64_t amount) {
  part.taken.push_back(json::object{{"amount", amount}, {"discount", discount}});
}

// Spreads a fixed amount over the parts in proportion to what is left of each, to the last cent.
void take_amount(std::vector<Discountable*>& parts, const std::string& discount,
                 std::int64_t amount) {
  std::int64_t whole = 0;
  for (const Discountable* part : parts) whole += left_of(*part);
  std::int64_t rest = std::min(amount, whole);
  for (Discountable* part : parts) {
    const std::int64_t left = left_of(*part);
    const std::int64_t share = std::min(left, share_of(rest, left, whole));
    take(*part, discount, share);
    whole -= left;
    rest -= share;
  }
}

void take_one(const State& state, const std::string& id, std::vector<Discountable*> parts) {
  const Record& coupon = coupon_of(state, state.store.find(kind::discount, id)->shown);
  std::erase_if(
      parts, [&](const Discountable* part) { return part->amount <= 0 || !covers(coupon, *part); });
  if (is_set(coupon.shown, "amount_off"))
    return take_amount(parts, id, number_of(coupon.shown, "amount_off"));
  for (Discountable* part : parts)
    take(*part, id, share_of(left_of(*part), number_of(coupon.hidden, "hundredths"), 100'00));
}

}  // namespace

std::optional<std::vector<DiscountWanted>> read_discounts(const State& state,
                                                          const Params& params) {
  if (!params.has("discounts")) return std::nullopt;
  std::vector<DiscountWanted> found;
  for (const Params& element : params.groups("discounts")) {
    DiscountWanted wanted{.coupon = element.text("coupon").value_or(""),
                          .promotion_code = element.text("promotion_code").value_or(""),
                          .discount = element.text("discount").value_or(""),
                          .path = {}};
    const int given = (wanted.coupon.empty() ? 0 : 1) + (wanted.promotion_code.empty() ? 0 : 1) +
                      (wanted.discount.empty() ? 0 : 1);
    if (given != 1)
      throw StripeError::invalid("Each discount is one of coupon, promotion_code and discount.",
                                 element.path_of("coupon"));
    wanted.path = element.path_of(!wanted.coupon.empty()           ? "coupon"
                                  : !wanted.promotion_code.empty() ? "promotion_code"
                                                                   : "discount");
    if (!wanted.coupon.empty()) live_coupon(state, wanted.coupon, wanted.path);
    if (!wanted.promotion_code.empty())
      state.get(kind::promotion_code, wanted.promotion_code, wanted.path);
    found.push_back(std::move(wanted));
  }
  if (found.size() > 20)
    throw StripeError::invalid("You can have up to 20 discounts.", params.path_of("discounts"));
  return found;
}

json::array redeem(State& state, const std::vector<DiscountWanted>& wanted,
                   const DiscountOwner& owner, const json::array& before,
                   const Purchase& purchase) {
  json::array after;
  for (const DiscountWanted& one : wanted)
    after.emplace_back(redeem_one(state, one, owner, before, purchase));
  json::array gone;
  for (const json::value& id : before)
    if (std::find(after.begin(), after.end(), id) == after.end()) gone.push_back(id);
  end_discounts(state, gone);
  return after;
}

json::value delete_subscription_discount(State& state, Params& params) {
  const std::string id = params.path("id");
  const json::object before = render(state, state.get(kind::subscription, id, "id"));
  const json::array discounts = array_of(before, "discounts");
  if (discounts.empty()) throw StripeError::no_such("discount", id, "id");
  json::object deleted = render(state, kind::discount, std::string(discounts.back().get_string()));
  deleted["deleted"] = true;
  deleted.erase("end");
  Record& subscription = state.store.edit(kind::subscription, id);
  subscription.shown["discounts"] = json::array{};
  watch_discounts(state, subscription);
  end_discounts(state, discounts);
  emit_changes(state, "customer.subscription.updated", kind::subscription, id, before);
  return deleted;
}

// Invoices go on naming it, so the record stays.
void end_discounts(State& state, const json::array& discounts) {
  for (const json::value& value : discounts) {
    const std::string id(value.get_string());
    state.store.edit(kind::discount, id).hidden["ended"] = true;
    emit(state, "customer.discount.deleted", kind::discount, id);
  }
}

bool is_running(const State& state, const std::string& id, const std::string& invoice) {
  const Record& discount = *state.store.find(kind::discount, id);
  const std::string used_by = text_of(discount.hidden, "used_by");
  const bool over = is_set(discount.shown, "end") && state.now >= number_of(discount.shown, "end");
  return !over && (used_by.empty() || used_by == invoice);
}

std::optional<std::int64_t> first_end(const State& state, const json::array& discounts) {
  std::optional<std::int64_t> first;
  for (const json::value& id : discounts) {
    const json::object& shown =
        state.store.find(kind::discount, std::string_view(id.get_string()))->shown;
    if (is_set(shown, "end"))
      first = std::min(first.value_or(number_of(shown, "end")), number_of(shown, "end"));
  }
  return first;
}

void take_off(const State& state, const json::array& shared, std::vector<Discountable>& parts) {
  std::vector<Discountable*> all;
  for (Discountable& part : parts) {
    for (const json::value& id : part.own) take_one(state, std::string(id.get_string()), {&part});
    all.push_back(&part);
  }
  for (const json::value& id : shared) take_one(state, std::string(id.get_string()), all);
}

std::int64_t total_taken(const json::array& taken) {
  std::int64_t total = 0;
  for (const json::value& one : taken) total += number_of(one.get_object(), "amount");
  return total;
}

}  // namespace freehold::simulator
