// What stands around a page: navigation, banner, account, toast. The program fills one Frame per
// request; a handler adds the keys of its page to the model.
#pragma once

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/json_fwd.hpp"
#include "html/parts.hpp"

namespace freehold::html {

struct NavItem {
  std::string label;
  std::string url;
  std::string icon;  // a file of templates/icon
  std::string section =
      {};  // heading it stands under; "" is the top, "foot" the end of the sidebar
  bool current = false;
  std::optional<std::string> badge = {};  // "4/6"
  std::optional<std::string> alert =
      {};  // shows a dot; the words are for screen readers: "near limit"
};
BOOST_DESCRIBE_STRUCT(NavItem, (), (label, url, icon, current, badge, alert))

struct Crumb {
  std::string label;
  std::optional<std::string> url = {};  // nothing: the page itself
};
BOOST_DESCRIBE_STRUCT(Crumb, (), (label, url))

// How a person puts a banner away: a form that sends `name`=`value` and `return_to`, its page.
struct Dismissal {
  std::string url;
  std::string return_to;
  std::string label;  // for screen readers: "Dismiss until the limit is reached"
  std::string name;
  std::string value;
};
BOOST_DESCRIBE_STRUCT(Dismissal, (), (url, return_to, label, name, value))

// The one standing banner. `kind` is info, warn or bad.
struct Banner {
  std::string kind;
  std::string icon;
  std::string title;
  std::string text;
  std::optional<Action> action = {};
  std::optional<Dismissal> dismissal = {};
  std::optional<Action> other = {};  // beside the action, for who wants something else
};
BOOST_DESCRIBE_STRUCT(Banner, (), (kind, icon, title, text, action, dismissal, other))

// The result of what the person has just done. A failure (`bad`) stays until it is dismissed.
struct Toast {
  std::string kind = "ok";  // ok or bad
  std::string text;
  std::optional<std::string> request_id = {};
  std::optional<Action> action = {};
  std::string icon = "check_circle";
  std::string role = "status";
};
BOOST_DESCRIBE_STRUCT(Toast, (), (kind, text, request_id, action, icon, role))

Toast failure(std::string text, std::string request_id);

struct Brand {
  std::string name;
  std::string url;
  std::optional<std::string> logo = {};         // an image; nothing: our own mark
  std::optional<std::string> style_sheet = {};  // the owner's colours
};
BOOST_DESCRIBE_STRUCT(Brand, (), (name, url, logo, style_sheet))

struct Workspace {
  std::string name;
  std::string initials;
  std::string plan_label;  // "Team plan"
};
BOOST_DESCRIBE_STRUCT(Workspace, (), (name, initials, plan_label))

struct WorkspaceLink {
  std::string name;
  std::string initials;
  std::string url;
  bool current = false;
};
BOOST_DESCRIBE_STRUCT(WorkspaceLink, (), (name, initials, url, current))

struct User {
  std::string name;
  std::string initials;
  std::string email;
};
BOOST_DESCRIBE_STRUCT(User, (), (name, initials, email))

// Staff pages say where they are: "Production".
struct Environment {
  std::string name;
  std::string text;
  std::string tone;
};
BOOST_DESCRIBE_STRUCT(Environment, (), (name, text, tone))

// Beside a sign-up form: what one gets, and what it costs.
struct Point {
  std::string icon;
  std::string title;
  std::string text;
};
BOOST_DESCRIBE_STRUCT(Point, (), (icon, title, text))

struct Row {
  std::string label;
  std::string value;
};
BOOST_DESCRIBE_STRUCT(Row, (), (label, value))

struct AsideCard {
  std::string title;
  std::string price;
  std::string unit;
  std::vector<Row> rows = {};
};
BOOST_DESCRIBE_STRUCT(AsideCard, (), (title, price, unit, rows))

struct Aside {
  std::string title;
  std::vector<Point> points = {};
  std::optional<AsideCard> card = {};
};
BOOST_DESCRIBE_STRUCT(Aside, (), (title, points, card))

// "Have an account? Log in" above a sign-up form.
struct Prompt {
  std::string text;
  std::string label;
  std::string url;
};
BOOST_DESCRIBE_STRUCT(Prompt, (), (text, label, url))

enum class Theme { system, light, dark };
BOOST_DESCRIBE_ENUM(Theme, system, light, dark)

struct Frame {
  std::string layout;  // console, staff, public, auth, plain; empty: a fragment
  std::string title;   // of the page, for the browser's tab
  std::string csrf_token;
  std::string idempotency_key;  // random per page; each form on it adds its own number
  Brand brand;
  std::string lang = "en";
  Theme theme = Theme::system;
  std::string width = "normal";  // normal, wide, narrow
  bool has_errors = false;       // the page shows a form that was refused: the title says so
  bool as_data = false;          // a program asked: what is on the page, without the page

  // console and staff
  std::vector<NavItem> nav = {};
  std::vector<Crumb> breadcrumbs = {};
  std::optional<Workspace> workspace = {};
  std::vector<WorkspaceLink> workspaces = {};
  std::optional<Environment> environment = {};
  std::optional<User> user = {};
  std::string menu_url = {};  // the navigation as a page, for narrow screens without JavaScript
  std::optional<std::string> select_url = {};
  std::optional<std::string> search_url = {};
  std::optional<std::string> help_url = {};
  std::optional<std::string> account_url = {};
  std::string logout_url = {};
  std::string theme_url = {};  // POST theme, return_to
  std::string return_to = {};

  // public, auth and plain
  std::vector<NavItem> site_nav = {};
  std::vector<Action> site_actions = {};
  std::vector<Action> footer = {};
  std::optional<Prompt> prompt = {};
  std::optional<Aside> aside = {};

  // all
  std::optional<Banner> banner = {};
  std::optional<Toast> toast = {};
};

// {layout, title, csrf_token, idempotency_key, chrome{…}}; the keys of the page go beside them.
json::object frame_model(const Frame& frame);

// The whole model of a page: the frame's keys and the page's own beside them. A key of the page
// wins, so a page may say its `title` itself.
json::object page_model(const Frame& frame, json::object page);

// The page for programs that show it in their own way: {object: "page", name, title, csrf_token,
// toast, and the page's own keys}. Of a form they get the fields and what was wrong with them,
// without what only a template needs.
json::object page_data(std::string_view view, const Frame& frame, json::object page);

// "Northwind Labs" is NL, "maya" is M; for avatars.
std::string initials_of(std::string_view name);

}  // namespace freehold::html
