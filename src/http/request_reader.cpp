#include <boost/beast/http/basic_parser.hpp>

#include "http/syntax.hpp"
#include "http/wire.hpp"

namespace freehold::http {
namespace {

namespace beast = boost::beast::http;
using boost::system::error_code;
using BeastView = boost::beast::string_view;

std::string_view std_view(BeastView text) {
  return {text.data(), text.size()};
}

std::optional<Method> method_of(beast::verb verb) {
  switch (verb) {
    case beast::verb::get:
      return Method::get;
    case beast::verb::head:
      return Method::head;
    case beast::verb::post:
      return Method::post;
    case beast::verb::put:
      return Method::put;
    case beast::verb::patch:
      return Method::patch;
    case beast::verb::delete_:
      return Method::del;
    case beast::verb::options:
      return Method::options;
    default:
      return {};
  }
}

constexpr std::string_view forwarded_for = "X-Forwarded-For";

constexpr Refusal bad_request{400, "bad_request", "The request is not valid HTTP."};
constexpr Refusal head_too_large{431, "head_too_large", "The request's header is too large."};
constexpr Refusal target_too_long{414, "target_too_long", "The address is too long."};
constexpr Refusal bad_target{400, "invalid_target", "The address could not be read."};
constexpr Refusal bad_host{400, "invalid_host", "A request names exactly one host."};
constexpr Refusal ambiguous_length{400, "ambiguous_length",
                                   "The length of the body is not said once and plainly."};
constexpr Refusal unknown_method{501, "unknown_method", "This method is not known here."};
constexpr Refusal unknown_coding{501, "unknown_transfer_coding",
                                 "The only transfer coding known here is chunked."};
constexpr Refusal unknown_version{505, "unknown_version", "This server speaks HTTP/1.1."};
constexpr Refusal unknown_expectation{417, "unknown_expectation",
                                      "The only expectation known here is 100-continue."};

// "GET / HTTP/2.0" asks for a version that we do not have; other text is no HTTP at all.
bool names_a_version(std::string_view bytes) {
  const std::string_view line = bytes.substr(0, bytes.find('\r'));
  const std::size_t at = line.rfind(" HTTP/");
  return at != line.npos && line.size() == at + 9 && line[at + 7] == '.';
}

}  // namespace

// Beast's grammar, filling a Request directly. It is stricter than Beast where messages could be
// understood in two ways: no line folding, one Host, one plain length, chunked as the only coding,
// and trailers are dropped.
struct RequestReader::Parser final : beast::basic_parser<true> {
  Parser(const ReadLimits& limits, Request& into) : limits(limits), request(into) {
    header_limit(std::uint32_t(limits.head));
    if (limits.head_first) {
      body_limit(boost::none);
    } else {
      body_limit(limits.body);
    }
    eager(true);
  }

  void refuse(const Refusal& why, error_code& error) {
    refusal = why;
    error = beast::error::bad_field;
  }

  void on_request_impl(beast::verb verb, BeastView, BeastView target, int number,
                       error_code& error) override {
    version = number;
    const auto method = method_of(verb);
    if (!method) return refuse(unknown_method, error);
    request.method = *method;
    auto parsed = http::parse_target(std_view(target));
    auto query = parsed ? parse_pairs(parsed->query) : std::nullopt;
    if (!query || (parsed->path == "*" && *method != Method::options))
      return refuse(bad_target, error);
    request.target.assign(target.data(), target.size());
    request.path = parsed->path;
    request.query = std::move(*query);
    absolute_host = parsed->host;
  }

  void on_field_impl(beast::field field, BeastView name, BeastView value,
                     error_code& error) override {
    if (head_done) return;  // a trailer
    if (++fields > limits.fields) return refuse(head_too_large, error);
    if (is_folded(name, value)) return refuse(bad_request, error);
    const std::string_view text = std_view(value);
    if (field == beast::field::content_length) {
      const bool plain = !text.empty() && text.find_first_not_of("0123456789") == text.npos;
      if (had_length || !plain) return refuse(ambiguous_length, error);
      had_length = true;
    } else if (field == beast::field::transfer_encoding) {
      if (version < 11) return refuse(ambiguous_length, error);
      if (!equal_ignoring_case(text, "chunked")) return refuse(unknown_coding, error);
    } else if (field == beast::field::host) {
      if (had_host || !is_host(text)) return refuse(bad_host, error);
      had_host = true;
      request.host.assign(text);
    } else if (field == beast::field::expect && version >= 11) {
      if (!equal_ignoring_case(text, "100-continue")) return refuse(unknown_expectation, error);
      expects_continue = true;
    }
    if (equal_ignoring_case(std_view(name), forwarded_for)) return add_forwarded(text);
    request.add_header(std_view(name), text);
  }

  // Proxies may add a line of their own below what a client sent: only together, in their order,
  // do the lines say who is trusted (RFC 9110, 5.3).
  void add_forwarded(std::string_view text) {
    if (!forwarded.empty()) forwarded += ", ";
    forwarded += text;
  }

