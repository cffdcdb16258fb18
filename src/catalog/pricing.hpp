// What is paid for, and how a quantity of it adds up: the pricing models of Stripe.
// https://docs.stripe.com/products-prices/pricing-models
#pragma once

#include <boost/describe.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/money.hpp"

namespace freehold::catalog {

enum class Interval { month, year };
BOOST_DESCRIBE_ENUM(Interval, month, year)

enum class Charge { flat, seat, metered };
BOOST_DESCRIBE_ENUM(Charge, flat, seat, metered)

// graduated: each unit costs what its own tier says; volume: all cost what the tier says that the
// last one falls into.
enum class TiersMode { graduated, volume };
BOOST_DESCRIBE_ENUM(TiersMode, graduated, volume)

// What one unit costs, in minor units and down to a trillionth of one: Stripe's
// `unit_amount_decimal`. Below a million minor units.
class UnitAmount {
 public:
  UnitAmount() = default;
  // "0.5"; nothing when it is not such a number, is below zero or has more than 12 places.
  static std::optional<UnitAmount> parse(std::string_view text);

  // As Stripe writes it, without zeros at its end.
  std::string text() const;
  bool is_whole() const { return trillionths_ % whole == 0; }
  // Rounded to the nearest minor unit, a half up.
  std::int64_t times(std::int64_t quantity) const;
  // "$0.005"
  std::string format(const Currency& currency) const;

  friend bool operator==(const UnitAmount&, const UnitAmount&) = default;

 private:
  static constexpr std::int64_t whole = 1'000'000'000'000;
  std::int64_t trillionths_ = 0;
};

struct Tier {
  std::optional<std::int64_t> up_to;  // the last unit that falls into it; absent: without end
  UnitAmount unit_amount;
  std::int64_t flat_amount = 0;  // minor units, once, when the tier is reached

  friend bool operator==(const Tier&, const Tier&) = default;
};

struct Price {
  std::string lookup_key;  // "freehold_pro_month_usd_v1": how Stripe's copy is found
  Money amount;            // flat: of an interval; of one seat, when there are no tiers
  Interval interval = Interval::month;
  Charge charge = Charge::flat;
  std::string meter = {};  // whose units a metered price counts
  TiersMode tiers_mode = TiersMode::graduated;
  std::vector<Tier> tiers =
      {};  // ascending, the last without end; a metered price has one at least

  // How many units cost nothing.
  std::int64_t included() const;
  // What one more costs beyond them; of several tiers, the first that is not free.
  UnitAmount beyond() const;
};

// What that many cost in an interval; of a flat price, that many times its amount.
Money cost_of(const Price& price, std::int64_t quantity);

}  // namespace freehold::catalog
