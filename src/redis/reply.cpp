#include <openssl/evp.h>

#include "core/crypto.hpp"
#include "redis/redis.hpp"

namespace freehold::redis {
namespace {

std::string kind_of(const Reply& reply) {
  static constexpr const char* kinds[] = {"nil",    "a boolean", "an integer", "a double",
                                          "a text", "an error",  "a list"};
  if (const auto* message = reply.error()) return "the error " + *message;
  return kinds[reply.value.index()];
}

template <class Wanted>
const Wanted& get(const Reply& reply, std::string_view wanted) {
  if (const auto* value = std::get_if<Wanted>(&reply.value)) return *value;
  throw UnexpectedReply(fmt::format("Redis answered {} instead of {}", kind_of(reply), wanted));
}

}  // namespace

const std::string* Reply::error() const {
  const auto* error = std::get_if<Error>(&value);
  return error == nullptr ? nullptr : &error->message;
}

std::int64_t Reply::integer() const {
  return get<std::int64_t>(*this, "an integer");
}

const std::string& Reply::text() const {
  return get<std::string>(*this, "a text");
}

const Reply::List& Reply::list() const {
  return get<List>(*this, "a list");
}

Script::Script(std::string text) : text_(std::move(text)) {
  // SHA-1 is what EVALSHA names a script by; nothing rests on its strength.
  unsigned char digest[20];
  if (EVP_Digest(text_.data(), text_.size(), digest, nullptr, EVP_sha1(), nullptr) != 1)
    throw std::runtime_error("OpenSSL has no SHA-1");
  sha1_ = to_hex({reinterpret_cast<const char*>(digest), sizeof digest});
}

}  // namespace freehold::redis
