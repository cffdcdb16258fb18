#include "gateway/answer_reader.hpp"

#include <boost/beast/http/basic_parser.hpp>
#include <vector>

#include "gateway/headers.hpp"

namespace freehold::gateway {
namespace {

namespace beast = boost::beast::http;
using boost::system::error_code;
using BeastView = boost::beast::string_view;

constexpr std::uint32_t most_head = 64 * 1024;
constexpr std::size_t most_fields = 200;
constexpr std::size_t shortest_end = 5;  // of a body in chunks: "0\r\n\r\n"

std::string_view std_view(BeastView text) {
  return {text.data(), text.size()};
}

}  // namespace

// The fields of a head, and what they come to. Kept from answer to answer, so that a line asks for
// memory once.
struct AnswerReader::Head {
  struct Field {
    std::size_t name_at, name_size, value_at, value_size;
  };

  void clear() {
    text.clear();
    list.clear();
    nominated.clear();
    upgrade.clear();
    fields.clear();
  }
  void add(std::string_view name, std::string_view value) {
    list.push_back({text.size(), name.size(), text.size() + name.size(), value.size()});
    text.append(name).append(value);
  }
  // What goes on to the client.
  void select() {
    const std::string_view all = text;
    for (const Field& field : list) {
      const std::string_view name = all.substr(field.name_at, field.name_size);
      if (!stays_here(name, nominated))
        append_field(fields, name, all.substr(field.value_at, field.value_size));
    }
  }

  std::string text;  // names and values, one after the other
  std::vector<Field> list;
  std::string nominated;  // what Connection says
  std::string upgrade;
  std::string fields;
};

struct AnswerReader::Parser final : beast::basic_parser<false> {
  explicit Parser(Head& into) : head(into) {
    header_limit(most_head);
    body_limit(boost::none);
    eager(true);
  }

  void refuse(error_code& error) { error = beast::error::bad_field; }

  void on_response_impl(int code, BeastView, int number, error_code&) override {
    status = code;
    version = number;
  }

  void on_field_impl(beast::field field, BeastView name, BeastView value,
                     error_code& error) override {
    if (head_done) return;  // a trailer
    if (head.list.size() == most_fields) return refuse(error);
    const std::string_view text = std_view(value);
    if (field == beast::field::content_length) {
      const bool plain = !text.empty() && text.find_first_not_of("0123456789") == text.npos;
      if (length || !plain) return refuse(error);
      length = content_length_of(text);
      return;
    }
    if (field == beast::field::transfer_encoding) {
      if (version < 11 || !same(text, "chunked")) return refuse(error);
      return;
    }
    if (field == beast::field::connection) head.nominated.append(",").append(text);
    if (field == beast::field::upgrade) head.upgrade.assign(text);
    if (field == beast::field::content_type) event_stream = begins_with(text, "text/event-stream");
    head.add(std_view(name), text);
  }

  static std::uint64_t content_length_of(std::string_view digits) {
    std::uint64_t number = 0;
    for (const char c : digits) number = number * 10 + std::uint64_t(c - '0');
    return number;
  }

  void on_header_impl(error_code&) override {
    head_done = true;
    has_body = !is_done();
  }
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
  std::size_t on_body_impl(BeastView piece, error_code&) override {
    body->append(piece.data(), piece.size());
    return piece.size();
  }
  std::size_t on_chunk_body_impl(std::uint64_t, BeastView piece, error_code& error) override {
    return on_body_impl(piece, error);
  }
  void on_chunk_header_impl(std::uint64_t, BeastView, error_code&) override {}
  void on_finish_impl(error_code&) override {}
  void on_request_impl(beast::verb, BeastView, BeastView, int, error_code&) override {}

  Head& head;
  std::string* body = nullptr;
  std::optional<std::uint64_t> length;
  int status = 0;
  int version = 0;
  bool head_done = false;
  bool has_body = false;
  bool event_stream = false;
};

struct AnswerReader::State {
  Head head;
  std::optional<Parser> parser;
  bool begun = false;
  bool failed = false;
};

AnswerReader::AnswerReader() : state_(std::make_unique<State>()) {}
AnswerReader::~AnswerReader() = default;

void AnswerReader::begin(bool to_head) {
  state_->head.clear();
  state_->parser.emplace(state_->head);
  state_->parser->skip(to_head);
  state_->begun = false;
  state_->failed = false;
}

std::size_t AnswerReader::feed(std::string_view bytes, std::string& body) {
  Parser& parser = *state_->parser;
  if (state_->failed || parser.is_done() || bytes.empty()) return 0;
  state_->begun = true;
  if (parser.head_done && parser.chunked() && bytes.size() < shortest_end) return 0;
  const bool had_head = parser.head_done;
  parser.body = &body;
  error_code error;
  const std::size_t used = parser.put({bytes.data(), bytes.size()}, error);
  const bool broken = error && error != beast::error::need_more;
  // Nothing that an answer waits for is longer than its head may be: a line of a chunk, a trailer.
  const bool endless = !parser.is_done() && bytes.size() - used > most_head;
  state_->failed = broken || endless;
  if (!state_->failed && parser.head_done && !had_head) state_->head.select();
  return used;
}

void AnswerReader::feed_end() {
  if (state_->parser->is_done()) return;
  error_code error;
  if (state_->begun) state_->parser->put_eof(error);
  if (!state_->begun || error) state_->failed = true;
}

bool AnswerReader::begun() const {
  return state_->begun;
}
bool AnswerReader::head_done() const {
  return state_->parser->head_done && !state_->failed;
}
bool AnswerReader::done() const {
  return state_->parser->is_done() && !state_->failed;
}
bool AnswerReader::failed() const {
  return state_->failed;
}
int AnswerReader::status() const {
  return state_->parser->status;
}
bool AnswerReader::is_interim() const {
  return status() < 200 && status() != 101;
}
bool AnswerReader::has_body() const {
  return state_->parser->has_body;
}
std::optional<std::uint64_t> AnswerReader::length() const {
  return state_->parser->length;
}
bool AnswerReader::keep_alive() const {
  return state_->parser->keep_alive();
}
std::string_view AnswerReader::upgrade() const {
  return status() == 101 ? std::string_view(state_->head.upgrade) : std::string_view();
}
bool AnswerReader::is_event_stream() const {
  return state_->parser->event_stream;
}
const std::string& AnswerReader::fields() const {
  return state_->head.fields;
}

}  // namespace freehold::gateway
