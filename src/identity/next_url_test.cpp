#include "identity/next_url.hpp"

#include <doctest/doctest.h>

#include <string>

#include "identity/pages.hpp"

using namespace freehold::identity;

TEST_CASE("a log-in leads to paths of this site") {
  for (const std::string_view next :
       {"/t/northwind", "/t/northwind/documents?tag=a+b&page=2", "/account/security", "/",
        "/t/a/documents/doc_01h455vb4pex5vsknk084sn02q", "/invite/abc?x=%C3%A9&y=50%25",
        "/t/a/search?q=..", "/t/a/at:noon,@home~x"})
    CHECK_MESSAGE(safe_next(next) == next, next);
}

TEST_CASE("anything that could lead elsewhere leads to the workspaces") {
  using namespace std::string_view_literals;
  for (const std::string_view next : {""sv,
                                      "t/northwind"sv,
                                      "//evil.example"sv,
                                      "///evil.example"sv,
                                      "/\\evil.example"sv,
                                      "\\\\evil.example"sv,
                                      "/t//evil"sv,
                                      "https://evil.example"sv,
                                      "javascript:alert(1)"sv,
                                      "/redirect?to=https://evil.example"sv,
                                      "/%2Fevil.example"sv,
                                      "/%2fevil.example"sv,
                                      "/%5Cevil.example"sv,
                                      "/%09/evil.example"sv,
                                      "/\t/evil.example"sv,
                                      "/%0d%0aSet-Cookie"sv,
                                      "/a\r\nSet-Cookie: x"sv,
                                      "/a\0b"sv,
                                      "/%00"sv,
                                      "/%"sv,
                                      "/%2"sv,
                                      "/%zz"sv,
                                      "/.."sv,
                                      "/../admin"sv,
                                      "/t/./x"sv,
                                      "/t/../..//evil"sv,
                                      "/%2e%2e/evil"sv,
                                      "/a#fragment"sv,
                                      "/a b"sv,
                                      "/é"sv,
                                      "/<script>"sv,
                                      "/a'b"sv,
                                      "/@evil.example/..//"sv,
                                      "?next=/x"sv,
                                      " /t/a"sv,
                                      "/a;b"sv})
    CHECK_MESSAGE(safe_next(next) == "/select", next);
  CHECK(safe_next('/' + std::string(511, 'a')).size() == 512);
  CHECK(safe_next('/' + std::string(512, 'a')) == "/select");
}

TEST_CASE("a visitor is sent to the log-in with the way back") {
  CHECK(login_url("/t/a/documents?tag=x&page=2") ==
        "/login?next=/t/a/documents%3Ftag%3Dx%26page%3D2");
  CHECK(login_url("/select") == "/login");
  CHECK(login_url("//evil.example") == "/login");
}
