// The page on which staff say how the installation looks.
#include <doctest/doctest.h>

#include "core/words.hpp"
#include "staff/test_site.hpp"

using namespace freehold;
using namespace freehold::staff;

namespace {

struct Panel : Site {
  Panel() {
    const std::string password = create("sam@example.com");
    log_in(panel, "sam@example.com", password);
    panel.get("/brand");
  }
  ~Panel() { set_words({}); }
};

test::FormFields entered(std::string name, std::string accent, std::string version = "0") {
  return {{"name", std::move(name)},
          {"mail_from", "Acme <hello@acme.example>"},
          {"accent", std::move(accent)},
          {"accent_dark", ""},
          {"workspace", "studio"},
          {"workspaces", "studios"},
          {"logo", "<svg xmlns='http://www.w3.org/2000/svg'/>"},
          {"version", std::move(version)}};
}

}  // namespace

TEST_CASE("staff change the brand, and every page has it from then on") {
  Panel site;
  CHECK(seen(site.panel.post("/brand", entered("Acme", "#0F766E"))) == "303 /brand?saved=1");
  const std::string page = site.panel.get("/brand").body;
  CHECK(page.find("value=\"#0f766e\"") != page.npos);
  CHECK(page.find("The configuration says “Freehold”.") != page.npos);
  CHECK(test::mistakes_in(page) == "");
  CHECK(site.money.billing.views.has("staff/brand"));
  CHECK(site.staff.brand.current()->look.name == "Acme");
  CHECK(worded("workspaces") == "studios");
}

TEST_CASE("a logo that was not touched stays to the byte, whatever a browser makes of its lines") {
  Panel site;
  const std::string drawing =
      "<svg xmlns='http://www.w3.org/2000/svg'>\n<path d='M0 0'/>\n</svg>\n";
  test::FormFields form = entered("Acme", "");
  form[6].second = drawing;
  CHECK(seen(site.panel.post("/brand", form)) == "303 /brand?saved=1");
  const std::string kept = site.staff.brand.current()->look.logo;
  form = entered("Acme Labs", "", "1");
  form[6].second = "<svg xmlns='http://www.w3.org/2000/svg'>\r\n<path d='M0 0'/>\r\n</svg>";
  site.panel.get("/brand");
  CHECK(seen(site.panel.post("/brand", form)) == "303 /brand?saved=1");
  CHECK(site.staff.brand.current()->look.name == "Acme Labs");
  CHECK(site.staff.brand.current()->look.logo == kept);
}

TEST_CASE("a preview shows the colours and their contrast, and saves nothing") {
  Panel site;
  test::FormFields form = entered("Acme", "#0f766e");
  form.emplace_back("act", "preview");
  const http::Response answer = site.panel.post("/brand", form);
  CHECK(answer.status == 200);
  const std::string words = test::words_of(answer.body);
  CHECK(words.find("A preview: nothing is saved yet") != words.npos);
  CHECK(words.find("Text on a button 5.3:1") != words.npos);
  CHECK(answer.body.find("fill=\"#0f766e\"") != answer.body.npos);
  CHECK(site.staff.brand.current()->look.name == "Freehold");
}

TEST_CASE("what cannot be read or shown is said beside its field, and what was entered stays") {
  Panel site;
  test::FormFields form = entered("", "#ffee00");
  form[6].second = "<svg><script/></svg>";
  const http::Response answer = site.panel.post("/brand", form);
  CHECK(answer.status == 422);
  CHECK(answer.body.find("its contrast is 1.1:1") != answer.body.npos);
  CHECK(answer.body.find("a logo is a drawing only") != answer.body.npos);
  CHECK(answer.body.find("value=\"#ffee00\"") != answer.body.npos);
  CHECK(answer.body.find("<script/>") == answer.body.npos);
  CHECK(test::mistakes_in(answer.body) == "");
}

TEST_CASE("a page that somebody else has overtaken says so and does not save") {
  Panel site;
  CHECK(seen(site.panel.post("/brand", entered("Acme", ""))) == "303 /brand?saved=1");
  site.panel.get("/brand");
  const http::Response answer = site.panel.post("/brand", entered("Other", "", "0"));
  CHECK(answer.status == 422);
  CHECK(answer.body.find("Somebody else has changed the brand meanwhile.") != answer.body.npos);
  CHECK(site.staff.brand.current()->look.name == "Acme");
}
