// Reading plans.toml. Everything that is wrong is collected, so that a person mends it in one go.
#include <fmt/format.h>
#include <toml++/toml.h>

#include <set>
#include <stdexcept>

#include "catalog/catalog.hpp"
#include "catalog/price_reader.hpp"
#include "core/json.hpp"

namespace freehold::catalog {
namespace {

class Reader {
 public:
  explicit Reader(const Declared& declared) {
    for (const DeclaredKey& entry : declared.features) features_.insert(entry.key);
    for (const DeclaredKey& entry : declared.limits) limits_.insert(entry.key);
    for (const DeclaredKey& entry : declared.meters) meters_.insert(entry.key);
  }

  // Keys of a product that is no module of this program, with their labels: [features], [limits]
  // and [meters].
  void read_own(const toml::table& file, Declared& declared) {
    read_own_keys(file, "features", features_, declared.features);
    read_own_keys(file, "limits", limits_, declared.limits);
    read_own_keys(file, "meters", meters_, declared.meters);
  }

  Plan read_plan(const toml::table& table) {
    Plan plan;
    plan.key = table["key"].value_or(std::string());
    where_ = fmt::format("plan \"{}\"", plan.key);
    plan.name = require_text(table, "name");
    plan.tagline = table["tagline"].value_or(std::string());
    plan.version = table["version"].value_or(1);
    plan.is_default = table["default"].value_or(false);
    plan.is_locked = table["locked"].value_or(false);
    if (const auto days = table["trial_days"].value<std::int64_t>()) plan.trial_days = days;
    plan.trial_requires_card = table["trial_requires_card"].value_or(false);
    plan.features = read_words(table, "features", &features_);
    plan.highlights = read_words(table, "highlights", nullptr);
    plan.limits = read_allowances(table, "limits", limits_);
    plan.meters = read_allowances(table, "meters", meters_);
    read_rates(table, plan);
    plan.prices = read_prices(table, {plan.key, plan.version, meters_});
    read_legacy_prices(table, plan);
    refuse_unknown(table,
                   {"key", "name", "tagline", "version", "default", "trial_days",
                    "trial_requires_card", "prices", "features", "limits", "meters", "rates",
                    "highlights", "legacy_prices", "locked"},
                   told_);
    check(plan);
    return plan;
  }

  Addon read_addon(const toml::table& table) {
    Addon addon;
    addon.key = table["key"].value_or(std::string());
    where_ = fmt::format("add-on \"{}\"", addon.key);
    addon.name = require_text(table, "name");
    addon.tagline = table["tagline"].value_or(std::string());
    addon.version = table["version"].value_or(1);
    addon.plans = read_plan_keys(table);
    addon.features = read_words(table, "features", &features_);
    addon.limits = read_allowances(table, "limits", limits_);
    addon.meters = read_allowances(table, "meters", meters_);
    addon.max_quantity = table["max_quantity"].value_or(std::int64_t(1));
    addon.prices = read_prices(table, {"addon_" + addon.key, addon.version, meters_, true});
    refuse_unknown(table,
                   {"key", "name", "tagline", "version", "plans", "prices", "features", "limits",
                    "meters", "max_quantity"},
                   told_);
    if (addon.key.empty()) mistake("key is missing");
    if (!addon_keys_.insert(addon.key).second) mistake("there are two add-ons of this key");
    if (addon.prices.empty()) mistake("an add-on needs a price");
    if (addon.max_quantity < 1) mistake("max_quantity must be 1 or more");
    return addon;
  }

  Coupon read_coupon(const toml::table& table) {
    Coupon coupon;
    const std::string key = table["key"].value_or(std::string());
    where_ = fmt::format("coupon \"{}\"", key);
    coupon.id = fmt::format("freehold_{}_v{}", key, table["version"].value_or(1));
    coupon.name = require_text(table, "name");
    coupon.plans = read_plan_keys(table);
    coupon.codes = read_words(table, "codes", nullptr);
    coupon.max_redemptions = table["max_redemptions"].value<std::int64_t>();
    read_discount(table, coupon);
    read_duration(table, coupon);
    refuse_unknown(table,
                   {"key", "name", "version", "plans", "codes", "max_redemptions", "percent_off",
                    "amount_off", "currency", "duration", "duration_in_months"},
                   told_);
    if (key.empty()) mistake("key is missing");
    if (!coupon_keys_.insert(key).second) mistake("there are two coupons of this key");
    if (coupon.max_redemptions && *coupon.max_redemptions < 1)
      mistake("max_redemptions must be 1 or more");
    check_codes(coupon);
    return coupon;
  }

  const std::vector<Currency>& currencies() const { return currencies_; }

  void mistake(std::string_view what) { mistakes_ += fmt::format("{}: {}\n", where_, what); }
  const std::string& mistakes() const { return mistakes_; }
  void at(std::string where) { where_ = std::move(where); }

 private:
  using Keys = std::set<std::string, std::less<>>;

