#include "core/money.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <stdexcept>

using namespace freehold;

namespace {
Money money(std::int64_t minor, std::string_view code) {
  return {minor, Currency::parse(code).value()};
}
}  // namespace

TEST_CASE("money is written with the digits of its currency") {
  CHECK(format_money(money(4900, "usd")) == "$49.00");
  CHECK(format_money(money(123450, "EUR")) == "€1,234.50");
  CHECK(format_money(money(500, "jpy")) == "¥500");
  CHECK(format_money(money(1250, "kwd")) == "KWD 1.250");
  CHECK(format_money(money(-7200, "usd")) == "−$72.00");
  CHECK(format_money(money(123456789, "chf")) == "CHF 1,234,567.89");
  CHECK(format_money(money(std::numeric_limits<std::int64_t>::min(), "jpy")) ==
        "−¥9,223,372,036,854,775,808");
}

// https://docs.stripe.com/currencies#special-cases: ISK and UGX have no coins below one, and are
// charged in hundredths all the same; HUF and TWD are special for payouts only.
TEST_CASE("each currency has the digits that Stripe charges it in") {
  const auto digits = [](std::string_view codes) {
    std::string all;
    for (; !codes.empty(); codes.remove_prefix(std::min<std::size_t>(4, codes.size())))
      all += std::to_string(Currency::parse(codes.substr(0, 3)).value().exponent());
    return all;
  };
  CHECK(digits("bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf") == "000000000000000");
  CHECK(digits("bhd jod kwd omr tnd") == "33333");
  CHECK(digits("isk ugx huf twd usd eur xcd xcg") == "22222222");
}

TEST_CASE("a currency that Stripe does not charge in is refused") {
  for (const char* code : {"", "us", "usdd", "xxx", "btc"})
    CHECK_FALSE(Currency::parse(code).has_value());
}

TEST_CASE("money of two currencies is never summed and never overflows") {
  CHECK(money(100, "usd") + money(250, "usd") == money(350, "usd"));
  CHECK(money(100, "usd") * 3 == money(300, "usd"));
  CHECK_THROWS_AS(money(1, "usd") + money(1, "eur"), std::invalid_argument);
  CHECK_THROWS_AS(money(std::numeric_limits<std::int64_t>::max(), "usd") + money(1, "usd"),
                  std::overflow_error);
  CHECK_THROWS_AS(money(std::numeric_limits<std::int64_t>::max(), "usd") * 2, std::overflow_error);
}
