// The owner's name, colours, logo and words on all that customers get.
#include <doctest/doctest.h>

#include "core/words.hpp"
#include "tests/program/doors.hpp"

using namespace freehold;
using namespace freehold::program;

namespace {

// Without what stands between the two, and them.
std::string without(std::string text, std::string_view before, std::string_view after) {
  for (auto at = text.find(before); at != text.npos; at = text.find(before)) {
    const auto end = text.find(after, at);
    text.replace(at, end == text.npos ? text.npos : end + after.size() - at, " ");
  }
  return text;
}

// What a person reads of a page: its text and title, without addresses, markup and code.
std::string read_aloud(std::string page) {
  page = without(without(std::move(page), "<pre", "</pre>"), "<code", "</code>");
  return without(std::move(page), "<", ">");
}

// Where "workspace" stands as a word, with what is around it.
std::string still_ours(const std::string& text) {
  constexpr std::string_view noun = "orkspace";
  std::string found;
  for (auto at = text.find(noun); at != text.npos; at = text.find(noun, at + 1)) {
    const bool part_of_a_name = at >= 2 && (text[at - 2] == '/' || text[at - 2] == '_');
    if (!part_of_a_name && text[at + noun.size()] != '_')
      found += "  " + text.substr(at < 30 ? 0 : at - 30, 70) + "\n";
  }
  return found;
}

// The developers' pages speak the language of the API.
bool is_for_developers(const Door& door) {
  return door.route.path.starts_with("/reference") || door.route.path.starts_with("/errors");
}

}  // namespace

TEST_CASE("whoever has a word of their own reads it on every page and in every mail") {
  Neighbours& all = neighbours();
  set_words({"organisation", "organisations"});
  std::string wrong;
  int pages = 0;
  for (const Door& door : doors(Changes::no)) {
    if (door.is_api() || door.listener == Listener::staff || is_for_developers(door)) continue;
    const auto response = send(door, knock(door, path_of(door)));
    if (!response.content_type.starts_with("text/html")) continue;
    ++pages;
    const std::string left = still_ours(read_aloud(response.body));
    if (!left.empty()) wrong += door.name() + "\n" + left;
  }
  CHECK(wrong == "");
  CHECK(pages > 30);
  sign_up(all.program, all.database, "owner@third.example", "Third");
  const std::string mails = rows(all.database,
                                 "select subject, body_text from notify.mail "
                                 "where recipient = 'owner@third.example' order by created_at");
  CHECK(mails.find("Your organisation is ready") != mails.npos);
  CHECK(still_ours(mails) == "");
  set_words({});
}

TEST_CASE("what staff save is on the pages of the product, and its files can do nothing") {
  Neighbours& all = neighbours();
  all.staff.get("/brand");
  const auto saved = all.staff.post(
      "/brand", {{"name", "Acme Cloud"},
                 {"mail_from", "Acme <hello@acme.example>"},
                 {"accent", "#0f766e"},
                 {"accent_dark", ""},
                 {"workspace", "workspace"},
                 {"workspaces", "workspaces"},
                 {"logo", "<svg xmlns='http://www.w3.org/2000/svg'><path d='M0 0h9v9'/></svg>"},
                 {"version", "0"}});
  REQUIRE_MESSAGE(saved.status == 303, saved.body);

  Visitor visitor(all.program);
  const std::string page = visitor.get("/pricing").body;
  CHECK(page.find("<title>Pricing · Acme Cloud</title>") != page.npos);
  const std::string logo = "/brand/" + between(page, "src=\"/brand/", "\"");
  const std::string sheet = "/brand/" + between(page, "stylesheet\" href=\"/brand/", "\"");
  const auto colours = visitor.get(sheet);
  CHECK(colours.content_type == "text/css; charset=utf-8");
  CHECK(colours.static_body.starts_with(":root{--accent:light-dark(#0f766e,"));
  CHECK(colours.header("Cache-Control") == "public, max-age=31536000, immutable");
  const auto drawing = visitor.get(logo);
  CHECK(drawing.content_type == "image/svg+xml");
  CHECK(drawing.header("Content-Security-Policy") ==
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox");
  const auto before = visitor.get("/brand/0123456789ab.svg");
  CHECK(before.status == 200);
  CHECK(before.header("Cache-Control") == "no-cache");
  CHECK(all.staff.get(sheet).status == 200);  // the staff panel wears it too
}
