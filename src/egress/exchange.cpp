#include "egress/exchange.hpp"

#include <sys/socket.h>

#include <cstring>

#include "core/text.hpp"

namespace freehold::egress {
namespace {

// RFC 9110 5.6.2
bool is_token(std::string_view text) {
  const auto is_tchar = [](unsigned char c) {
    return std::isalnum(c) != 0 || std::strchr("!#$%&'*+-.^_`|~", c) != nullptr;
  };
  return !text.empty() && std::ranges::all_of(text, is_tchar);
}

bool is_field_value(std::string_view text) {
  const auto is_allowed = [](unsigned char c) { return c == '\t' || (c >= ' ' && c != 0x7f); };
  return std::ranges::all_of(text, is_allowed);
}

bool same_name(std::string_view a, std::string_view b) {
  const auto same = [](unsigned char x, unsigned char y) {
    return std::tolower(x) == std::tolower(y);
  };
  return std::ranges::equal(a, b, same);
}

bool has(const Headers& headers, std::string_view name) {
  return std::ranges::any_of(headers, [&](const auto& h) { return same_name(h.first, name); });
}

}  // namespace

std::string_view Answer::header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (same_name(key, name)) return value;
  }
  return {};
}

Exchange::Exchange(Call call, const Config& config, const Guard& guard)
    : call_(std::move(call)), guard_(guard), easy_(make_easy(config, "http,https")) {
  parse_url();
  set_request();
  set_body();
  add_headers();
  set(easy_, CURLOPT_USERAGENT, config.user_agent.c_str());
  set(easy_, CURLOPT_HEADERFUNCTION, &Exchange::on_head);
  set(easy_, CURLOPT_HEADERDATA, this);
  set(easy_, CURLOPT_WRITEFUNCTION, &Exchange::on_body);
  set(easy_, CURLOPT_WRITEDATA, this);
  if (call_.guarded) {
    set(easy_, CURLOPT_OPENSOCKETFUNCTION, &Exchange::on_open);
    set(easy_, CURLOPT_OPENSOCKETDATA, this);
  }
}

void Exchange::refuse(std::string_view why) const {
  throw Failure(FailureKind::not_allowed, false, fmt::format("the call is not allowed: {}", why));
}

// Parsed once, and the parsed URL is what libcurl follows: no second parser can read it
// differently.
void Exchange::parse_url() {
  url_.reset(curl_url());
  if (!url_) throw std::bad_alloc();
  if (curl_url_set(url_.get(), CURLUPART_URL, call_.url.c_str(), CURLU_DISALLOW_USER) != CURLUE_OK)
    refuse("its URL does not parse");
  const auto scheme = part_of(url_.get(), CURLUPART_SCHEME);
  if (scheme != "http" && scheme != "https") refuse("its URL is neither http nor https");
  host_ = part_of(url_.get(), CURLUPART_HOST);
  set(easy_, CURLOPT_CURLU, url_.get());
}

void Exchange::set_request() {
  if (!is_token(call_.method)) refuse("its method is no token");
  set(easy_, CURLOPT_HTTP_VERSION, long(CURL_HTTP_VERSION_1_1));
  set(easy_, CURLOPT_CONNECTTIMEOUT_MS, long(call_.connect_timeout.count()));
  set(easy_, CURLOPT_TIMEOUT_MS, long(call_.timeout.count()));
  set(easy_, CURLOPT_MAXFILESIZE_LARGE, curl_off_t(call_.answer_limit));
  if (call_.method == "HEAD")
    set(easy_, CURLOPT_NOBODY, 1L);
  else
    set(easy_, CURLOPT_CUSTOMREQUEST, call_.method.c_str());
}

void Exchange::set_body() {
  const bool idempotent = is_idempotent();
  if (call_.body.empty()) {
    const bool has_length =
        call_.method == "POST" || call_.method == "PUT" || call_.method == "PATCH";
    if (has_length) set(easy_, CURLOPT_POST, 1L);
    if (has_length) set(easy_, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(0));
    if (has_length) set(easy_, CURLOPT_POSTFIELDS, "");
    // Nothing to rewind stops libcurl from sending it twice.
    if (!idempotent) set(easy_, CURLOPT_FRESH_CONNECT, 1L);
    return;
  }
  set(easy_, CURLOPT_POST, 1L);
  set(easy_, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(call_.body.size()));
  if (idempotent) {
    set(easy_, CURLOPT_POSTFIELDS, call_.body.data());
  } else {
    // A body that cannot be rewound is never sent twice.
    set(easy_, CURLOPT_READFUNCTION, &Exchange::on_send);
    set(easy_, CURLOPT_READDATA, this);
  }
}

