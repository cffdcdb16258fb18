#include "billing/addon_parts.hpp"

#include "billing/addons.hpp"
#include "core/json.hpp"
#include "html/form.hpp"

namespace freehold::billing {
namespace {

struct AddonCard {
  std::string id;
  std::string name;
  std::string text;
  std::string price;
  std::vector<std::string> gains;
  std::optional<html::Badge> badge;
};
BOOST_DESCRIBE_STRUCT(AddonCard, (), (id, name, text, price, gains, badge))

// "on Pro and Business"
std::string plans_of(const catalog::Catalog& catalog, const catalog::Addon& addon) {
  std::vector<std::string> names;
  for (const catalog::Plan& plan : catalog.plans()) {
    if (addon.fits(plan)) names.push_back(plan.name);
  }
  std::string text = "on ";
  for (std::size_t i = 0; i < names.size(); ++i)
    text += (i == 0 ? "" : i + 1 == names.size() ? " and " : ", ") + names[i];
  return text;
}

AddonCard card_of(const catalog::Catalog& catalog, const catalog::Addon& addon,
                  const Billed& billed) {
  const catalog::Price* price = addon.price(billed.interval, billed.currency);
  return {.id = addon.key,
          .name = addon.name,
          .text = addon.tagline,
          .price = price != nullptr
                       ? catalog::describe(*price) + " each, " + plans_of(catalog, addon)
                       : not_sold(billed),
          .gains = gains_of(addon, catalog),
          .badge = {}};
}

html::Form form_of(const http::Request& req, const catalog::Addon& addon, std::int64_t bought) {
  return {.id = "addon-" + addon.key,
          .action = billing_url(req, "/addon"),
          .submit = "See what it costs",
          .fields = {{.name = "quantity",
                      .label = "How many of “" + addon.name + "”",
                      .value = std::to_string(bought),
                      .hint = fmt::format("0 to {}", addon.max_quantity),
                      .inputmode = "numeric",
                      .max_length = 7}},
          .hidden = {{"addon", addon.key}},
          .errors = {},
          .cancel = {}};
}

}  // namespace

std::vector<std::string> gains_of(const catalog::Addon& addon, const catalog::Catalog& catalog) {
  std::vector<std::string> gains;
  for (const catalog::Allowances* all : {&addon.limits, &addon.meters}) {
    for (const auto& [key, most] : *all)
      gains.push_back(fmt::format("{}: {}{}", catalog.label_of(key), catalog::describe(most),
                                  most ? " more" : ""));
  }
  for (const std::string& feature : addon.features) gains.push_back(catalog.label_of(feature));
  return gains;
}

json::array addon_models(const catalog::Catalog& catalog, const Billed& billed) {
  json::array models;
  for (const catalog::Addon& addon : catalog.addons()) {
    json::object model = to_json(card_of(catalog, addon, billed)).as_object();
    model["form"] = nullptr;
    models.push_back(std::move(model));
  }
  return models;
}

json::array addon_models(const Billing& billing, const http::Request& req, const Billed& billed,
                         const std::optional<Mirror>& current, const WrongNumber& wrong) {
  if (!current) return addon_models(billing.catalog, billed);
  json::array models;
  const AddonCounts bought = addons_of(*current, billing.catalog);
  const bool may = req.actor().can(permissions::billing_manage);
  for (const catalog::Addon& addon : billing.catalog.addons()) {
    AddonCard card = card_of(billing.catalog, addon, billed);
    const std::int64_t quantity = count_of(bought, addon.key);
    if (quantity > 0) card.badge = html::Badge{fmt::format("You have {}", quantity), "accent"};
    json::object model = to_json(card).as_object();
    model["form"] = nullptr;
    if (may && addon_price(addon, *current, billing.catalog) != nullptr) {
      html::Form form = form_of(req, addon, quantity);
      if (wrong.addon == addon.key) {
        form.errors = wrong.errors;
        form.fields.front().value = req.query.get("quantity");
      }
      model["form"] = html::form_model(form);
    }
    models.push_back(std::move(model));
  }
  return models;
}

}  // namespace freehold::billing
