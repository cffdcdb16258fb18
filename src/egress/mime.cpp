#include "egress/mime.hpp"

#include <ctime>
#include <stdexcept>

#include "core/crypto.hpp"

namespace freehold::egress {
namespace {

constexpr std::size_t longest_line = 76;

void check_header(std::string_view text) {
  const auto is_control = [](unsigned char c) { return c < ' ' || c == 0x7f; };
  if (std::ranges::any_of(text, is_control))
    throw std::invalid_argument("a control character in a mail header");
}

bool is_plain(std::string_view text) {
  const auto is_ascii = [](unsigned char c) { return c >= ' ' && c < 0x7f; };
  return std::ranges::all_of(text, is_ascii) && text.find("=?") == std::string_view::npos;
}

// As many of the first bytes, up to `most`, as end between two characters.
std::size_t whole_characters(std::string_view text, std::size_t most) {
  if (text.size() <= most) return text.size();
  auto end = most;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return end > 0 ? end : most;  // no UTF-8 at all: it has to end somewhere
}

// RFC 2047 encoded-words, folded. `column` is where the line already stands.
std::string encoded_words(std::string_view text, std::size_t column) {
  static constexpr std::string_view begin = "=?UTF-8?B?", end = "?=", fold = "\r\n ";
  std::string words;
  if (column > longest_line / 2) {
    words = fold;
    column = 1;
  }
  while (!text.empty()) {
    const auto room = longest_line - column - begin.size() - end.size();
    const auto count = whole_characters(text, room / 4 * 3);
    words += fmt::format("{}{}{}", begin, to_base64(text.substr(0, count)), end);
    text.remove_prefix(count);
    if (!text.empty()) words += fold;
    column = 1;
  }
  return words;
}

// Breaks lines at spaces; a word that is longer than a line stays whole.
std::string folded(std::string_view text, std::size_t column) {
  std::string lines;
  while (!text.empty()) {
    const auto word = text.substr(0, std::min(text.find(' ', 1), text.size()));
    const bool blank = word.find_first_not_of(' ') == std::string_view::npos;
    if (column + word.size() > longest_line && word.front() == ' ' && !blank && column > 1) {
      lines += "\r\n";
      column = 0;
    }
    lines += word;
    column += word.size();
    text.remove_prefix(word.size());
  }
  return lines;
}

std::string field(std::string_view name, std::string_view value) {
  check_header(value);
  const auto column = name.size() + 2;
  const auto body = is_plain(value) ? folded(value, column) : encoded_words(value, column);
  return fmt::format("{}: {}\r\n", name, body);
}

// A display name: atoms as they are, other ASCII quoted, the rest encoded (RFC 5322 3.2.4, 3.4).
std::string phrase(std::string_view name, std::size_t column) {
  const auto is_atom = [](unsigned char c) {
    return std::isalnum(c) != 0 || std::string_view(" !#$%&'*+-/=?^_`{|}~").contains(char(c));
  };
  if (!is_plain(name)) return encoded_words(name, column);
  if (std::ranges::all_of(name, is_atom)) return std::string(name);
  std::string quoted = "\"";
  for (const char c : name) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

std::string field(std::string_view name, const Mailbox& mailbox) {
  check_header(mailbox.name);
  if (!is_mail_address(mailbox.address))
    throw std::invalid_argument("this is no mail address: " + mailbox.address);
  if (mailbox.name.empty()) return fmt::format("{}: {}\r\n", name, mailbox.address);
  const auto shown = phrase(mailbox.name, name.size() + 2);
  const auto length = name.size() + shown.size() + mailbox.address.size() + 5;
  return fmt::format("{}: {}{} <{}>\r\n", name, shown, length > longest_line ? "\r\n" : "",
                     mailbox.address);
}

std::string date_of_letter(Instant at) {
  static constexpr const char* days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                           "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::time_t seconds = to_unix_seconds(at);
  std::tm utc{};
  ::gmtime_r(&seconds, &utc);
  return fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} +0000", days[utc.tm_wday], utc.tm_mday,
                     months[utc.tm_mon], utc.tm_year + 1900, utc.tm_hour, utc.tm_min, utc.tm_sec);
}

// RFC 2045 6.7, for text: line ends stay line ends.
class QuotedPrintable {
 public:
  std::string encode(std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
      const char c = text[i];
      const bool line_end = c == '\n' || (c == '\r' && i + 1 < text.size() && text[i + 1] == '\n');
      if (line_end) {
        if (c == '\r') ++i;
        end_line();
      } else {
        add(c);
      }
    }
    if (column_ > 0) end_line();
    return std::move(out_);
  }

 private:
  void add(char c) {
    const bool plain = (c >= ' ' && c <= '~' && c != '=') || c == '\t';
    const std::size_t width = plain ? 1 : 3;
    if (column_ + width > longest_line - 1) {
      out_ += "=\r\n";
      column_ = 0;
    }
    out_ += plain ? std::string(1, c) : escaped(c);
    column_ += width;
  }