// RFC 9110 9.2.2, and the draft's Idempotency-Key, by which the other side knows a repetition.
bool Exchange::is_idempotent() const {
  const auto& method = call_.method;
  return (method != "POST" && method != "PATCH") || has(call_.headers, "Idempotency-Key");
}

void Exchange::add_headers() {
  for (const auto& [name, value] : call_.headers) {
    if (!is_token(name)) refuse("a header's name is no token");
    if (!is_field_value(value)) refuse("a header's value has control characters");
    if (same_name(name, "Content-Length") || same_name(name, "Transfer-Encoding"))
      refuse("it sets the framing of its body");
    headers_.add(value.empty() ? name + ";" : fmt::format("{}: {}", name, value));
  }
  // What libcurl would add by itself.
  if (!has(call_.headers, "Content-Type")) headers_.add("Content-Type:");
  if (!has(call_.headers, "Expect")) headers_.add("Expect:");
  set(easy_, CURLOPT_HTTPHEADER, headers_.get());
}

std::size_t Exchange::on_send(char* data, std::size_t size, std::size_t count, void* self) {
  auto& exchange = *static_cast<Exchange*>(self);
  const auto left = std::string_view(exchange.call_.body).substr(exchange.sent_);
  const auto length = std::min(left.size(), size * count);
  std::memcpy(data, left.data(), length);
  exchange.sent_ += length;
  return length;
}

std::size_t Exchange::on_head(char* data, std::size_t size, std::size_t count, void* self) {
  auto& exchange = *static_cast<Exchange*>(self);
  const auto line = bytes_of(data, size, count);
  if (!exchange.count(line.size())) return 0;
  exchange.read_header(line);
  return line.size();
}

std::size_t Exchange::on_body(char* data, std::size_t size, std::size_t count, void* self) {
  auto& exchange = *static_cast<Exchange*>(self);
  const auto bytes = bytes_of(data, size, count);
  if (!exchange.count(bytes.size())) return 0;
  exchange.answer_.body += bytes;
  return bytes.size();
}

bool Exchange::count(std::size_t bytes) {
  received_ += bytes;
  too_large_ = received_ > call_.answer_limit;
  return !too_large_;
}

void Exchange::read_header(std::string_view line) {
  // Each head begins anew: those of 1xx answers come before the one that counts.
  if (line.starts_with("HTTP/")) answer_.headers.clear();
  const auto colon = line.find(':');
  if (line.starts_with("HTTP/") || colon == std::string_view::npos) return;
  answer_.headers.emplace_back(trimmed(line.substr(0, colon)), trimmed(line.substr(colon + 1)));
}

curl_socket_t Exchange::on_open(void* self, curlsocktype, curl_sockaddr* address) {
  auto& exchange = *static_cast<Exchange*>(self);
  if (!exchange.guard_.allows(&address->addr)) {
    exchange.refused_ = true;
    return CURL_SOCKET_BAD;
  }
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

Answer Exchange::finish(CURLcode result) {
  if (result == CURLE_OK) {
    long status = 0;
    curl_easy_getinfo(handle(), CURLINFO_RESPONSE_CODE, &status);
    answer_.status = int(status);
    return std::move(answer_);
  }
  const auto kind = kind_of(result);
  long request_size = 0;
  curl_easy_getinfo(handle(), CURLINFO_REQUEST_SIZE, &request_size);
  static constexpr const char* sentences[] = {
      "its name cannot be resolved", "no connection",           "no trusted TLS connection",
      "no answer in time",           "the answer is too large", "the destination is not allowed",
      "the connection broke"};
  throw Failure(kind, request_size > 0, fmt::format("{}: {}", host_, sentences[int(kind)]));
}

FailureKind Exchange::kind_of(CURLcode result) const {
  if (too_large_) return FailureKind::too_large;
  if (refused_) return FailureKind::not_allowed;
  switch (result) {
    case CURLE_COULDNT_RESOLVE_HOST:
      return FailureKind::resolve;
    case CURLE_COULDNT_CONNECT:
      return FailureKind::connect;
    case CURLE_OPERATION_TIMEDOUT:
      return FailureKind::timeout;
    case CURLE_FILESIZE_EXCEEDED:
      return FailureKind::too_large;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CRL_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_PEER_FAILED_VERIFICATION:
      return FailureKind::tls;
    default:
      return FailureKind::closed;
  }
}

}  // namespace freehold::egress
