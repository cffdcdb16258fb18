#include <doctest/doctest.h>

#include <boost/json.hpp>

#include "core/problem.hpp"
#include "html/catalogue.hpp"
#include "html/engine/files.hpp"
#include "html/html.hpp"

using namespace freehold;
using namespace freehold::html;

namespace {

// The real templates of this module, so that every layout and partial is rendered over its
// documented model and a name that one of them lacks fails here.
const Views& views() {
  static const Views all = [] {
    static const std::vector<TemplateFile> files = read_templates(FREEHOLD_SOURCE_DIR);
    std::vector<EmbeddedFile> own;
    for (const TemplateFile& file : files)
      if (file.path.starts_with("src/html/")) own.push_back({file.path, file.body, {}, {}, {}, {}});
    return Views(Source{own, {}, ""}, Missing::error);
  }();
  return all;
}

}  // namespace

TEST_CASE("every page of the catalogue has all that its templates ask for") {
  for (const Sample& sample : samples()) {
    CAPTURE(sample.label);
    const std::string page = views().render(sample_page(sample.slug), sample_model(sample.slug));
    CHECK(page.starts_with("<!doctype html>\n<html lang=\"en\" data-theme=\"system\">"));
    CHECK(page.ends_with("</html>\n"));
    CHECK(page.find("<h1") != page.npos);
    CHECK(page.find(" style=") == page.npos);
  }
  CHECK_THROWS_AS(sample_page("none"), Problem);
}

TEST_CASE("a page alone is the same as inside its layout") {
  json::value model = sample_model("pricing");
  const std::string whole = views().render("html/components/pricing", model);
  model.as_object()["layout"] = nullptr;
  const std::string fragment = views().render("html/components/pricing", model);
  CHECK(fragment.starts_with("<div class=\"hero\">"));
  CHECK(whole.find(fragment) != whole.npos);
}

TEST_CASE("each form of a page has its own idempotency key") {
  const std::string page = views().render("html/components", components_model());
  std::vector<std::string> keys;
  const std::string_view mark = "name=\"idempotency_key\" value=\"";
  for (auto at = page.find(mark); at != page.npos; at = page.find(mark, at + 1)) {
    const auto start = at + mark.size();
    keys.push_back(page.substr(start, page.find('"', start) - start));
  }
  CHECK(keys == std::vector<std::string>{"catalogue.1", "catalogue.2", "catalogue.3", "catalogue.4",
                                         "catalogue.5", "catalogue.6", "catalogue.7"});
}

TEST_CASE("the sample mail reads well as text") {
  const Mail mail = views().render_mail("html/mail/sample", mail_model());
  CHECK(mail.subject == "Maya Okafor invited you to Northwind Labs");
  CHECK(mail.text ==
        "Join Northwind Labs\n\n"
        "Maya Okafor invited you to work in Northwind Labs as Member.\n\n"
        "Accept the invitation:\n"
        "https://freehold.dev/invite/1\n\n"
        "The invitation is good until 29 Nov 2026.\n\n"
        "--\n"
        "Freehold https://freehold.dev\n"
        "You get this mail because Maya Okafor entered your address.\n");
}
