// What the configuration says about looks; staff may say otherwise in their panel.
#include <fstream>

#include "app/settings.hpp"

namespace freehold::app {
namespace {

std::string read_logo(ConfigReader& config, const std::string& path) {
  if (path.empty()) return {};
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    config.mistake("brand.logo", path + " cannot be read");
    return {};
  }
  return {std::istreambuf_iterator<char>(file), {}};
}

// "accent" is brand.accent; the name and the sender have keys of their own.
std::string key_of(const std::string& field) {
  if (field == "name") return "product.name";
  if (field == "mail_from") return "mail.from";
  return "brand." + field;
}

}  // namespace

brand::Look read_brand(ConfigReader& config) {
  brand::Look look;
  look.name = config.text("product.name", "Freehold", "What customers read in pages and mails.");
  look.mail_from =
      config.text("mail.from", "Freehold <hello@localhost>", "The sender of every mail.");
  look.logo = read_logo(config, config.text("brand.logo", "",
                                            "A file: SVG, PNG, JPEG or WebP, 32 KiB at most. It "
                                            "should stand on light and dark ground. Empty: "
                                            "Freehold's mark."));
  look.accent = config.text("brand.accent", "",
                            "The colour of buttons and links, `#265bc5`; the other shades are made "
                            "of it. One that cannot be read stops the start. Empty: blue.");
  look.accent_dark =
      config.text("brand.accent_dark", "", "The same on dark pages. Empty: made of brand.accent.");
  look.workspace = config.text(
      "brand.workspace", "workspace",
      "The noun that customers read for a tenant, in lower case: organisation, studio, clinic.");
  look.workspaces = config.text("brand.workspaces", "workspaces", "More than one of them.");
  for (const FieldError& mistake : mistakes_in(look))
    config.mistake(key_of(mistake.field), mistake.message);
  return look;
}

}  // namespace freehold::app
