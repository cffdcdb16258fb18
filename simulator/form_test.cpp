#include "simulator/form.hpp"

#include <doctest/doctest.h>

#include "simulator/stripe_error.hpp"

namespace freehold::simulator {

namespace {

std::string parsed(std::string_view form) {
  try {
    return json::serialize(parse_nested_form(form));
  } catch (const StripeError& error) {
    return error.message;
  }
}

}  // namespace

TEST_CASE("a form with nested names is a tree") {
  CHECK(parsed("") == "{}");
  CHECK(parsed("email=a%40b.c&name=Ada+L.") == R"({"email":"a@b.c","name":"Ada L."})");
  CHECK(parsed("metadata[plan]=pro&metadata[seats]=3") ==
        R"({"metadata":{"plan":"pro","seats":"3"}})");
  CHECK(parsed("items%5B0%5D%5Bprice%5D=p") == R"({"items":{"0":{"price":"p"}}})");
  CHECK(parsed("a=1&a=2&b&&c=") == R"({"a":"2","b":"","c":""})");
}

TEST_CASE("both ways of writing a list give the same tree") {
  CHECK(parsed("expand[]=a&expand[]=b") == R"({"expand":{"0":"a","1":"b"}})");
  CHECK(parsed("expand[0]=a&expand[1]=b") == R"({"expand":{"0":"a","1":"b"}})");
  CHECK(parsed("i[][p]=1&i[][q]=2&i[][p]=3") == R"({"i":{"0":{"p":"1","q":"2"},"1":{"p":"3"}}})");
  CHECK(parsed("i[][m][k]=1&i[][m][l]=2&i[][m][k]=3") ==
        R"({"i":{"0":{"m":{"k":"1","l":"2"}},"1":{"m":{"k":"3"}}}})");
}

TEST_CASE("what is not a form is refused with a sentence") {
  CHECK(parsed("a=%zz") == "Invalid %-encoding in a parameter.");
  CHECK(parsed("a=%4") == "Invalid %-encoding in a parameter.");
  CHECK(parsed("a=%ff") == "Invalid UTF-8 or NUL in a parameter.");
  CHECK(parsed("a=%ed%a0%80") == "Invalid UTF-8 or NUL in a parameter.");  // a surrogate
  CHECK(parsed("a=%c0%80") == "Invalid UTF-8 or NUL in a parameter.");     // overlong
  CHECK(parsed("a=%00") == "Invalid UTF-8 or NUL in a parameter.");
  CHECK(parsed("a=1&a[b]=2") == "Invalid value for a[b]: not a group.");
  CHECK(parsed("a[b]=2&a=1") == "Invalid value for a: a group.");
  CHECK(parsed("a[b][c][d][e][f][g][h][i]=1") == "A parameter is nested too deeply.");

  std::string many;
  for (int i = 0; i < 1001; ++i) many += "a" + std::to_string(i) + "=1&";
  CHECK(parsed(many) == "A request has at most 1,000 parameters.");
}

TEST_CASE("brackets that do not pair up are part of the name") {
  CHECK(parsed("a[b=1") == R"({"a[b":"1"})");
  CHECK(parsed("[a]=1") == R"({"[a]":"1"})");
  CHECK(parsed("a[b]c]=1") == R"({"a[b]c]":"1"})");
}

}  // namespace freehold::simulator