  // A blank at the end of a line may be lost on the way.
  void end_line() {
    if (column_ > 0 && (out_.back() == ' ' || out_.back() == '\t')) {
      const char blank = out_.back();
      out_.pop_back();
      if (column_ + 2 > longest_line - 1) out_ += "=\r\n";
      out_ += escaped(blank);
    }
    out_ += "\r\n";
    column_ = 0;
  }

  static std::string escaped(char c) {
    return fmt::format("={:02X}", static_cast<unsigned char>(c));
  }

  std::string out_;
  std::size_t column_ = 0;
};

std::string part(std::string_view type, std::string_view text) {
  return fmt::format(
      "Content-Type: {}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n{}",
      type, QuotedPrintable().encode(text));
}

std::string alternatives(const Letter& letter) {
  // "=_" does not occur in quoted-printable text.
  const auto boundary = "=_" + to_hex(view(sha256(letter.message_id))).substr(0, 24);
  return fmt::format(
      "Content-Type: multipart/alternative; boundary=\"{0}\"\r\n\r\n"
      "--{0}\r\n{1}\r\n--{0}\r\n{2}\r\n--{0}--\r\n",
      boundary, part("text/plain", letter.text), part("text/html", letter.html));
}

std::string body_of(const Letter& letter) {
  return letter.html.empty() ? part("text/plain", letter.text) : alternatives(letter);
}

// Base64 in lines (RFC 2045 6.8).
std::string lines_of_base64(std::string_view bytes) {
  constexpr std::size_t in_a_line = longest_line / 4 * 3;
  std::string lines;
  for (std::size_t at = 0; at < bytes.size(); at += in_a_line)
    lines += to_base64(bytes.substr(at, in_a_line)) + "\r\n";
  return lines;
}

void check_attachment(const Attachment& attachment) {
  const auto is_word = [](std::string_view text, std::string_view signs) {
    return !text.empty() && std::ranges::all_of(text, [&](unsigned char c) {
      return std::isalnum(c) != 0 || signs.contains(char(c));
    });
  };
  if (!is_word(attachment.name, ".-_"))
    throw std::invalid_argument("an odd name of a file: " + attachment.name);
  if (!is_word(attachment.type, "/.+-"))
    throw std::invalid_argument("an odd type of a file: " + attachment.type);
}

// RFC 2183.
std::string file_part(const Attachment& attachment) {
  check_attachment(attachment);
  return fmt::format(
      "Content-Type: {0}; name=\"{1}\"\r\nContent-Transfer-Encoding: base64\r\n"
      "Content-Disposition: attachment; filename=\"{1}\"\r\n\r\n{2}",
      attachment.type, attachment.name, lines_of_base64(attachment.bytes));
}

std::string with_files(const Letter& letter) {
  const auto boundary = "=_" + to_hex(view(sha256("files " + letter.message_id))).substr(0, 24);
  std::string out =
      fmt::format("Content-Type: multipart/mixed; boundary=\"{0}\"\r\n\r\n--{0}\r\n{1}\r\n",
                  boundary, body_of(letter));
  for (const Attachment& attachment : letter.attachments)
    out += fmt::format("--{}\r\n{}\r\n", boundary, file_part(attachment));
  return out + fmt::format("--{}--\r\n", boundary);
}

std::string extra_fields(const Letter& letter) {
  static constexpr std::string_view ours[] = {
      "from",         "to",           "reply-to",
      "subject",      "date",         "message-id",
      "mime-version", "content-type", "content-transfer-encoding"};
  std::string fields;
  std::vector<std::string> seen(std::begin(ours), std::end(ours));
  for (const auto& [name, value] : letter.headers) {
    std::string lower;
    for (const unsigned char c : name) {
      if (c <= ' ' || c >= 0x7f || c == ':') throw std::invalid_argument("an odd header: " + name);
      lower += char(std::tolower(c));
    }
    if (lower.empty() || std::ranges::find(seen, lower) != seen.end())
      throw std::invalid_argument("a header that is set already: " + name);
    seen.push_back(lower);
    fields += field(name, value);
  }
  return fields;
}

}  // namespace

std::string to_mime(const Letter& letter) {
  std::string out = field("From", letter.from) + field("To", letter.to);
  if (letter.reply_to) out += field("Reply-To", *letter.reply_to);
  out += field("Subject", letter.subject);
  out += field("Date", date_of_letter(letter.date));
  out += field("Message-ID", letter.message_id);
  out += extra_fields(letter);
  out += "MIME-Version: 1.0\r\n";
  return out + (letter.attachments.empty() ? body_of(letter) : with_files(letter));
}

std::string make_message_id(std::string_view unique, std::string_view domain) {
  return fmt::format("<{}@{}>", unique, domain);
}

bool is_mail_address(std::string_view address) {
  const auto at = address.rfind('@');
  if (at == std::string_view::npos || at == 0 || at + 1 == address.size()) return false;
  const auto is_allowed = [](unsigned char c) {
    return c > ' ' && c < 0x7f && !std::string_view("<>()[],;:\\\"").contains(char(c));
  };
  return address.size() <= 254 && std::ranges::all_of(address, is_allowed);
}

}  // namespace freehold::egress
