// The models of the shared partials, as structs: a page's struct holds them and core/json turns all
// of it into the model. An empty optional is null there, so nothing is ever missing. The partial of
// a struct has its name in capitals: Badge is {{#badge}}{{>BADGE}}{{/badge}}.
#pragma once

#include <boost/describe.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace freehold::html {

// Where something leads. `kind` is how a button looks: primary, secondary, ghost, danger.
struct Action {
  std::string label;
  std::string url;
  std::string kind = "secondary";
};
BOOST_DESCRIBE_STRUCT(Action, (), (label, url, kind))

// A word that needs colour. `tone` is neutral, ok, warn, bad or accent.
struct Badge {
  std::string label;
  std::string tone = "neutral";
  bool dot = false;
};
BOOST_DESCRIBE_STRUCT(Badge, (), (label, tone, dot))

// A notice inside a page. `kind` is info, ok, warn or bad; `icon` a file of templates/icon.
struct Callout {
  std::string kind;
  std::string icon;
  std::string title;
  std::optional<std::string> text = {};
  std::optional<Action> action = {};
};
BOOST_DESCRIBE_STRUCT(Callout, (), (kind, icon, title, text, action))

// Nothing here: what this is, one action, one link to the documentation.
struct Empty {
  std::string icon;
  std::string title;
  std::string text;
  std::optional<Action> action = {};
  std::optional<Action> docs = {};
  std::optional<std::string> note = {};
};
BOOST_DESCRIBE_STRUCT(Empty, (), (icon, title, text, action, docs, note))

// Not in this plan: what it does, what it costs, who can change the plan.
struct Gate {
  std::string title;
  std::string text;
  std::optional<Action> action = {};
  std::optional<std::string> price = {};
  std::optional<std::string> who = {};
};
BOOST_DESCRIBE_STRUCT(Gate, (), (title, text, action, price, who))

// Not for this role: what is needed, and the names of those who can give it.
struct NoPermission {
  std::string title;
  std::string text;
  std::optional<std::string> people = {};  // "Maya Okafor or Jonas Silva"
  std::optional<Action> action = {};
};
BOOST_DESCRIBE_STRUCT(NoPermission, (), (title, text, people, action))

// The ends of a list read by key. `range` is "1–25 of 1,196".
struct Pagination {
  std::string range;
  std::optional<std::string> previous_url = {};
  std::optional<std::string> next_url = {};
};
BOOST_DESCRIBE_STRUCT(Pagination, (), (range, previous_url, next_url))

struct Tab {
  std::string label;
  std::string url;
  bool current = false;
  std::optional<std::string> count = {};
};
BOOST_DESCRIBE_STRUCT(Tab, (), (label, url, current, count))

struct Tabs {
  std::string label;  // for screen readers: "Billing sections"
  std::vector<Tab> items = {};
};
BOOST_DESCRIBE_STRUCT(Tabs, (), (label, items))

// One line of an event log. `at` is RFC 3339; `at_text` is the same in the reader's zone.
struct Event {
  std::string icon;
  std::string tone = "neutral";
  std::string title;
  std::optional<std::string> detail = {};
  std::optional<std::string> actor = {};
  std::string at;
  std::string at_text;
  bool relative = false;
};
BOOST_DESCRIBE_STRUCT(Event, (), (icon, tone, title, detail, actor, at, at_text, relative))

struct Timeline {
  std::vector<Event> events = {};
};
BOOST_DESCRIBE_STRUCT(Timeline, (), (events))

struct Step {
  std::string title;
  std::string text;
  bool done = false;
  std::optional<Action> action = {};
};
BOOST_DESCRIBE_STRUCT(Step, (), (title, text, done, action))

struct Checklist {
  std::string title;
  std::vector<Step> steps = {};
  int count = 0;
  int done_count = 0;
  int percent = 0;
};
BOOST_DESCRIBE_STRUCT(Checklist, (), (title, steps, count, done_count, percent))

Checklist checklist_of(std::string title, std::vector<Step> steps);

// How much of a limit is used. The tone is warn from 80 % and bad at 100 %, with a word beside it.
struct Meter {
  std::string name;
  std::string used_text;
  std::optional<std::string> limit_text = {};  // nothing: unlimited
  std::string note;                            // "157,690 left"
  int percent = 0;  // rounded down, so that 100 is only said when it is reached
  std::string tone = "neutral";
  std::optional<std::string> word = {};
};
BOOST_DESCRIBE_STRUCT(Meter, (), (name, used_text, limit_text, note, percent, tone, word))

// `used_text` and `limit_text` are formatted by the caller: they may be bytes or seats.
struct Usage {
  std::int64_t used = 0;
  std::optional<std::int64_t> limit = {};
  std::string used_text;
  std::string limit_text;
};
Meter meter_of(std::string name, std::string note, const Usage& usage);

// A whole page that says one thing: an error, "check your mail". `code` is "404" or nothing.
struct Buttons {
  std::vector<Action> items = {};
};
BOOST_DESCRIBE_STRUCT(Buttons, (), (items))

struct Message {
  std::optional<std::string> code = {};
  std::string title;
  std::vector<std::string> paragraphs = {};
  std::optional<Buttons> actions = {};
  std::optional<std::string> request_id = {};
};
BOOST_DESCRIBE_STRUCT(Message, (), (code, title, paragraphs, actions, request_id))

}  // namespace freehold::html
