// Pages as data: who asks for it, what a form may be as JSON, what becomes of a redirect.
#include "http/as_data.hpp"

#include <doctest/doctest.h>

using namespace freehold;
using namespace freehold::http;

namespace {

bool is_for_program(std::string_view accept) {
  Request request;
  request.add_header("Accept", accept);
  return wants_json(request);
}

std::string read(std::string_view body) {
  try {
    std::string text;
    const Fields fields = parse_json_form(body);
    for (const auto& [name, value] : fields.items()) text += name + "=" + value + ";";
    return text;
  } catch (const Problem& problem) {
    return fmt::format("{} {}", problem.status, problem.code);
  }
}

}  // namespace

TEST_CASE("a program asks for data, a browser for a page") {
  CHECK(is_for_program("application/json"));
  CHECK(is_for_program("application/json, */*;q=0.1"));
  CHECK_FALSE(is_for_program("text/html,application/xhtml+xml,application/json;q=0.9"));
  CHECK_FALSE(is_for_program("*/*"));
  CHECK_FALSE(is_for_program(""));
}

TEST_CASE("an object of texts, numbers, flags and lists is a form; anything else is refused") {
  CHECK(read(R"({"email":"ada@example.com","seats":3,"terms":true,"plan":null,"tag":["a","b"]})") ==
        "email=ada@example.com;seats=3;terms=true;tag=a;tag=b;");
  CHECK(read("{}") == "");
  CHECK(read("[]") == "422 invalid_input");
  CHECK(read(R"({"email":{"$ne":""}})") == "422 invalid_input");
  CHECK(read(R"({"tag":[["a","b"]]})") == "422 invalid_input");
  CHECK(read(R"({"share":0.5})") == "422 invalid_input");
  CHECK(read(R"({"email":"ada\u0000"})") == "422 invalid_input");
  CHECK(read("email=ada") == "400 invalid_json");
}

TEST_CASE("a form as JSON has 200 fields at most, lists counted by their elements") {
  std::string list = "\"x\"";
  for (int i = 1; i < 200; ++i) list += ",\"x\"";
  CHECK(read(R"({"tag":[)" + list + "]}").size() == 200 * 6);
  CHECK(read(R"({"tag":[)" + list + R"(],"email":"a"})") == "400 invalid_form");
  CHECK(read(R"({"tag":[)" + list + R"(,"x"]})") == "400 invalid_form");
}

TEST_CASE("a redirect is told and not taken; any other answer stays") {
  Response response = see_other("/select?next=1");
  redirect_as_data(response);
  CHECK(response.status == 200);
  CHECK(response.content_type == "application/json");
  CHECK(response.body == R"({"object":"redirect","location":"/select?next=1"})");
  CHECK(response.header("Location") == "");

  Response page = html(200, "<p>");
  redirect_as_data(page);
  CHECK(page.body == "<p>");
}
