#include "identity/user_agent.hpp"

#include <span>
#include <utility>

namespace freehold::identity {
namespace {

using Mark = std::pair<std::string_view, std::string_view>;

// The first mark that is found names it: browsers and systems carry the marks of those they
// imitate, so the imitators come first.
constexpr Mark browsers[] = {
    {"Edg/", "Edge"},        {"OPR/", "Opera"},     {"SamsungBrowser/", "Samsung Internet"},
    {"Firefox/", "Firefox"}, {"FxiOS/", "Firefox"}, {"CriOS/", "Chrome"},
    {"Chrome/", "Chrome"},   {"Safari/", "Safari"}, {"curl/", "curl"}};
constexpr Mark systems[] = {{"iPhone", "iPhone"},   {"iPad", "iPad"},      {"Android", "Android"},
                            {"Windows", "Windows"}, {"Mac OS X", "macOS"}, {"CrOS", "ChromeOS"},
                            {"Linux", "Linux"}};

std::string_view named(std::span<const Mark> marks, std::string_view user_agent) {
  for (const auto& [mark, name] : marks)
    if (user_agent.find(mark) != std::string_view::npos) return name;
  return {};
}

}  // namespace

std::string device_name(std::string_view user_agent) {
  const std::string browser(named(browsers, user_agent));
  const std::string system(named(systems, user_agent));
  if (browser.empty() && system.empty()) return "Unknown browser";
  if (system.empty()) return browser;
  return (browser.empty() ? "Browser" : browser) + " on " + system;
}

}  // namespace freehold::identity
