#include "redis/resp.hpp"

#include <cstring>

namespace freehold::redis::resp {
namespace {

constexpr std::size_t read_size = 16 * 1024;
constexpr std::size_t kept_size = 256 * 1024;

void append_head(std::string& out, char type, std::size_t count) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, count).ptr;
  out += type;
  out.append(digits, end);
  out += "\r\n";
}

template <class Number>
Number number_of(std::string_view text) {
  Number number{};
  const auto end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || at != end || text.empty())
    throw Malformed("not a number: " + std::string(text.substr(0, 32)));
  return number;
}

bool boolean_of(std::string_view text) {
  if (text == "t") return true;
  if (text == "f") return false;
  throw Malformed("not a boolean");
}

// "txt:" stands before a verbatim string and says its format.
std::string verbatim(std::string_view body) {
  if (body.size() < 4 || body[3] != ':') throw Malformed("a verbatim string without its format");
  return std::string(body.substr(4));
}

}  // namespace

void append_command(std::string& out, std::span<const std::string> words) {
  append_head(out, '*', words.size());
  for (const auto& word : words) {
    append_head(out, '$', word.size());
    out += word;
    out += "\r\n";
  }
}

std::span<char> Parser::room() {
  if (begin_ == end_) {
    begin_ = end_ = 0;
    if (buffer_.size() > kept_size) std::string().swap(buffer_);
  }
  if (buffer_.size() - end_ < read_size && begin_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  if (buffer_.size() - end_ < read_size)
    buffer_.resize(std::max(4 * read_size, buffer_.size() * 2));
  return {buffer_.data() + end_, buffer_.size() - end_};
}

std::optional<Frame> Parser::next() {
  while (auto token = next_token()) {
    if (const auto* head = std::get_if<Opening>(&*token)) {
      if (head->count > 0) {
        open(*head);
        continue;
      }
      if (head->type == '|') continue;
      if (head->type == '>') throw Malformed("an empty push");
      token->emplace<Reply>(Reply::List{});
    }
    if (auto frame = finish(std::get<Reply>(std::move(*token)))) return frame;
  }
  return std::nullopt;
}

std::optional<Parser::Token> Parser::next_token() {
  const auto line = next_line();
  if (!line) return std::nullopt;
  if (line->empty()) throw Malformed("an empty line");
  const char type = line->front();
  const auto rest = line->substr(1);
  switch (type) {
    case '+':
    case '(':
      return Reply{std::string(rest)};
    case '-':
      return Reply{Reply::Error{std::string(rest)}};
    case ':':
      return Reply{number_of<std::int64_t>(rest)};
    case ',':
      return Reply{number_of<double>(rest)};
    case '#':
      return Reply{boolean_of(rest)};
    case '_':
      if (!rest.empty()) throw Malformed("a nil with content");
      return Reply{};
    case '$':
    case '!':
    case '=': {
      auto token = bulk(type, rest);
      if (!token) unread(line->size() + 2);
      return token;
    }
    case '*':
      if (rest == "-1") return Reply{};
      [[fallthrough]];
    case '%':
    case '~':
    case '>':
    case '|':
      return opening(type, rest);
    default:
      throw Malformed("an unknown type");
  }
}

// The bytes up to the next line end; views the buffer.
std::optional<std::string_view> Parser::next_line() {
  const std::string_view left(buffer_.data() + begin_, end_ - begin_);
  const auto length = left.find('\n');
  if (length == std::string_view::npos) {
    if (left.size() > max_line) throw Malformed("a line without end");
    return std::nullopt;
  }
  if (length == 0 || left[length - 1] != '\r') throw Malformed("a line end without CR");
  if (length > max_line) throw Malformed("a long line");
  consume(length + 1);
  return left.substr(0, length - 1);
}

std::optional<Parser::Token> Parser::bulk(char type, std::string_view line) {
  if (type == '$' && line == "-1") return Reply{};
  const auto length = number_of<std::int64_t>(line);
  if (length < 0 || length > max_bulk) throw Malformed("a string beyond the limit");
  if (std::int64_t(end_ - begin_) < length + 2) return std::nullopt;

  const std::string_view body(buffer_.data() + begin_, std::size_t(length));
  if (buffer_[begin_ + body.size()] != '\r' || buffer_[begin_ + body.size() + 1] != '\n')
    throw Malformed("a string longer than its length");
  consume(body.size() + 2);
  if (type == '!') return Reply{Reply::Error{std::string(body)}};
  if (type == '=') return Reply{verbatim(body)};
  return Reply{std::string(body)};
}

void Parser::consume(std::size_t count) {
  begin_ += count;
  bytes_ += count;
  if (bytes_ > max_frame) throw Malformed("a reply beyond the limit");
}

// Until the body of a string has arrived, its head is read again.
void Parser::unread(std::size_t count) {
  begin_ -= count;
  bytes_ -= count;
}

Parser::Opening Parser::opening(char type, std::string_view line) const {
  const auto count = number_of<std::int64_t>(line);
  if (count < 0 || count > max_items) throw Malformed("a list beyond the limit");
  if (type == '>' && !open_.empty()) throw Malformed("a push inside a reply");
  const bool pairs = type == '%' || type == '|';
  return {type, pairs ? 2 * count : count};
}

void Parser::open(Opening opening) {
  if (open_.size() == max_depth) throw Malformed("lists nested too deep");
  items_ += opening.count;
  if (items_ > max_items) throw Malformed("a reply of too many items");
  open_.push_back({opening.type, opening.count, {}});
}

// A value is whole: it is the frame, or an item of the innermost list, which may be whole then too.
std::optional<Frame> Parser::finish(Reply reply) {
  bool push = false;
  while (!open_.empty()) {
    auto& list = open_.back();
    list.items.push_back(std::move(reply));
    if (--list.left > 0) return std::nullopt;
    const char type = list.type;
    reply.value = std::move(list.items);
    open_.pop_back();
    // Attributes speak about the value that follows them; nobody here asks for them.
    if (type == '|') return std::nullopt;
    push = type == '>';
  }
  items_ = 0;
  bytes_ = 0;
  return Frame{std::move(reply), push};
}

}  // namespace freehold::redis::resp
