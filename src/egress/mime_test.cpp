#include "egress/mime.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <stdexcept>

using namespace freehold;
using namespace freehold::egress;

namespace {

Letter letter() {
  return {.from = {"Acme", "us@example.com"},
          .to = {"", "ann@example.org"},
          .subject = "Welcome",
          .text = "Hello Ann,\nsee you.\n",
          .date = Instant{1'795'313'364'000'000},
          .message_id = make_message_id("mail_1", "example.com")};
}

// One field of the letter, with its folds.
std::string field(const Letter& letter, std::string_view name) {
  const auto mime = to_mime(letter);
  const auto start = mime.find(fmt::format("{}: ", name));
  auto end = mime.find("\r\n", start);
  while (mime[end + 2] == ' ') end = mime.find("\r\n", end + 2);
  return mime.substr(start, end - start);
}

std::string subject(std::string text) {
  auto changed = letter();
  changed.subject = std::move(text);
  return field(changed, "Subject");
}

std::string from(std::string name) {
  auto changed = letter();
  changed.from.name = std::move(name);
  return field(changed, "From");
}

std::string body(std::string text) {
  auto changed = letter();
  changed.text = std::move(text);
  const auto mime = to_mime(changed);
  return mime.substr(mime.find("\r\n\r\n") + 4);
}

template <class Change>
std::string refusal(Change change) {
  auto changed = letter();
  change(changed);
  try {
    return to_mime(changed);
  } catch (const std::invalid_argument& refused) {
    return refused.what();
  }
}

}  // namespace

TEST_CASE("a letter of text alone") {
  CHECK(to_mime(letter()) ==
        "From: Acme <us@example.com>\r\n"
        "To: ann@example.org\r\n"
        "Subject: Welcome\r\n"
        "Date: Sun, 22 Nov 2026 02:09:24 +0000\r\n"
        "Message-ID: <mail_1@example.com>\r\n"
        "MIME-Version: 1.0\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n"
        "Content-Transfer-Encoding: quoted-printable\r\n"
        "\r\n"
        "Hello Ann,\r\nsee you.\r\n");
}

TEST_CASE("a letter with both forms, an answer address and list headers") {
  auto both = letter();
  both.reply_to = Mailbox{"Help", "help@example.com"};
  both.html = "<p class=\"a\">Hello</p>";
  both.headers = {{"List-Unsubscribe", "<https://example.com/u/1>"},
                  {"List-Unsubscribe-Post", "List-Unsubscribe=One-Click"}};
  CHECK(to_mime(both) ==
        "From: Acme <us@example.com>\r\n"
        "To: ann@example.org\r\n"
        "Reply-To: Help <help@example.com>\r\n"
        "Subject: Welcome\r\n"
        "Date: Sun, 22 Nov 2026 02:09:24 +0000\r\n"
        "Message-ID: <mail_1@example.com>\r\n"
        "List-Unsubscribe: <https://example.com/u/1>\r\n"
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
        "MIME-Version: 1.0\r\n"
        "Content-Type: multipart/alternative; boundary=\"=_ede5ec62ed05234a3bbcfaa1\"\r\n"
        "\r\n"
        "--=_ede5ec62ed05234a3bbcfaa1\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n"
        "Content-Transfer-Encoding: quoted-printable\r\n"
        "\r\n"
        "Hello Ann,\r\nsee you.\r\n"
        "\r\n"
        "--=_ede5ec62ed05234a3bbcfaa1\r\n"
        "Content-Type: text/html; charset=utf-8\r\n"
        "Content-Transfer-Encoding: quoted-printable\r\n"
        "\r\n"
        "<p class=3D\"a\">Hello</p>\r\n"
        "\r\n"
        "--=_ede5ec62ed05234a3bbcfaa1--\r\n");
}

TEST_CASE("a letter brings files behind its text, and none with a name that ends its header") {
  auto with_file = letter();
  with_file.html = "<p>Hello</p>";
  with_file.attachments = {{"invoice-1.pdf", "application/pdf", std::string(100, 'a')}};
  const std::string mime = to_mime(with_file);
  const auto boundary = [&](std::string_view kind) {
    const auto at = mime.find("boundary=\"", mime.find(kind)) + 10;
    return mime.substr(at, mime.find('"', at) - at);
  };
  const std::string outer = boundary("multipart/mixed");
  CHECK(outer != boundary("multipart/alternative"));
  CHECK(mime.ends_with(
      "--" + outer +
      "\r\n"
      "Content-Type: application/pdf; name=\"invoice-1.pdf\"\r\n"
      "Content-Transfer-Encoding: base64\r\n"
      "Content-Disposition: attachment; filename=\"invoice-1.pdf\"\r\n"
      "\r\n"
      "YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFh\r\n"
      "YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYQ==\r\n"
      "\r\n--" +
      outer + "--\r\n"));
  CHECK(refusal([](Letter& l) {
          l.attachments = {{"a\"\r\nBcc: x", "a/b", ""}};
        }).starts_with("an odd name of a file"));
  CHECK(refusal([](Letter& l) {
          l.attachments = {{"a.pdf", "a/b\r\nBcc: x", ""}};
        }).starts_with("an odd type of a file"));
}

TEST_CASE("subjects are folded, and encoded when they are not plain ASCII") {
  CHECK(subject("Your trial of the Pro plan ends in three days: here is what happens then") ==
        "Subject: Your trial of the Pro plan ends in three days: here is what happens\r\n then");
  CHECK(subject("Grüße") == "Subject: =?UTF-8?B?R3LDvMOfZQ==?=");
  CHECK(subject("=?UTF-8?B?eA==?=") == "Subject: =?UTF-8?B?PT9VVEYtOD9CP2VBPT0/PQ==?=");
  CHECK(subject("") == "Subject: ");
  // No character is cut in two, no line is longer than 76.
  CHECK(subject("ああああああああああああああああああああ") ==
        "Subject: =?UTF-8?B?44GC44GC44GC44GC44GC44GC44GC44GC44GC44GC44GC44GC44GC?=\r\n"
        " =?UTF-8?B?44GC44GC44GC44GC44GC44GC44GC?=");
  CHECK(subject(std::string(80, '\x80')).size() > 80);
}

TEST_CASE("names are written as they are, quoted, or encoded") {
  CHECK(from("Ann O'Neil") == "From: Ann O'Neil <us@example.com>");
  CHECK(from("Acme, Inc. \"A\" \\") == "From: \"Acme, Inc. \\\"A\\\" \\\\\" <us@example.com>");
  CHECK(from("Jürgen") == "From: =?UTF-8?B?SsO8cmdlbg==?= <us@example.com>");
  CHECK(from(std::string(60, 'n')) == "From: " + std::string(60, 'n') + "\r\n <us@example.com>");
  CHECK(from("a@b.c <x@y.z>") == "From: \"a@b.c <x@y.z>\" <us@example.com>");
}

TEST_CASE("bodies survive every server: short lines, no blanks at their ends, CRLF") {
  CHECK(body("a=b\tc \nü\r\nx\ry") == "a=3Db\tc=20\r\n=C3=BC\r\nx=0Dy\r\n");
  CHECK(body("") == "");
  CHECK(body("\n\n") == "\r\n\r\n");
  CHECK(body(std::string(80, 'a')) ==
        std::string(75, 'a') + "=\r\n" + std::string(5, 'a') + "\r\n");
  CHECK(body(std::string(74, 'a') + "ü") == std::string(74, 'a') + "=\r\n=C3=BC\r\n");
  CHECK(body(std::string(74, 'a') + " \nb") == std::string(74, 'a') + "=\r\n=20\r\nb\r\n");
}

TEST_CASE("nothing in a letter can begin a header of its own") {
  const std::string control = "a control character in a mail header";
  CHECK(refusal([](Letter& l) { l.subject = "hi\r\nBcc: eve@example.com"; }) == control);
  CHECK(refusal([](Letter& l) { l.subject = "hi\nBcc: eve@example.com"; }) == control);
  CHECK(refusal([](Letter& l) { l.subject = std::string("hi\0", 3); }) == control);
  CHECK(refusal([](Letter& l) { l.from.name = "us\r\nBcc: eve@example.com"; }) == control);
  CHECK(refusal([](Letter& l) { l.message_id = "<a@b>\r\nBcc: c"; }) == control);
  CHECK(refusal([](Letter& l) { l.headers = {{"X", "a\rb"}}; }) == control);
  CHECK(refusal([](Letter& l) { l.headers = {{"X: a\r\nBcc", "b"}}; }) ==
        "an odd header: X: a\r\nBcc");
  CHECK(refusal([](Letter& l) { l.headers = {{"subject", "b"}}; }) ==
        "a header that is set already: subject");
  CHECK(refusal([](Letter& l) { l.headers = {{"X-A", "b"}, {"x-a", "c"}}; }) ==
        "a header that is set already: x-a");
  CHECK(refusal([](Letter& l) { l.to.address = "ann@example.org>\r\nDATA"; }) ==
        "this is no mail address: ann@example.org>\r\nDATA");
}

TEST_CASE("what a mail address may look like") {
  for (const auto* good : {"a@b", "ann.o'neil+tag@mail.example.org", "a@xn--bcher-kva.example"})
    CHECK_MESSAGE(is_mail_address(good), std::string(good));
  for (const auto* bad :
       {"", "a", "@b", "a@", "a b@c", "a@b>", "a@b\r\n", "a@b,c@d", "ü@b", "\"a\"@b"})
    CHECK_MESSAGE(!is_mail_address(bad), std::string(bad));
}
