#include "brand/face.hpp"

#include <doctest/doctest.h>

using namespace freehold::brand;

TEST_CASE("a look without colours and logo has no files, and our own shades") {
  const auto face = face_of({.name = "Acme", .mail_from = "a@b.example"});
  const freehold::html::Brand brand = face->on_pages("/tenants");
  CHECK(brand.name == "Acme");
  CHECK(brand.url == "/tenants");
  CHECK(!brand.logo);
  CHECK(!brand.style_sheet);
  CHECK(to_string(face->light.accent) == "#265bc5");
}

TEST_CASE("colours become a style sheet for both schemes, with an address of its content") {
  Look look{.name = "Acme", .mail_from = "a@b.example", .accent = "#0f766e"};
  const auto face = face_of(look);
  CHECK(face->css.starts_with(":root{--accent:light-dark(#0f766e,#"));
  CHECK(face->css_url() == "/brand/" + face->css_hash + ".css");
  look.accent_dark = "#2dd4bf";
  const auto other = face_of(look);
  CHECK(other->css.starts_with(":root{--accent:light-dark(#0f766e,#2dd4bf);"));
  CHECK(other->css_hash != face->css_hash);
  look.logo = "<svg/>";
  // Another logo leaves the style sheet where it was, and the other way round.
  CHECK(face_of(look)->css_url() == other->css_url());
  CHECK(face_of(look)->logo_url() == "/brand/" + face_of(look)->logo_hash + ".svg");
}
