#include "catalog/pricing.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace freehold;
using namespace freehold::catalog;

namespace {

UnitAmount unit(std::string_view text) {
  return UnitAmount::parse(text).value();
}

Price tiered(TiersMode mode, std::vector<Tier> tiers) {
  return {.lookup_key = "p",
          .amount = {0, Currency::usd()},
          .charge = Charge::metered,
          .tiers_mode = mode,
          .tiers = std::move(tiers)};
}

// 100 for nothing, up to 1,000 for half a cent each, the rest for two tenths.
std::vector<Tier> example() {
  return {{100, unit("0"), 0}, {1000, unit("0.5"), 300}, {{}, unit("0.2"), 0}};
}

}  // namespace

TEST_CASE("a unit may cost a trillionth of a cent, and is written as Stripe writes it") {
  CHECK(unit("0.000000000001").text() == "0.000000000001");
  CHECK(unit("12.50").text() == "12.5");
  CHECK(unit("700").text() == "700");
  CHECK(unit("0.5").format(Currency::usd()) == "$0.005");
  CHECK(unit("150").format(Currency::usd()) == "$1.50");
  CHECK(unit("1.5").format(*Currency::parse("jpy")) == "¥1.5");
  CHECK(unit("1.5").format(*Currency::parse("kwd")) == "KWD 0.0015");
  for (const char* text : {"", ".", "1.", ".5", "-1", "1e3", "1.0000000000001", "1234567"})
    CHECK_FALSE(UnitAmount::parse(text));
}

TEST_CASE(
    "graduated: each unit costs what its own tier says, and a tier's fee is due once reached") {
  const Price price = tiered(TiersMode::graduated, example());
  CHECK(cost_of(price, 0).minor == 0);
  CHECK(cost_of(price, 100).minor == 0);
  CHECK(cost_of(price, 101).minor == 301);
  CHECK(cost_of(price, 1000).minor == 300 + 450);
  CHECK(cost_of(price, 1500).minor == 300 + 450 + 100);
  CHECK(price.included() == 100);
  CHECK(price.beyond() == unit("0.5"));
}

TEST_CASE("volume: all units cost what the tier of the last one says") {
  const Price price = tiered(TiersMode::volume, example());
  CHECK(cost_of(price, 100).minor == 0);
  CHECK(cost_of(price, 101).minor == 300 + 51);
  CHECK(cost_of(price, 1000).minor == 300 + 500);
  CHECK(cost_of(price, 1500).minor == 300);
  CHECK(price.included() == 0);
}

TEST_CASE("one more unit never costs less where tiers are graduated, and sums add up to a cent") {
  rc::check("costs ascend", [](std::uint32_t quantity) {
    const Price price = tiered(TiersMode::graduated, example());
    const std::int64_t n = quantity % 100000;
    RC_ASSERT(cost_of(price, n).minor <= cost_of(price, n + 1).minor);
    const Price flat = tiered(TiersMode::graduated, {{{}, unit("0.7"), 0}});
    const std::int64_t apart = cost_of(flat, n).minor + cost_of(flat, n + 1).minor;
    RC_ASSERT(std::abs(apart - cost_of(flat, 2 * n + 1).minor) <= 1);
  });
}
