#include "identity/return_to.hpp"

#include <doctest/doctest.h>

#include "core/problem.hpp"

using namespace freehold;
using namespace freehold::identity;

namespace {

const std::vector<std::string> allowed{"https://app.example.com/welcome",
                                       "http://localhost:3000/?from=login"};

std::string outcome(const std::string& url, const std::string& state = "") {
  http::Fields fields;
  fields.add("return_to", url);
  fields.add("state", state);
  try {
    const auto to = return_of(allowed, fields);
    return to ? address_of(*to, "acme") : "stays here";
  } catch (const Problem& problem) {
    return problem.code;
  }
}

}  // namespace

TEST_CASE("a listed address is returned to, with workspace and state") {
  CHECK(outcome("https://app.example.com/welcome") ==
        "https://app.example.com/welcome?tenant=acme");
  CHECK(outcome("https://app.example.com/welcome", "a b&c=d/") ==
        "https://app.example.com/welcome?tenant=acme&state=a%20b%26c%3Dd/");
  CHECK(outcome("http://localhost:3000/?from=login") ==
        "http://localhost:3000/?from=login&tenant=acme");
  CHECK(outcome("") == "stays here");
}

TEST_CASE("nothing but the very same text is a listed address") {
  for (const char* url :
       {"https://app.example.com/welcome/", "https://app.example.com/welcome?x=1",
        "https://app.example.com", "https://app.example.com/Welcome",
        "http://app.example.com/welcome", "https://app.example.com:443/welcome",
        "https://app.example.com.evil.example/welcome", "https://evil.example/welcome",
        "//app.example.com/welcome", "https://app.example.com/welcome#x",
        "https://app.example.com/welcome/../x", "https://user@app.example.com/welcome",
        " https://app.example.com/welcome", "https://app.example.com/welcome\r\nX: y",
        "javascript:alert(1)", "/t/acme"})
    CHECK_MESSAGE(outcome(url) == "return_address_not_allowed", url);
}

TEST_CASE("a state that is too long or not plain text is refused") {
  const std::string url = "https://app.example.com/welcome";
  CHECK(outcome(url, std::string(512, 'x')) != "return_address_not_allowed");
  CHECK(outcome(url, std::string(513, 'x')) == "return_address_not_allowed");
  CHECK(outcome(url, "a\nb") == "return_address_not_allowed");
}

TEST_CASE("a link carries both on to the next page") {
  CHECK(link_with("/select", {"https://app.example.com/welcome", "s 1"}) ==
        "/select?return_to=https%3A//app.example.com/welcome&state=s%201");
}
