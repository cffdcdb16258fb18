// The pages of the mailbox.
#include <doctest/doctest.h>

#include "core/json.hpp"
#include "notify/test_site.hpp"

using namespace freehold;
using namespace freehold::notify;

namespace {

std::string newest_path(Site& site) {
  return test::between(site.browser.get("/mailbox").body, "href=\"/mailbox/", "\"");
}

// The lines of the policy as they go out.
std::string policies_of(const http::Response& response) {
  std::string all;
  for (const auto& [name, value] : response.headers)
    if (name == "Content-Security-Policy") all += value + '\n';
  return all + test::between(response.fixed_headers, "Content-Security-Policy: ", "\r");
}

}  // namespace

TEST_CASE("an empty mailbox says what will come") {
  Site site;
  const auto page = site.browser.get("/mailbox");
  CHECK(page.status == 200);
  CHECK(test::words_of(page.body).find("No letters yet") != std::string::npos);
  CHECK(site.browser.get("/mailbox.json").body == R"({"data":[]})");
}

TEST_CASE("the mailbox lists letters and shows each as it looks, as text and with its links") {
  Site site;
  site.sign_up();
  const auto list = site.browser.get("/mailbox");
  CHECK(test::words_of(list.body).find("Your workspace is ready") != std::string::npos);
  CHECK(test::words_of(list.body).find("ada@example.com") != std::string::npos);

  const std::string path = "/mailbox/" + newest_path(site);
  const auto letter = site.browser.get(path);
  CHECK(letter.status == 200);
  CHECK(letter.body.find("src=\"" + path + "/html\"") != std::string::npos);
  CHECK(letter.body.find("href=\"http://127.0.0.1:8080/t/acme/start\"") != std::string::npos);

  const auto html = site.browser.get(path + "/html");
  std::string kept = test::between(site.html("welcome"), "", "</html>\n") + "</html>\n";
  kept.insert(kept.find("<head>") + 6, "<base target=\"_top\">");  // links leave the frame
  CHECK(html.body == kept);
  // Each has one policy: the page may frame the letter, which runs nothing.
  CHECK(policies_of(letter).find("frame-src 'self'") != std::string::npos);
  CHECK(policies_of(html) ==
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; "
        "sandbox allow-top-navigation-by-user-activation\n");
  CHECK(site.browser.get("/mailbox/mail_00000000000000000000000000").status == 404);
  CHECK(site.browser.get("/mailbox/something").status == 404);
}

TEST_CASE("a program reads one person's letters with their links") {
  Site site;
  site.sign_up();
  const json::value all = json::parse(site.browser.get("/mailbox.json?to=ada@example.com").body);
  REQUIRE(all.at("data").as_array().size() == 1);
  const json::object& letter = all.at("data").at(0).as_object();
  CHECK(letter.at("subject") == "Your workspace is ready");
  CHECK(letter.at("links") ==
        json::array{"http://127.0.0.1:8080/t/acme/start", "http://127.0.0.1:8080"});
  CHECK(site.browser.get("/mailbox.json?to=nobody@example.com").body == R"({"data":[]})");
}
