#include "brand/logo.hpp"

#include <doctest/doctest.h>

#include "core/crypto.hpp"

using namespace freehold;
using namespace freehold::brand;

namespace {

using namespace std::string_literals;

const std::string png = "\x89PNG\r\n\x1a\n"s + "rest";

std::string mistake_of(std::string_view bytes) {
  std::string mistake;
  read_logo(bytes, mistake);
  return mistake;
}

std::string svg(std::string_view inside) {
  return std::string("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1 1\">")
      .append(inside)
      .append("</svg>");
}

}  // namespace

TEST_CASE("the type of a logo is what its bytes say") {
  std::string none;
  CHECK(read_logo(png, none)->type == "image/png");
  CHECK(read_logo("\xff\xd8\xff\xe0 jpeg", none)->type == "image/jpeg");
  CHECK(read_logo("RIFF\x01\x02\x03\x04WEBPVP8 ", none)->type == "image/webp");
  CHECK(read_logo("\n " + svg("<path d='M0 0'/>"), none)->type == "image/svg+xml");
  CHECK(none == "");
  CHECK(mistake_of("GIF89a") == "The logo must be an SVG, PNG, JPEG or WebP.");
  CHECK(mistake_of("") == "The logo must be an SVG, PNG, JPEG or WebP.");
  CHECK(mistake_of(svg(std::string(largest_logo, ' '))).starts_with("The logo has "));
}

TEST_CASE("an SVG that would run or load something is refused") {
  for (const char* bad :
       {"<script>alert(1)</script>", "<SCRIPT/>", "<path onload=\"x()\"/>",
        "<path\tONCLICK = 'x'/>", "<a href=\"javascript:x\"><path/></a>",
        "<image href=\"https://evil.example/x.png\"/>", "<use xlink:href='//evil.example/#a'/>",
        "<foreignObject/>", "<style>@import 'x'</style>",
        "<path fill=\"url(https://evil.example/#a)\"/>"})
    CHECK_MESSAGE(mistake_of(svg(bad)) != "", bad);
  CHECK(mistake_of("<?xml version='1.0'?><!DOCTYPE svg [<!ENTITY a 'b'>]>" + svg("")) ==
        "Take the DOCTYPE out of the SVG: it may define entities.");
  CHECK(mistake_of("<?xml version='1.0'?><html/>") == "There is no <svg> in it.");
}

TEST_CASE("an SVG that is only drawn is taken, with gradients and pictures of its own") {
  CHECK(mistake_of(svg("<defs><linearGradient id='a'/></defs><path fill='url(#a)'/>")) == "");
  CHECK(mistake_of(svg("<use href=\"#a\"/><text>one = two</text>")) == "");
  CHECK(mistake_of(svg("<image href=\"data:image/png;base64,AAAA\"/>")) == "");
}

TEST_CASE("a logo is entered as text, and shown as it was entered") {
  std::string mistake;
  const std::string text = "data:image/png;base64," + to_base64(png);
  const auto logo = logo_of_text("  " + text + "\n", mistake);
  REQUIRE(logo);
  CHECK(logo->bytes == png);
  CHECK(text_of(*logo) == text);
  CHECK(text_of(*logo_of_text(svg(""), mistake)) == svg(""));
  CHECK(mistake == "");
  CHECK(!logo_of_text("data:image/png;base64,%%%", mistake));
  CHECK(mistake == "A data: address of a logo is data:image/png;base64,…");
}
