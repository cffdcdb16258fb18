#include "core/jose.hpp"

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <set>

#include "core/json.hpp"

namespace freehold::jose {
namespace {

constexpr std::size_t longest_token = 8 * 1024;
constexpr std::size_t deepest = 8;

// Finds a member that stands twice in one object, which a plain parse would fold into one.
class DuplicateFinder {
 public:
  [[maybe_unused]] static constexpr std::size_t max_object_size = 1'000;
  [[maybe_unused]] static constexpr std::size_t max_array_size = 1'000;
  [[maybe_unused]] static constexpr std::size_t max_key_size = 1'000;
  [[maybe_unused]] static constexpr std::size_t max_string_size = longest_token;

  bool found() const { return found_; }

  using Error = boost::system::error_code;
  bool on_object_begin(Error&) {
    seen_.emplace_back();
    return true;
  }
  bool on_object_end(std::size_t, Error&) {
    seen_.pop_back();
    return true;
  }
  bool on_key_part(std::string_view part, std::size_t, Error&) {
    key_ += part;
    return true;
  }
  bool on_key(std::string_view part, std::size_t, Error&) {
    key_ += part;
    if (!seen_.back().insert(std::exchange(key_, {})).second) found_ = true;
    return true;
  }
  bool on_document_begin(Error&) { return true; }
  bool on_document_end(Error&) { return true; }
  bool on_array_begin(Error&) { return true; }
  bool on_array_end(std::size_t, Error&) { return true; }
  bool on_string_part(std::string_view, std::size_t, Error&) { return true; }
  bool on_string(std::string_view, std::size_t, Error&) { return true; }
  bool on_number_part(std::string_view, Error&) { return true; }
  bool on_int64(std::int64_t, std::string_view, Error&) { return true; }
  bool on_uint64(std::uint64_t, std::string_view, Error&) { return true; }
  bool on_double(double, std::string_view, Error&) { return true; }
  bool on_bool(bool, Error&) { return true; }
  bool on_null(Error&) { return true; }
  bool on_comment_part(std::string_view, Error&) { return true; }
  bool on_comment(std::string_view, Error&) { return true; }

