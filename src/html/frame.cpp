#include "html/frame.hpp"

#include <algorithm>
#include <cctype>

#include "core/json.hpp"
#include "html/form.hpp"

namespace freehold::html {

namespace {

json::array items_of(const std::vector<NavItem>& nav, std::string_view section) {
  json::array items;
  for (const NavItem& item : nav)
    if (item.section == section) items.push_back(to_json(item));
  return items;
}

// Sections in the order in which the items first name them.
json::array sections_of(const std::vector<NavItem>& nav) {
  std::vector<std::string_view> names;
  for (const NavItem& item : nav) {
    const bool known = std::find(names.begin(), names.end(), item.section) != names.end();
    if (!known && item.section != "foot") names.push_back(item.section);
  }
  json::array sections;
  for (std::string_view name : names) {
    json::value label = name.empty() ? json::value(nullptr) : json::value(name);
    sections.push_back(json::object{{"label", std::move(label)}, {"items", items_of(nav, name)}});
  }
  return sections;
}

json::value foot_of(const std::vector<NavItem>& nav) {
  json::array items = items_of(nav, "foot");
  if (items.empty()) return nullptr;
  return json::object{{"items", std::move(items)}};
}

json::array themes(Theme chosen) {
  json::array choices;
  const auto add = [&](Theme theme, std::string_view label, std::string_view icon) {
    choices.push_back(json::object{{"value", name_of(theme)},
                                   {"label", label},
                                   {"icon", icon},
                                   {"pressed", theme == chosen ? "true" : "false"}});
  };
  add(Theme::system, "System", "monitor");
  add(Theme::light, "Light", "sun");
  add(Theme::dark, "Dark", "moon");
  return choices;
}

// A workspace's pages begin with its name.
json::value crumbs_of(const Frame& frame) {
  std::vector<Crumb> crumbs;
  const auto at = std::ranges::find_if(frame.workspaces, &WorkspaceLink::current);
  if (at != frame.workspaces.end()) crumbs.push_back({.label = at->name, .url = at->url});
  crumbs.insert(crumbs.end(), frame.breadcrumbs.begin(), frame.breadcrumbs.end());
  return to_json(crumbs);
}

void add_console(json::object& chrome, const Frame& frame) {
  chrome["nav"] = sections_of(frame.nav);
  chrome["nav_foot"] = foot_of(frame.nav);
  chrome["breadcrumbs"] = crumbs_of(frame);
  chrome["workspace"] = to_json(frame.workspace);
  chrome["workspaces"] = to_json(frame.workspaces);
  chrome["environment"] = to_json(frame.environment);
  chrome["user"] = to_json(frame.user);
  chrome["menu_url"] = frame.menu_url;
  chrome["select_url"] = to_json(frame.select_url);
  chrome["search_url"] = to_json(frame.search_url);
  chrome["help_url"] = to_json(frame.help_url);
  chrome["account_url"] = to_json(frame.account_url);
  chrome["logout_url"] = frame.logout_url;
  chrome["theme_url"] = frame.theme_url;
  chrome["return_to"] = frame.return_to;
  chrome["themes"] = themes(frame.theme);
}

void add_site(json::object& chrome, const Frame& frame) {
  chrome["site_nav"] = to_json(frame.site_nav);
  chrome["site_actions"] = to_json(frame.site_actions);
  chrome["footer"] = to_json(frame.footer);
  chrome["prompt"] = to_json(frame.prompt);
  chrome["aside"] = to_json(frame.aside);
}

bool is_letter(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x80 || std::isalnum(byte) != 0;
}

// The bytes of the UTF-8 character at `at`.
std::string_view character(std::string_view name, std::size_t at) {
  std::size_t length = 1;
  while (at + length < name.size() &&
         (static_cast<unsigned char>(name[at + length]) & 0xc0) == 0x80)
    ++length;
  return name.substr(at, length);
}

}  // namespace

Toast failure(std::string text, std::string request_id) {
  return Toast{.kind = "bad",
               .text = std::move(text),
               .request_id = std::move(request_id),
               .action = std::nullopt,
               .icon = "alert_circle",
               .role = "alert"};
}

json::object frame_model(const Frame& frame) {
  json::object chrome;
  chrome["brand"] = to_json(frame.brand);
  chrome["lang"] = frame.lang;
  chrome["theme"] = name_of(frame.theme);
  chrome["width"] = frame.width;
  chrome["has_errors"] = frame.has_errors;
  chrome["banner"] = to_json(frame.banner);
  chrome["toast"] = to_json(frame.toast);
  add_console(chrome, frame);
  add_site(chrome, frame);

  json::object model;
  model["layout"] = frame.layout.empty() ? json::value(nullptr) : json::value(frame.layout);
  model["title"] = frame.title;
  model["csrf_token"] = frame.csrf_token;
  model["idempotency_key"] = frame.idempotency_key;
  model["chrome"] = std::move(chrome);
  return model;
}

json::object page_model(const Frame& frame, json::object page) {
  json::object model = frame_model(frame);
  for (auto& [name, value] : page) model[name] = std::move(value);
  return model;
}

json::object page_data(std::string_view view, const Frame& frame, json::object page) {
  json::object data{{"object", "page"},
                    {"page", view},
                    {"title", frame.title},
                    {"csrf_token", frame.csrf_token},
                    {"toast", frame.toast ? json::value(frame.toast->text) : json::value(nullptr)}};
  for (auto& [name, value] : page) {
    const bool is_form = value.is_object() && value.as_object().contains("fields");
    data[name] = is_form ? json::value(form_data(value.as_object())) : std::move(value);
  }
  return data;
}

std::string initials_of(std::string_view name) {
  std::string initials;
  int letters = 0;
  for (std::size_t at = 0; at < name.size() && letters < 2; ++at) {
    const bool starts_word = at == 0 || name[at - 1] == ' ' || name[at - 1] == '-';
    if (!starts_word || !is_letter(name[at])) continue;
    std::string letter(character(name, at));
    letter[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(letter[0])));
    initials += letter;
    ++letters;
  }
  return initials;
}

}  // namespace freehold::html
