// The grammars inside single header fields: Cookie, Accept-Encoding, traceparent, If-None-Match,
// X-Forwarded-For. The first byte chooses one.
#include <cstdlib>

#include "http/client_address.hpp"
#include "http/syntax.hpp"

using namespace freehold;

namespace {

void cookie(std::string_view text) {
  const auto value = http::find_cookie(text, "a");
  if (value && value->find(';') != value->npos) std::abort();
}

void coding(std::string_view text) {
  if (http::best_coding(text, {}) != http::Coding::identity) std::abort();
  if (http::best_coding(text, {.br = false, .gzip = true}) == http::Coding::br) std::abort();
  if (http::best_coding(text, {.br = true, .gzip = false}) == http::Coding::gzip) std::abort();
}

void trace(std::string_view text) {
  const std::string_view id = http::trace_id_of(text);
  if (!id.empty() && (id.size() != 32 || !http::is_token(id))) std::abort();
}

void forwarded(std::string_view text) {
  static const http::TrustedProxies proxies({"10.0.0.0/8", "fd00::/8"});
  http::Request request;
  request.ip = "10.0.0.1";
  request.add_header("X-Forwarded-For", text);
  const std::string ip = proxies.client_of(request).ip;
  if (ip.empty() || ip.find_first_not_of("0123456789abcdef.:") != ip.npos) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 5) {
    case 0:
      cookie(text);
      break;
    case 1:
      coding(text);
      break;
    case 2:
      trace(text);
      break;
    case 3:
      forwarded(text);
      break;
    default:
      http::matches_etag(text, "\"a\"");
  }
  return 0;
}
