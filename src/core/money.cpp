#include "core/money.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace freehold {
namespace {

constexpr std::array zero_decimal{"bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga",
                                  "pyg", "rwf", "vnd", "vuv", "xaf", "xof", "xpf"};
constexpr std::array three_decimal{"bhd", "jod", "kwd", "omr", "tnd"};

// Two decimals; ISK and UGX are charged in hundredths by Stripe although they have no coins for it.
constexpr std::array two_decimal{
    "aed", "afn", "all", "amd", "ang", "aoa", "ars", "aud", "awg", "azn", "bam", "bbd",
    "bdt", "bgn", "bmd", "bnd", "bob", "brl", "bsd", "bwp", "byn", "bzd", "cad", "cdf",
    "chf", "cny", "cop", "crc", "cve", "czk", "dkk", "dop", "dzd", "egp", "etb", "eur",
    "fjd", "fkp", "gbp", "gel", "gip", "gmd", "gtq", "gyd", "hkd", "hnl", "htg", "huf",
    "idr", "ils", "inr", "isk", "jmd", "kes", "kgs", "khr", "kyd", "kzt", "lak", "lbp",
    "lkr", "lrd", "lsl", "mad", "mdl", "mkd", "mmk", "mnt", "mop", "mur", "mvr", "mwk",
    "mxn", "myr", "mzn", "nad", "ngn", "nio", "nok", "npr", "nzd", "pab", "pen", "pgk",
    "php", "pkr", "pln", "qar", "ron", "rsd", "rub", "sar", "sbd", "scr", "sek", "sgd",
    "shp", "sle", "sos", "srd", "std", "szl", "thb", "tjs", "top", "try", "ttd", "twd",
    "tzs", "uah", "ugx", "usd", "uyu", "uzs", "wst", "xcd", "xcg", "yer", "zar", "zmw"};

constexpr std::array<std::pair<std::string_view, std::string_view>, 9> symbols{{{"usd", "$"},
                                                                                {"eur", "€"},
                                                                                {"gbp", "£"},
                                                                                {"jpy", "¥"},
                                                                                {"inr", "₹"},
                                                                                {"krw", "₩"},
                                                                                {"cad", "CA$"},
                                                                                {"aud", "A$"},
                                                                                {"brl", "R$"}}};

template <class List>
bool contains(const List& list, std::string_view code) {
  return std::ranges::find(list, code) != list.end();
}

std::string with_thousands(std::uint64_t value) {
  std::string digits = std::to_string(value);
  for (auto at = std::ptrdiff_t(digits.size()) - 3; at > 0; at -= 3)
    digits.insert(std::size_t(at), ",");
  return digits;
}

void require_same_currency(const Money& a, const Money& b) {
  if (a.currency != b.currency)
    throw std::invalid_argument("money of two currencies cannot be summed");
}

}  // namespace

std::optional<Currency> Currency::parse(std::string_view code) {
  if (code.size() != 3) return {};
  std::string lower{code};
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = char(c - 'A' + 'a');
  }
  if (!contains(two_decimal, lower) && !contains(zero_decimal, lower) &&
      !contains(three_decimal, lower))
    return {};
  return Currency{lower};
}

Currency Currency::usd() {
  return Currency{"usd"};
}

int Currency::exponent() const {
  if (contains(zero_decimal, code())) return 0;
  return contains(three_decimal, code()) ? 3 : 2;
}

Money operator+(const Money& a, const Money& b) {
  require_same_currency(a, b);
  Money sum{0, a.currency};
  if (__builtin_add_overflow(a.minor, b.minor, &sum.minor)) throw std::overflow_error("money");
  return sum;
}

Money operator-(const Money& a, const Money& b) {
  require_same_currency(a, b);
  Money difference{0, a.currency};
  if (__builtin_sub_overflow(a.minor, b.minor, &difference.minor))
    throw std::overflow_error("money");
  return difference;
}

Money operator*(const Money& a, std::int64_t times) {
  Money product{0, a.currency};
  if (__builtin_mul_overflow(a.minor, times, &product.minor)) throw std::overflow_error("money");
  return product;
}

std::string format_money(const Money& money) {
  const auto symbol =
      std::ranges::find(symbols, money.currency.code(), [](const auto& s) { return s.first; });
  std::string prefix;
  if (symbol != symbols.end()) {
    prefix = symbol->second;
  } else {
    for (char c : money.currency.code()) prefix += char(c - 'a' + 'A');
    prefix += ' ';
  }
  const int exponent = money.currency.exponent();
  const std::uint64_t scale = exponent == 0 ? 1 : exponent == 2 ? 100 : 1000;
  const std::uint64_t amount =
      money.minor < 0 ? 0 - std::uint64_t(money.minor) : std::uint64_t(money.minor);
  std::string text = (money.minor < 0 ? "−" : "") + prefix + with_thousands(amount / scale);
  if (exponent > 0) text += fmt::format(".{:0{}}", amount % scale, exponent);
  return text;
}

}  // namespace freehold
