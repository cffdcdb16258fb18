#include "html/lint/reader.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace freehold::html;

namespace {

// "name at text", one marker a line.
std::string places(std::string_view source) {
  std::string text;
  for (const Marker& marker : read_template(source).markers)
    text += fmt::format("{}: {}\n", marker.name, describe(marker.place));
  return text;
}

std::string tags(std::string_view source) {
  std::string text;
  for (const Tag& tag : read_template(source).tags) {
    text += fmt::format("{}{} {}", tag.closing ? "/" : "", tag.name, tag.line);
    for (const Attribute& each : tag.attributes)
      text += fmt::format(" {}=[{}]{}", each.name, each.value, each.has_marker ? "*" : "");
    text += "\n";
  }
  return text;
}

}  // namespace

TEST_CASE("a marker is told by the place that it stands in") {
  CHECK(places("{{a}}<p {{b}} x=\"{{c}}\" y='{{d}}' z={{e}}>{{f}}</p><!-- {{g}} -->") ==
        "a: text\nb: markup p\nc: value p x \"\nd: value p y '\ne: value p z\nf: text\n"
        "g: comment\n");
  CHECK(places("<textarea>{{a}}</p>{{b}}</textarea>{{c}}") ==
        "a: raw textarea\nb: raw textarea\nc: text\n");
  CHECK(places("<input{{#a}} checked{{/a}}>") == "a: tag input\na: tag input\n");
}

TEST_CASE("tags are read with their attributes and lines, whatever their case") {
  CHECK(tags("<!doctype html>\n<P Class=a  b  C=\"d{{e}}\"/>\n</P>") ==
        "!doctype 1 html=[]\np 2 class=[a] b=[] c=[d{{e}}]*\n/p 3\n");
  CHECK(tags("a < b && c > d <3 </ p>") == "");
}

TEST_CASE("a script is more than its tag when there is something in it") {
  CHECK_FALSE(read_template("<script src=\"/x\"> \n</script>").tags.front().has_content);
  CHECK(read_template("<script>1</script>").tags.front().has_content);
}

TEST_CASE("what never ends is read to its end") {
  for (const char* source :
       {"{{", "{{a", "<p", "<p a", "<p a=", "<p a=\"", "<!--", "<script>", "{{>"})
    CHECK(read_template(source).tags.size() <= 1);
  CHECK_FALSE(read_template("{{a").markers.front().closed);
}
