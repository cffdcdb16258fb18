// Rate limits of the pages: by network, by account, by both.
#include <arpa/inet.h>

#include "core/async.hpp"
#include "core/crypto.hpp"
#include "identity/screens.hpp"

namespace freehold::identity {
namespace {

// An IPv4 address, or the /64 of an IPv6 address, which is what one customer of a provider has. A
// mapped IPv4 address (::ffff:192.0.2.1) is the IPv4 address.
std::string network_of(const std::string& ip) {
  std::array<unsigned char, 16> bytes;
  if (inet_pton(AF_INET6, ip.c_str(), bytes.data()) != 1) return ip;
  static constexpr std::array<unsigned char, 12> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255};
  if (std::ranges::equal(std::span(bytes).first<12>(), mapped))
    return fmt::format("{}.{}.{}.{}", bytes[12], bytes[13], bytes[14], bytes[15]);
  return to_hex({reinterpret_cast<const char*>(bytes.data()), 8}) + "/64";
}

std::string count_of(long number, std::string_view noun) {
  return fmt::format("{} {}{}", number, noun, number == 1 ? "" : "s");
}

}  // namespace

std::string network_key(const http::Request& request) {
  return "network:" + network_of(request.ip);
}

std::string account_key(std::string_view email) {
  const std::string address = canonical_email(email).value_or(std::string(email));
  const Digest digest = sha256(address);
  return "account:" + to_hex(view(digest).substr(0, 16));
}

std::string key_of_both(const http::Request& request, std::string_view email) {
  return account_key(email) + ',' + network_key(request);
}

Task<std::optional<std::chrono::seconds>> wait_of(const Identity& identity,
                                                  std::vector<Attempt> attempts) {
  std::optional<std::chrono::seconds> longest;
  for (Attempt& attempt : attempts) {
    const auto wait = co_await identity.throttle(std::move(attempt.key), attempt.rate);
    longest = std::max(longest, wait);
  }
  co_return longest;
}

Task<> count_link_use(const Identity& identity, const http::Request& request) {
  std::vector<Attempt> attempts{{network_key(request), rates::link_network}};
  const auto wait = co_await wait_of(identity, std::move(attempts));
  if (wait) throw Problem::too_many_requests(wait_text(*wait), long(wait->count()));
}

std::string text_of(Duration duration) {
  const long seconds =
      std::max(1L, long(std::chrono::ceil<std::chrono::seconds>(duration).count()));
  if (seconds < 60) return count_of(seconds, "second");
  if (seconds < 3600) return count_of((seconds + 59) / 60, "minute");
  return count_of((seconds + 3599) / 3600, "hour");
}

std::string wait_text(std::chrono::seconds wait) {
  return "Too many attempts. Wait " + text_of(wait) + ", then try again.";
}

http::Response limited(http::Response response, std::chrono::seconds wait) {
  response.status = 429;
  response.with_header("Retry-After", std::to_string(std::max(1L, long(wait.count()))));
  return response;
}

}  // namespace freehold::identity