  // Beast joins folded lines into a buffer of its own, or steps over a fold before the value.
  bool is_folded(BeastView name, BeastView value) const {
    const char* after_name = name.data() + name.size();
    if (value.data() < after_name || value.data() > bytes.data() + bytes.size()) return true;
    return std::string_view(after_name, value.data()).find('\r') != std::string_view::npos;
  }

  void on_header_impl(error_code& error) override {
    head_done = true;
    if (limits.head_first) eager(false);
    if (!had_host && version >= 11) return refuse(bad_host, error);
    if (!absolute_host.empty()) request.host = absolute_host;
    if (!forwarded.empty()) request.add_header(forwarded_for, forwarded);
  }

  void on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code&) override {
    constexpr std::uint64_t most_reserved = 64 * 1024;
    if (length) request.body.reserve(std::size_t(std::min(*length, most_reserved)));
  }

  std::size_t on_body_impl(BeastView body, error_code&) override {
    request.body.append(body.data(), body.size());
    return body.size();
  }

  std::size_t on_chunk_body_impl(std::uint64_t, BeastView body, error_code& error) override {
    return on_body_impl(body, error);
  }

  void on_chunk_header_impl(std::uint64_t, BeastView, error_code&) override {}
  void on_finish_impl(error_code&) override {}
  void on_response_impl(int, BeastView, int, error_code&) override {}

  ReadLimits limits;
  Request& request;
  std::string_view bytes;  // those being fed
  std::optional<Refusal> refusal;
  std::string absolute_host;
  std::string forwarded;  // the X-Forwarded-For lines so far
  std::size_t fields = 0;
  int version = 0;
  bool head_done = false;
  bool had_length = false;
  bool had_host = false;
  bool expects_continue = false;
};

struct RequestReader::State {
  ReadLimits limits;
  std::optional<Parser> parser;
  std::size_t line_bytes = 0;  // used outside of bodies: head, chunk lines, trailers
};

RequestReader::RequestReader(ReadLimits limits) : state_(std::make_unique<State>()) {
  state_->limits = limits;
}

RequestReader::~RequestReader() = default;

void RequestReader::begin(Request& request) {
  state_->parser.emplace(state_->limits, request);
  state_->line_bytes = 0;
}

std::size_t RequestReader::feed(std::string_view bytes) {
  Parser& parser = *state_->parser;
  if (parser.is_done()) return 0;
  // No chunked body ends in fewer than the bytes of "0\r\n\r\n", and Beast asserts that they are
  // there when it is called a second time for the last chunk.
  constexpr std::size_t shortest_end = 5;
  if (parser.head_done && parser.chunked() && bytes.size() < shortest_end) return 0;
  parser.bytes = bytes;
  const std::size_t body_before = parser.request.body.size();
  error_code error;
  const std::size_t used = parser.put({bytes.data(), bytes.size()}, error);
  state_->line_bytes += used - (parser.request.body.size() - body_before);

  if (!error || error == beast::error::need_more) {
    const std::size_t waiting = error ? bytes.size() - used : 0;
    if (parser.head_done) {
      // Chunk lines of a body of many small chunks cost at most as much as the body itself.
      const std::size_t most = state_->limits.head + state_->limits.body;
      if (state_->line_bytes > most || waiting > state_->limits.head) parser.refusal = bad_request;
    } else if (state_->line_bytes + waiting >= state_->limits.head) {
      parser.refusal = parser.version == 0 ? target_too_long : head_too_large;
    }
  } else if (!parser.refusal) {
    if (error == beast::error::header_limit) {
      parser.refusal = parser.version == 0 ? target_too_long : head_too_large;
    } else if (error == beast::error::body_limit) {
      parser.refusal = body_too_large;
    } else if (error == beast::error::bad_version && names_a_version(bytes)) {
      parser.refusal = unknown_version;
    } else if (error == beast::error::bad_content_length ||
               error == beast::error::multiple_content_length ||
               error == beast::error::bad_transfer_encoding) {
      parser.refusal = ambiguous_length;
    } else {
      parser.refusal = bad_request;
    }
  }
  return used;
}

bool RequestReader::done() const {
  return state_->parser->is_done() && !state_->parser->refusal;
}

bool RequestReader::head_done() const {
  return state_->parser->head_done;
}

const std::optional<Refusal>& RequestReader::refusal() const {
  return state_->parser->refusal;
}

bool RequestReader::keep_alive() const {
  return state_->parser->keep_alive();
}

bool RequestReader::is_http_1_0() const {
  return state_->parser->version == 10;
}

bool RequestReader::expects_continue() const {
  return state_->parser->expects_continue;
}

bool RequestReader::is_chunked() const {
  return state_->parser->chunked();
}

std::uint64_t RequestReader::content_length() const {
  return state_->parser->content_length().value_or(0);
}

void RequestReader::limit_body(std::uint64_t most) {
  Parser& parser = *state_->parser;
  state_->limits.body = most;
  if (content_length() > most) parser.refusal = body_too_large;
  if (parser.is_done()) return;
  parser.body_limit(most);
  parser.eager(true);
}

}  // namespace freehold::http