 private:
  std::vector<std::set<std::string>> seen_;
  std::string key_;
  bool found_ = false;
};

bool has_duplicates(std::string_view text) {
  json::parse_options options;
  options.max_depth = deepest;
  json::basic_parser<DuplicateFinder> parser(options);
  boost::system::error_code error;
  parser.write_some(false, text.data(), text.size(), error);
  return parser.handler().found();
}

std::optional<json::object> object_of(std::string_view part) {
  const auto text = from_base64url(part);
  // One spelling of each value: the bits that a decoder would drop are zero.
  if (!text || to_base64url(*text) != part) return {};
  json::parse_options options;
  options.max_depth = deepest;
  boost::system::error_code error;
  auto value = json::parse(*text, error, {}, options);
  if (error || !value.is_object() || has_duplicates(*text)) return {};
  return std::move(value.get_object());
}

std::optional<std::string_view> text_of(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  if (value == nullptr || !value->is_string()) return {};
  return std::string_view(value->get_string());
}

std::optional<Instant> time_of(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  constexpr std::int64_t year_9999 = 253'402'300'799;
  if (value == nullptr || !value->is_int64() || value->get_int64() < 0 ||
      value->get_int64() > year_9999)
    return {};
  return from_unix_seconds(value->get_int64());
}

// Nothing: the header is as it must be.
std::optional<Refused> header_mistake(const json::object& header, std::string_view type) {
  if (text_of(header, "alg") != "ES256") return Refused{"alg is not ES256"};
  if (text_of(header, "typ") != type) return Refused{"typ is not " + std::string(type)};
  for (const std::string_view forbidden : {"crit", "jku", "jwk", "x5u", "x5c", "b64"})
    if (header.contains(forbidden)) return Refused{"header has " + std::string(forbidden)};
  return {};
}

bool names_audience(const json::object& claims, std::string_view audience) {
  if (text_of(claims, "aud") == audience) return true;
  const auto* list = claims.if_contains("aud");
  if (list == nullptr || !list->is_array()) return false;
  return std::ranges::any_of(list->get_array(), [&](const json::value& one) {
    return one.is_string() && std::string_view(one.get_string()) == audience;
  });
}

std::optional<Refused> claims_mistake(const json::object& claims, const Expected& expected) {
  if (text_of(claims, "iss") != expected.issuer) return Refused{"iss is another"};
  if (!names_audience(claims, expected.audience)) return Refused{"aud is another"};
  const auto expires = time_of(claims, "exp");
  const auto issued = time_of(claims, "iat");
  if (!expires) return Refused{"exp is missing"};
  if (!issued) return Refused{"iat is missing"};
  if (*expires <= expected.now) return Refused{"expired"};
  if (*issued > expected.now + skew) return Refused{"iat lies in the future"};
  if (!claims.contains("nbf")) return {};
  const auto begins = time_of(claims, "nbf");
  if (!begins || *begins > expected.now + skew) return Refused{"nbf lies in the future"};
  return {};
}

const KnownKey* find_key(const std::vector<KnownKey>& keys, const json::object& header) {
  const auto id = text_of(header, "kid");
  if (!id) return nullptr;
  const auto at = std::ranges::find(keys, *id, &KnownKey::id);
  return at == keys.end() ? nullptr : &*at;
}

}  // namespace

std::string key_id(const PublicKey& key) {
  // The members that RFC 7638 names, in its order and without white space.
  const std::string members = fmt::format(R"({{"crv":"P-256","kty":"EC","x":"{}","y":"{}"}})",
                                          to_base64url(key.x()), to_base64url(key.y()));
  return to_base64url(view(sha256(members)));
}

Notes notes_on(const Jwk*) {
  return {"Jwk",
          "A public key (RFC 7517, RFC 7518).",
          {{"kty", "Always `EC`."},
           {"crv", "Always `P-256`."},
           {"x", "Of its point, in base64url."},
           {"y", "Of its point, in base64url."},
           {"kid", "Its name, which tokens say (RFC 7638)."},
           {"alg", "Always `ES256`."},
           {"use", "Always `sig`."}}};
}

Jwk to_jwk(const PublicKey& key) {
  return {.x = to_base64url(key.x()), .y = to_base64url(key.y()), .kid = key_id(key)};
}

std::string sign(const PrivateKey& key, std::string_view type, const json::object& claims) {
  const json::object header{{"alg", "ES256"}, {"typ", type}, {"kid", key_id(key.public_key())}};
  std::string token = to_base64url(json::serialize(header));
  token += '.';
  token += to_base64url(json::serialize(claims));
  const std::string signature = to_base64url(key.sign(token));
  return token.append(".").append(signature);
}

std::variant<json::object, Refused> verify(std::string_view token,
                                           const std::vector<KnownKey>& keys,
                                           const Expected& expected) {
  if (token.size() > longest_token) return Refused{"too long"};
  const auto first = token.find('.');
  const auto last = token.rfind('.');
  if (first == std::string_view::npos || token.find('.', first + 1) != last)
    return Refused{"not three parts"};
  const auto header = object_of(token.substr(0, first));
  if (!header) return Refused{"header is not a JSON object with each member once"};
  if (auto mistake = header_mistake(*header, expected.type)) return *mistake;
  const KnownKey* known = find_key(keys, *header);
  if (known == nullptr) return Refused{"unknown key"};
  const std::string_view signature_text = token.substr(last + 1);
  const auto signature = from_base64url(signature_text);
  if (!signature || to_base64url(*signature) != signature_text ||
      !known->key.verify(token.substr(0, last), *signature))
    return Refused{"signature does not hold"};
  auto claims = object_of(token.substr(first + 1, last - first - 1));
  if (!claims) return Refused{"claims are not a JSON object with each member once"};
  if (auto mistake = claims_mistake(*claims, expected)) return *mistake;
  return std::move(*claims);
}

}  // namespace freehold::jose