  void read_own_keys(const toml::table& file, std::string_view section, Keys& known,
                     std::vector<DeclaredKey>& declared) {
    const toml::table* entries = file[section].as_table();
    if (entries == nullptr) return;
    where_ = fmt::format("[{}]", section);
    for (const auto& [name, node] : *entries) {
      const std::string key{name.str()};
      const auto label = node.value<std::string>();
      if (!is_own_key(key))
        mistake(fmt::format("\"{}\" must be two words with a dot between: reports.export", key));
      if (features_.contains(key) || limits_.contains(key) || meters_.contains(key))
        mistake(fmt::format("\"{}\" is declared already", key));
      if (!label || label->empty()) mistake(fmt::format("\"{}\" needs a label to be read", key));
      known.insert(key);
      declared.push_back({key, label.value_or("")});
    }
  }

  static bool is_own_key(std::string_view key) {
    const auto dot = key.find('.');
    const bool has_two_words = dot != 0 && dot < key.size() - 1;
    return has_two_words && std::ranges::count(key, '.') == 1 &&
           key.find_first_not_of("abcdefghijklmnopqrstuvwxyz_.") == key.npos;
  }

  std::string require_text(const toml::table& table, std::string_view key) {
    const auto text = table[key].value<std::string>();
    if (!text || text->empty()) mistake(fmt::format("{} is missing", key));
    return text.value_or("");
  }

  std::vector<std::string> read_words(const toml::table& table, std::string_view key,
                                      const Keys* known) {
    std::vector<std::string> words;
    const toml::array* array = table[key].as_array();
    if (array == nullptr) return words;
    for (const auto& item : *array) {
      const auto word = item.value<std::string>();
      if (!word) {
        mistake(fmt::format("{} holds something that is not text", key));
      } else if (known != nullptr && !known->contains(*word)) {
        mistake(fmt::format("nobody declares the feature \"{}\"", *word));
      } else {
        words.push_back(*word);
      }
    }
    return words;
  }

  Allowances read_allowances(const toml::table& table, std::string_view section,
                             const Keys& known) {
    Allowances allowances;
    const toml::table* entries = table[section].as_table();
    if (entries == nullptr) return allowances;
    for (const auto& [name, node] : *entries) {
      const std::string key{name.str()};
      const auto number = node.value<std::int64_t>();
      const bool unlimited = node.value<std::string>() == "unlimited";
      if (!known.contains(key)) mistake(fmt::format("nobody declares \"{}\" ({})", key, section));
      if (!unlimited && (!number || *number < 0))
        mistake(fmt::format("\"{}\" must be a whole number or \"unlimited\"", key));
      allowances[key] = unlimited ? Allowance{} : Allowance{number.value_or(0)};
    }
    return allowances;
  }

  void read_rates(const toml::table& table, Plan& plan) {
    const toml::table* entries = table["rates"].as_table();
    if (entries == nullptr) return;
    for (const auto& [name, node] : *entries) {
      const auto number = node.value<std::int64_t>();
      if (!number || *number < 1)
        mistake(fmt::format("rate \"{}\" must be a positive number", name.str()));
      plan.rates[std::string(name.str())] = number.value_or(1);
    }
  }

  // What leads an offer stands before what comes with it.
  std::vector<Price> read_prices(const toml::table& table, const PriceOwner& owner) {
    std::vector<Price> prices;
    const toml::array* entries = table["prices"].as_array();
    if (entries == nullptr) return prices;
    for (const auto& node : *entries) {
      const toml::table* entry = node.as_table();
      if (entry == nullptr) {
        mistake("prices holds something that is not a table");
        continue;
      }
      auto price = read_price(*entry, owner, told_);
      if (!price) continue;
      if (!lookup_keys_.insert(price->lookup_key).second)
        mistake(fmt::format("two prices for a {} in {}", name_of(price->interval),
                            price->amount.currency.code()));
      if (std::ranges::find(currencies_, price->amount.currency) == currencies_.end())
        currencies_.push_back(price->amount.currency);
      const auto place = std::ranges::upper_bound(prices, price->charge, {}, &Price::charge);
      prices.insert(place, std::move(*price));
    }
    return prices;
  }

  std::vector<std::string> read_plan_keys(const toml::table& table) {
    auto plans = read_words(table, "plans", nullptr);
    for (const std::string& plan : plans) {
      if (!keys_.contains(plan)) mistake(fmt::format("there is no plan \"{}\"", plan));
    }
    return plans;
  }

  void read_discount(const toml::table& table, Coupon& coupon) {
    coupon.percent_off = table["percent_off"].value<std::int64_t>();
    const auto amount = table["amount_off"].value<std::int64_t>();
    const auto currency = Currency::parse(table["currency"].value_or(std::string()));
    if (amount && currency) coupon.amount_off = Money{*amount, *currency};
    const bool by_percent = table.contains("percent_off");
    if (by_percent == table.contains("amount_off"))
      mistake("a coupon needs percent_off or amount_off");
    if (by_percent && (!coupon.percent_off || *coupon.percent_off < 1 || *coupon.percent_off > 100))
      mistake("percent_off must be a whole number from 1 to 100");
    if (table.contains("amount_off") && (!coupon.amount_off || *amount < 1))
      mistake("amount_off must be a positive number of minor units, with its currency");
  }

