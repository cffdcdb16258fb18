// Money is an integer count of a currency's minor unit; floating point never touches it.
// Exponents: ISO 4217 and https://docs.stripe.com/currencies (JPY 0, USD 2, KWD 3).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace freehold {

// A lower-case ISO 4217 code ("usd"), as Stripe writes it.
class Currency {
 public:
  // Nothing when the code is not one that Stripe charges in.
  static std::optional<Currency> parse(std::string_view code);
  static Currency usd();

  std::string_view code() const { return {code_, 3}; }
  int exponent() const;  // digits after the point: 0, 2 or 3

  friend bool operator==(const Currency& a, const Currency& b) { return a.code() == b.code(); }

 private:
  explicit Currency(std::string_view code) { code.copy(code_, 3); }
  char code_[3];
};

struct Money {
  std::int64_t minor = 0;  // cents for USD, yen for JPY
  Currency currency = Currency::usd();

  friend bool operator==(const Money&, const Money&) = default;
};

// Sums throw std::invalid_argument for two currencies and std::overflow_error past int64.
Money operator+(const Money& a, const Money& b);
Money operator-(const Money& a, const Money& b);
Money operator*(const Money& a, std::int64_t times);

// "$49.00", "€1,234.50", "¥500", "−$72.00" (a true minus sign), "KWD 1.250".
std::string format_money(const Money& money);

}  // namespace freehold
