#include "brand/colour.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>

using namespace freehold::brand;

namespace {

constexpr Colour white{255, 255, 255};
constexpr Colour dark_surface{19, 20, 24};

Colour colour(std::string_view text) {
  const auto parsed = parse_colour(text);
  REQUIRE(parsed);
  return *parsed;
}

}  // namespace

TEST_CASE("a colour is read as CSS writes it in six digits, and nothing else is") {
  CHECK(to_string(colour("#265BC5")) == "#265bc5");
  for (const std::string_view wrong :
       {"", "#fff", "265bc5", "#265bc", "#265bc55", "#26_bc5", "red", "#265bc5;", "#gg5bc5"})
    CHECK_MESSAGE(!parse_colour(wrong), wrong);
}

TEST_CASE("contrast is what WCAG defines") {
  CHECK(contrast(white, {0, 0, 0}) == doctest::Approx(21));
  CHECK(contrast(white, white) == doctest::Approx(1));
  CHECK(contrast(colour("#767676"), white) == doctest::Approx(4.54).epsilon(0.002));
}

TEST_CASE("an accent that cannot be seen is refused, with the nearest that can") {
  CHECK(*mistake_in(colour("#ffee00"), Scheme::light) ==
        "#ffee00 is hard to see on a light page: its contrast is 1.1:1, and buttons and the focus "
        "ring need 3:1. The nearest that has it is " +
            to_string(legible(colour("#ffee00"), Scheme::light)) + ".");
  CHECK(mistake_in(colour("#101010"), Scheme::dark));
  CHECK(!mistake_in(colour("#265bc5"), Scheme::light));
  CHECK(!mistake_in(colour("#101010"), Scheme::light));
}

// A thousand colours, of which most are bad choices.
TEST_CASE("whatever is chosen, the colours made of it are legible in both schemes") {
  std::mt19937 random(20261128);
  std::uniform_int_distribution<int> channel(0, 255);
  for (int i = 0; i < 1000; ++i) {
    const Colour chosen{std::uint8_t(channel(random)), std::uint8_t(channel(random)),
                        std::uint8_t(channel(random))};
    for (const Scheme scheme : {Scheme::light, Scheme::dark}) {
      CAPTURE(to_string(chosen));
      const Colour accent = legible(chosen, scheme);
      REQUIRE(!mistake_in(accent, scheme));
      const Shades shades = shades_of(accent, scheme);
      const Colour ground = scheme == Scheme::light ? white : dark_surface;
      CHECK(contrast(shades.accent, shades.on_accent) >= 4.5);
      CHECK(contrast(shades.hover, shades.on_accent) >= 4.5);
      CHECK(contrast(shades.ink, ground) >= 4.5);
      CHECK(contrast(shades.ink, shades.soft) >= 4.5);
      CHECK(contrast(shades.accent, ground) >= 3);
      CHECK(contrast(shades.chart, ground) >= 3);
    }
  }
}

TEST_CASE("a legible accent is kept as it is, and its hue in what is made of it") {
  const Colour accent = colour("#0f766e");
  CHECK(legible(accent, Scheme::light) == accent);
  const Shades shades = shades_of(accent, Scheme::light);
  CHECK(shades.accent == accent);
  for (const Colour made : {shades.hover, shades.ink, shades.soft, shades.chart})
    CHECK(std::max(made.green, made.blue) > made.red);
}