  void read_duration(const toml::table& table, Coupon& coupon) {
    const auto duration =
        parse_enum<CouponDuration>(table["duration"].value_or(std::string("once")));
    if (!duration) mistake("duration must be once, repeating or forever");
    coupon.duration = duration.value_or(CouponDuration::once);
    coupon.duration_in_months = table["duration_in_months"].value<std::int64_t>();
    const bool repeats = coupon.duration == CouponDuration::repeating;
    if (repeats != table.contains("duration_in_months") ||
        (repeats && coupon.duration_in_months.value_or(0) < 1))
      mistake("duration_in_months goes with duration = \"repeating\", and is 1 or more");
  }

  // https://docs.stripe.com/api/promotion_codes/create: letters, digits and dashes, whatever case.
  void check_codes(const Coupon& coupon) {
    for (const std::string& code : coupon.codes) {
      const bool sound = !code.empty() && std::ranges::all_of(code, [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
      });
      if (!sound)
        mistake(fmt::format("the code \"{}\" may have capitals, digits and dashes", code));
      if (!codes_.insert(code).second)
        mistake(fmt::format("the code \"{}\" stands here twice", code));
    }
  }

  void read_legacy_prices(const toml::table& table, Plan& plan) {
    plan.legacy_prices = read_words(table, "legacy_prices", nullptr);
    for (const std::string& price : plan.legacy_prices) {
      if (!price.starts_with("price_") && !price.starts_with("plan_"))
        mistake(fmt::format("the legacy price \"{}\" is not an id of Stripe's (price_…)", price));
      if (!lookup_keys_.insert(price).second)
        mistake(fmt::format("the legacy price \"{}\" stands here twice", price));
    }
  }

  void check(const Plan& plan) {
    if (plan.key.empty()) mistake("key is missing");
    if (!keys_.insert(plan.key).second) mistake("there are two plans of this key");
    if (plan.is_default && !plan.prices.empty()) mistake("the default plan must be free of charge");
    if (plan.is_locked && !plan.is_default) mistake("only the default plan can be locked");
    if (plan.trial_days && *plan.trial_days < 1) mistake("trial_days must be 1 or more");
    if (plan.trial_days && plan.prices.empty()) mistake("a trial needs a price to go on with");
    if (plan.trial_requires_card && !plan.trial_days)
      mistake("trial_requires_card goes with trial_days");
  }

  Keys features_, limits_, meters_, keys_, addon_keys_, coupon_keys_, lookup_keys_, codes_;
  std::vector<Currency> currencies_;
  const Mistake told_ = [this](std::string_view what) { mistake(what); };
  std::string where_ = "plans.toml";
  std::string mistakes_;
};

template <class Read>
void for_each_of(const toml::table& file, std::string_view section, Read read) {
  const toml::array* entries = file[section].as_array();
  if (entries == nullptr) return;
  for (const auto& node : *entries) {
    if (const toml::table* table = node.as_table()) read(*table);
  }
}

}  // namespace

Catalog Catalog::parse(std::string_view text, Declared declared) {
  Reader reader(declared);
  Catalog catalog;
  try {
    const toml::table file = toml::parse(text);
    for (const auto& [name, node] : file) {
      static const std::set<std::string_view> known{"plans",    "addons", "coupons",
                                                    "features", "limits", "meters"};
      if (!known.contains(name.str()))
        reader.mistake(fmt::format("there is no section \"{}\"", name.str()));
    }
    reader.read_own(file, declared);
    for_each_of(file, "plans", [&](const toml::table& table) {
      catalog.plans_.push_back(reader.read_plan(table));
    });
    for_each_of(file, "addons", [&](const toml::table& table) {
      catalog.addons_.push_back(reader.read_addon(table));
    });
    for_each_of(file, "coupons", [&](const toml::table& table) {
      catalog.coupons_.push_back(reader.read_coupon(table));
    });
  } catch (const toml::parse_error& error) {
    reader.mistake(fmt::format("line {}: {}", error.source().begin.line, error.description()));
  }
  reader.at("plans.toml");
  const auto defaults = std::ranges::count_if(catalog.plans_, &Plan::is_default);
  const auto trials = std::ranges::count_if(
      catalog.plans_, [](const Plan& plan) { return plan.trial_days.has_value(); });
  if (defaults != 1) reader.mistake("exactly one plan must have default = true");
  if (trials > 1) reader.mistake("only one plan may have trial_days");
  if (!reader.mistakes().empty()) throw std::runtime_error(reader.mistakes());
  catalog.currencies_ = reader.currencies();
  catalog.declared_ = std::move(declared);
  return catalog;
}

}  // namespace freehold::catalog
