// Reading plans.toml. Everything that is wrong is collected, so that a person mends it in one go.
#include <fmt/format.h>
#include <toml++/toml.h>

#include <set>
#include <stdexcept>

#include "catalog/catalog.hpp"
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
    if (const auto days = table["trial_days"].value<std::int64_t>()) plan.trial_days = days;
    plan.features = read_words(table, "features", &features_);
    plan.highlights = read_words(table, "highlights", nullptr);
    plan.limits = read_allowances(table, "limits", limits_);
    plan.meters = read_allowances(table, "meters", meters_);
    read_rates(table, plan);
    read_prices(table, plan);
    read_legacy_prices(table, plan);
    refuse_unknown(table);
    check(plan);
    return plan;
  }

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

  void read_prices(const toml::table& table, Plan& plan) {
    const toml::array* prices = table["prices"].as_array();
    if (prices == nullptr) return;
    for (const auto& node : *prices) {
      const toml::table* entry = node.as_table();
      if (entry == nullptr) {
        mistake("prices holds something that is not a table");
        continue;
      }
      read_price(*entry, plan);
    }
  }

  void read_price(const toml::table& entry, Plan& plan) {
    const auto amount = entry["amount"].value<std::int64_t>();
    const auto currency = Currency::parse(entry["currency"].value_or(std::string()));
    const auto interval = parse_enum<Interval>(entry["interval"].value_or(std::string()));
    if (!amount || *amount <= 0)
      mistake("a price's amount must be a positive number of minor units");
    if (!currency) mistake("a price's currency is not one that Stripe charges in");
    if (!interval) mistake("a price's interval must be month or year");
    if (!amount || !currency || !interval) return;
    std::string lookup_key = fmt::format("freehold_{}_{}_{}_v{}", plan.key, name_of(*interval),
                                         currency->code(), plan.version);
    if (!lookup_keys_.insert(lookup_key).second)
      mistake(fmt::format("two prices for a {} in {}", name_of(*interval), currency->code()));
    plan.prices.push_back({std::move(lookup_key), Money{*amount, *currency}, *interval});
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

  void refuse_unknown(const toml::table& table) {
    static const std::set<std::string_view> known{
        "key",      "name",   "tagline", "version", "default",    "trial_days",   "prices",
        "features", "limits", "meters",  "rates",   "highlights", "legacy_prices"};
    for (const auto& [name, node] : table) {
      if (!known.contains(name.str()))
        mistake(fmt::format("there is no setting \"{}\"", name.str()));
    }
  }

  void check(const Plan& plan) {
    if (plan.key.empty()) mistake("key is missing");
    if (!keys_.insert(plan.key).second) mistake("there are two plans of this key");
    if (plan.is_default && !plan.prices.empty()) mistake("the default plan must be free of charge");
    if (plan.trial_days && *plan.trial_days < 1) mistake("trial_days must be 1 or more");
    if (plan.trial_days && plan.prices.empty()) mistake("a trial needs a price to go on with");
  }

  Keys features_, limits_, meters_, keys_, lookup_keys_;
  std::string where_ = "plans.toml";
  std::string mistakes_;
};

}  // namespace

Catalog Catalog::parse(std::string_view text, Declared declared) {
  Reader reader(declared);
  Catalog catalog;
  try {
    const toml::table file = toml::parse(text);
    for (const auto& [name, node] : file) {
      static const std::set<std::string_view> known{"plans", "features", "limits", "meters"};
      if (!known.contains(name.str()))
        reader.mistake(fmt::format("there is no section \"{}\"", name.str()));
    }
    reader.read_own(file, declared);
    if (const toml::array* plans = file["plans"].as_array()) {
      for (const auto& node : *plans) {
        if (const toml::table* table = node.as_table())
          catalog.plans_.push_back(reader.read_plan(*table));
      }
    }
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
  catalog.declared_ = std::move(declared);
  return catalog;
}

}  // namespace freehold::catalog
