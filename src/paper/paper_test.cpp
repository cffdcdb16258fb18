#include "paper/paper.hpp"

#include <doctest/doctest.h>

#include <cstdio>
#include <fstream>

#include "core/crypto.hpp"

namespace freehold::paper {
namespace {

constexpr std::string_view names =
    "Ærøskøbing & Søn, Łódź, Νίκη, Жанна, 株式会社さくら, 주식회사, شركة النور, חברה בע״מ, हिन्दी, "
    "🦊👩‍💻";

std::string sample(std::string_view text) {
  Sheets sheets(Size::a4,
                {.title = "Invoice 1", .author = "Acme", .made_at = from_unix_seconds(1)});
  sheets.write(40, 40, 500, text, {.size = 12});
  sheets.next_page();
  sheets.write(40, 40, 500, "second", {.is_bold = true, .align = Align::end});
  return sheets.finish();
}

// What a person reads in the file, as poppler finds it.
std::string text_of(const std::string& pdf) {
  const std::string name = std::tmpnam(nullptr);
  std::ofstream(name) << pdf;
  FILE* const pipe = popen(("pdftotext -layout '" + name + "' -").c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::string text;
  char some[4096];
  for (std::size_t n = 0; (n = std::fread(some, 1, sizeof some, pipe)) > 0;) text.append(some, n);
  CHECK(pclose(pipe) == 0);
  std::remove(name.c_str());
  return text;
}

}  // namespace

TEST_CASE("the same calls give the same bytes") {
  CHECK(sample(names) == sample(names));
  CHECK(sample(names) != sample("another"));
}

TEST_CASE("names in any script are drawn and can be read out again") {
  const std::string text = text_of(sample(names));
  for (const std::string_view name :
       {"Ærøskøbing & Søn", "Łódź", "Νίκη", "Жанна", "株式会社さくら", "주식회사", "second"})
    CHECK_MESSAGE(text.contains(name), text);
}

TEST_CASE("a text that is too long for its width breaks, a word that is breaks within") {
  Sheets sheets(Size::letter, {.title = "t", .author = "a", .made_at = {}});
  const double one = sheets.measure("one", {}, 100);
  CHECK(one > 9);
  CHECK(sheets.measure("one two three four five six seven", {}, 50) > 2 * one);
  CHECK(sheets.measure(std::string(200, 'm'), {}, 50) > 10 * one);
  CHECK(sheets.width() == 612);
}

TEST_CASE("a picture that cannot be read takes no room") {
  constexpr std::string_view svg =
      R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20"><rect width="40" height="20"/></svg>)";
  const std::string png = from_base64(
                              "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+"
                              "M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
                              .value();
  Sheets sheets(Size::a4, {.title = "t", .author = "a", .made_at = {}});
  const Box box{.x = 10, .y = 10, .width = 100, .height = 30};
  CHECK(sheets.draw(box, svg, "image/svg+xml") == 60);
  CHECK(sheets.draw(box, png, "image/png") == 30);
  CHECK(sheets.draw(box, svg, "image/webp") == 0);
  CHECK(sheets.draw(box, "<svg", "image/svg+xml") == 0);
  CHECK(sheets.draw(box, "\x89PNG", "image/png") == 0);
  CHECK(sheets.draw(box, "\xFF\xD8\xFF\xE0", "image/jpeg") == 0);
  CHECK(sheets.draw(box, "", "image/png") == 0);
  CHECK(sheets.finish().starts_with("%PDF-1."));
}

}  // namespace freehold::paper
