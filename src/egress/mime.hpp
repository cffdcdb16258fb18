// Letters as the bytes that travel: RFC 5322 and MIME (RFC 2045, 2046, 2047). Everything is ASCII
// with lines that every server takes, whatever the text.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/time.hpp"

namespace freehold::egress {

struct Mailbox {
  std::string name{};  // as people read it, any UTF-8; may be empty
  std::string address{};
};

// A file that a letter brings.
struct Attachment {
  std::string name{};  // ASCII letters, digits, ".", "-" and "_"
  std::string type{};  // media type: "application/pdf"
  std::string bytes{};
};

struct Letter {
  Mailbox from{};
  Mailbox to{};
  std::optional<Mailbox> reply_to{};
  std::string subject{};
  std::string text{};
  std::string html{};  // empty: the letter is text alone
  Instant date{};
  std::string message_id{};  // see make_message_id
  // Others, in this order: List-Unsubscribe, List-Unsubscribe-Post, Auto-Submitted …
  std::vector<std::pair<std::string, std::string>> headers{};
  std::vector<Attachment> attachments{};
};

// Throws std::invalid_argument for a control character in a header (a line end there would begin a
// header of an attacker's choice), for an address that is none, for a header that is set twice,
// and for a name or type of an attachment that would end its header.
std::string to_mime(const Letter& letter);

// "<unique@domain>": the same mail, sent again, is known by it.
std::string make_message_id(std::string_view unique, std::string_view domain);

// Something@something, printable ASCII, nothing that ends an SMTP command or a header early. (A
// domain with other letters is written in punycode.)
bool is_mail_address(std::string_view address);

}  // namespace freehold::egress
