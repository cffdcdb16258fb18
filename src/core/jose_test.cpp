#include "core/jose.hpp"

#include <doctest/doctest.h>

#include <functional>

#include "core/json.hpp"

using namespace freehold;
using namespace freehold::jose;

namespace {

const Instant now = from_unix_seconds(1'800'000'000);

struct World {
  PrivateKey key = PrivateKey::generate();
  PrivateKey other = PrivateKey::generate();
  std::vector<KnownKey> keys = {{key_id(key.public_key()), key.public_key()}};
  Expected expected{"at+jwt", "https://app.example.com", "https://product.example.com", now};

  json::object claims() const {
    return {{"iss", expected.issuer},
            {"aud", expected.audience},
            {"sub", "user_1"},
            {"iat", to_unix_seconds(now)},
            {"exp", to_unix_seconds(now) + 60}};
  }
  json::object header() const {
    return {{"alg", "ES256"}, {"typ", "at+jwt"}, {"kid", keys.front().id}};
  }
  // A token of whatever texts, signed by a key of ours.
  std::string signed_by(const PrivateKey& signer, std::string_view header_text,
                        std::string_view claims_text) const {
    std::string token = to_base64url(header_text) + "." + to_base64url(claims_text);
    return token + "." + to_base64url(signer.sign(token));
  }
  std::string token(const json::object& header, const json::object& claims) const {
    return signed_by(key, json::serialize(header), json::serialize(claims));
  }
  std::string outcome(std::string_view token) const {
    const auto result = verify(token, keys, expected);
    if (const auto* refused = std::get_if<Refused>(&result)) return refused->reason;
    return "holds";
  }
  std::string with_header(std::string_view name, json::value value) const {
    json::object changed = header();
    changed[name] = std::move(value);
    return outcome(token(changed, claims()));
  }
  std::string with_claim(std::string_view name, json::value value) const {
    json::object changed = claims();
    changed[name] = std::move(value);
    return outcome(token(header(), changed));
  }
  std::string without_claim(std::string_view name) const {
    json::object changed = claims();
    changed.erase(name);
    return outcome(token(header(), changed));
  }
};

std::int64_t in(std::int64_t seconds) {
  return to_unix_seconds(now) + seconds;
}

}  // namespace

TEST_CASE("a signed token holds, and its claims come back") {
  const World world;
  const std::string token = sign(world.key, "at+jwt", world.claims());
  const auto result = verify(token, world.keys, world.expected);
  REQUIRE(std::holds_alternative<json::object>(result));
  CHECK(std::get<json::object>(result) == world.claims());
}

TEST_CASE("the signature of RFC 7515, A.3 holds, and no other over the same text") {
  const auto key =
      PublicKey::from_point(*from_base64url("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"),
                            *from_base64url("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"));
  REQUIRE(key);
  constexpr std::string_view signed_text =
      "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLm"
      "NvbS9pc19yb290Ijp0cnVlfQ";
  Bytes signature = *from_base64url(
      "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q");
  CHECK(key->verify(signed_text, signature));
  CHECK_FALSE(key->verify(signed_text.substr(1), signature));
  for (std::size_t byte = 0; byte < signature.size(); ++byte) {
    Bytes bent = signature;
    bent[byte] ^= 1;
    CHECK_FALSE(key->verify(signed_text, bent));
  }
}

TEST_CASE("signatures that prove nothing are refused: zeros, the order, too short, too long, DER") {
  const World world;
  const std::string text = "text";
  const PublicKey key = world.key.public_key();
  const Bytes order = *from_hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
  const Bytes zero(32, '\0');
  const Bytes good = world.key.sign(text);
  const Bytes r = good.substr(0, 32), s = good.substr(32);
  for (const Bytes& bad :
       {zero + zero, r + zero, zero + s, order + s, r + order, Bytes(), r, good + Bytes(1, '\0'),
        Bytes(1, '\0') + good, Bytes("\x30\x44\x02\x20", 4) + r + Bytes("\x02\x20", 2) + s})
    CHECK_FALSE(key.verify(text, bad));
  CHECK(key.verify(text, good));
}

TEST_CASE("a point that is not on the curve is no key") {
  const PublicKey key = PrivateKey::generate().public_key();
  Bytes bent = key.y();
  bent[31] ^= 1;
  CHECK_FALSE(PublicKey::from_point(key.x(), bent));
  CHECK_FALSE(PublicKey::from_point(Bytes(32, '\0'), Bytes(32, '\0')));
  CHECK_FALSE(PublicKey::from_point(key.x().substr(1), key.y()));
  CHECK(PublicKey::from_point(key.x(), key.y()));
}

TEST_CASE("a private key survives being stored; what is no P-256 key is refused") {
  const PrivateKey key = PrivateKey::generate();
  const Bytes der = key.to_der().reveal();
  const auto read = PrivateKey::from_der(der);
  REQUIRE(read);
  CHECK(key.public_key().verify("text", read->sign("text")));
  CHECK_FALSE(PrivateKey::from_der(der + "x"));
  CHECK_FALSE(PrivateKey::from_der(der.substr(1)));
  CHECK_FALSE(PrivateKey::from_der(""));
}

TEST_CASE("forged headers are refused") {
  const World world;
  const std::string good = sign(world.key, "at+jwt", world.claims());
  CHECK(world.with_header("alg", "none") == "alg is not ES256");
  CHECK(world.with_header("alg", "HS256") == "alg is not ES256");
  CHECK(world.with_header("alg", "es256") == "alg is not ES256");
  CHECK(world.with_header("alg", nullptr) == "alg is not ES256");
  CHECK(world.with_header("typ", "JWT") == "typ is not at+jwt");
  CHECK(world.with_header("typ", "logout+jwt") == "typ is not at+jwt");
  CHECK(world.with_header("crit", json::array{"exp"}) == "header has crit");
  CHECK(world.with_header("jku", "https://evil.example/keys") == "header has jku");
  CHECK(world.with_header("x5u", "https://evil.example/cert") == "header has x5u");
  CHECK(world.with_header("x5c", json::array{"MIIB"}) == "header has x5c");
  CHECK(world.with_header("b64", false) == "header has b64");
  CHECK(world.with_header("jwk", to_json(to_jwk(world.other.public_key()))) == "header has jwk");
  CHECK(world.with_header("kid", "another") == "unknown key");
  CHECK(world.with_header("kid", 1) == "unknown key");
  CHECK(world.outcome(good) == "holds");
}

TEST_CASE("a token that somebody else signed, or that was changed after signing, is refused") {
  const World world;
  const std::string header = json::serialize(world.header());
  const std::string claims = json::serialize(world.claims());
  CHECK(world.outcome(world.signed_by(world.other, header, claims)) == "signature does not hold");

  const std::string good = world.signed_by(world.key, header, claims);
  json::object raised = world.claims();
  raised["sub"] = "user_2";
  const auto first = good.find('.'), last = good.rfind('.');
  const std::string swapped =
      good.substr(0, first + 1) + to_base64url(json::serialize(raised)) + good.substr(last);
  CHECK(world.outcome(swapped) == "signature does not hold");
  // HMAC with the public key, for verifiers that let the token choose the algorithm.
  json::object symmetric = world.header();
  symmetric["alg"] = "HS256";
  const std::string input = to_base64url(json::serialize(symmetric)) + "." + to_base64url(claims);
  const Digest mac = hmac_sha256(json::serialize(to_json(to_jwk(world.key.public_key()))), input);
  CHECK(world.outcome(input + "." + to_base64url(view(mac))) == "alg is not ES256");
  CHECK(world.outcome(good.substr(0, last + 1)) == "signature does not hold");
  CHECK(world.outcome(good + "A") == "signature does not hold");
  CHECK(world.outcome(good + "=") == "signature does not hold");
}

TEST_CASE("a token in another form is refused") {
  const World world;
  const std::string header = json::serialize(world.header());
  const std::string claims = json::serialize(world.claims());
  const std::string good = world.signed_by(world.key, header, claims);
  CHECK(world.outcome("") == "not three parts");
  CHECK(world.outcome(good.substr(0, good.rfind('.'))) == "not three parts");
  CHECK(world.outcome(good + ".") == "not three parts");
  CHECK(world.outcome(std::string(9'000, 'a')) == "too long");
  const std::string no_object = "header is not a JSON object with each member once";
  CHECK(world.outcome(world.signed_by(world.key, "[]", claims)) == no_object);
  CHECK(world.outcome(world.signed_by(world.key, "{", claims)) == no_object);
  const std::string twice = R"({"alg":"none",)" + header.substr(1);
  CHECK(world.outcome(world.signed_by(world.key, twice, claims)) == no_object);
  const std::string two_subjects = R"({"sub":"user_2",)" + claims.substr(1);
  CHECK(world.outcome(world.signed_by(world.key, header, two_subjects)) ==
        "claims are not a JSON object with each member once");
  const std::string escaped = R"({"s\u0075b":"user_2",)" + claims.substr(1);
  CHECK(world.outcome(world.signed_by(world.key, header, escaped)) ==
        "claims are not a JSON object with each member once");
  CHECK(world.outcome(world.signed_by(world.key, header, std::string(20, '[') + "1")) ==
        "claims are not a JSON object with each member once");
}

TEST_CASE("a token for another place or time is refused") {
  const World world;
  CHECK(world.with_claim("iss", "https://app.example.com/") == "iss is another");
  CHECK(world.with_claim("aud", "https://other.example.com") == "aud is another");
  CHECK(world.with_claim("aud", json::array{"https://other.example.com"}) == "aud is another");
  CHECK(world.with_claim("aud", json::array{"x", world.expected.audience}) == "holds");
  CHECK(world.without_claim("exp") == "exp is missing");
  CHECK(world.without_claim("iat") == "iat is missing");
  CHECK(world.with_claim("exp", "1800000060") == "exp is missing");
  CHECK(world.with_claim("exp", 1e12) == "exp is missing");
  CHECK(world.with_claim("exp", in(0)) == "expired");
  CHECK(world.with_claim("exp", in(1)) == "holds");
  CHECK(world.with_claim("iat", in(60)) == "holds");
  CHECK(world.with_claim("iat", in(61)) == "iat lies in the future");
  CHECK(world.with_claim("nbf", in(60)) == "holds");
  CHECK(world.with_claim("nbf", in(61)) == "nbf lies in the future");
  CHECK(world.with_claim("nbf", "soon") == "nbf lies in the future");
}

TEST_CASE("a key's name is the thumbprint of RFC 7638") {
  const auto key =
      PublicKey::from_point(*from_base64url("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"),
                            *from_base64url("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"));
  REQUIRE(key);
  const std::string members =
      R"({"crv":"P-256","kty":"EC","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",)"
      R"("y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"})";
  CHECK(key_id(*key) == to_base64url(view(sha256(members))));
}
