#include "identity/brought_hash.hpp"

#include <doctest/doctest.h>
#include <fmt/core.h>

#include <array>
#include <utility>

using namespace freehold;
using namespace freehold::identity;

namespace {

// Made by other programs: libxcrypt, hashlib of Python, and libargon2.
const std::string password = "tractor-violet-42-lamp";
constexpr std::array hashes{
    "$2a$04$abcdefghijklmnopqrstuu2RLwJYmqf4gRLPQWHqXO0DyEXNJPJdq",
    "$2b$04$abcdefghijklmnopqrstuu2RLwJYmqf4gRLPQWHqXO0DyEXNJPJdq",
    "$2y$04$abcdefghijklmnopqrstuu2RLwJYmqf4gRLPQWHqXO0DyEXNJPJdq",
    "bcrypt$$2b$04$abcdefghijklmnopqrstuu2RLwJYmqf4gRLPQWHqXO0DyEXNJPJdq",
    "bcrypt_sha256$$2b$04$abcdefghijklmnopqrstuuK36W1tu.9vGgVSYD8DiKYp2pG8kDuau",
    "$scrypt$ln=10,r=8,p=1$MDEyMzQ1Njc4OWFiY2RlZg$"
    "l/vTbEnhdjySCeZJf+mRsybNDElSpf3GdycTMPis3GPAgJBrJTMxYV9S2WdmDhdcohJnQe2VQ6YMvjtXVXmyIQ",
    "scrypt$1024$8$1$MDEyMzQ1Njc4OWFiY2RlZg==$"
    "l/vTbEnhdjySCeZJf+mRsybNDElSpf3GdycTMPis3GPAgJBrJTMxYV9S2WdmDhdcohJnQe2VQ6YMvjtXVXmyIQ==",
    "scrypt$1024$8$1$30313233343536373839616263646566$"
    "97fbd36c49e1763c9209e6497fe991b326cd0c4952a5fdc677271330f8acdc63"
    "c080906b253331615f52d967660e175ca2126741ed9543a60cbe3b575579b221",
    "scrypt$1024$0123456789abcdef$8$1$"
    "l/vTbEnhdjySCeZJf+mRsybNDElSpf3GdycTMPis3GPAgJBrJTMxYV9S2WdmDhdcohJnQe2VQ6YMvjtXVXmyIQ==",
    "scrypt:1024:8:1$0123456789abcdef$"
    "97fbd36c49e1763c9209e6497fe991b326cd0c4952a5fdc677271330f8acdc63"
    "c080906b253331615f52d967660e175ca2126741ed9543a60cbe3b575579b221",
    "pbkdf2_sha256$1000$0123456789abcdef$Y7KcSHYIMZW3GyFteW3+nVBG5DWLVQtBxdu2meFlQB4=",
    "$pbkdf2-sha256$1000$MDEyMzQ1Njc4OWFiY2RlZg$Y7KcSHYIMZW3GyFteW3.nVBG5DWLVQtBxdu2meFlQB4",
    "$pbkdf2-sha256$i=1000,l=32$MDEyMzQ1Njc4OWFiY2RlZg$"
    "Y7KcSHYIMZW3GyFteW3+nVBG5DWLVQtBxdu2meFlQB4",
    "pbkdf2:sha256:1000$0123456789abcdef$"
    "63b29c4876083195b71b216d796dfe9d5046e4358b550b41c5dbb699e165401e",
    "pbkdf2_sha512$1000$0123456789abcdef$"
    "mmxV3nXxNT1Wb8DbVSTX1BoKCkmxmHeZYXBCsaGZT7yNWkr8KTKSdi1ByxBDRDokxggUwr6kKU9WT3Tleyg+uw==",
    "$pbkdf2-sha512$1000$MDEyMzQ1Njc4OWFiY2RlZg$"
    "mmxV3nXxNT1Wb8DbVSTX1BoKCkmxmHeZYXBCsaGZT7yNWkr8KTKSdi1ByxBDRDokxggUwr6kKU9WT3Tleyg.uw",
    "$argon2id$v=19$m=8192,t=3,p=4$c29tZXNhbHQxMjM0NTY3OA$"
    "BVTCH9uSf4jFGkzTDYubNImcT/Mi5LBtlnEyM+9+lGE",
    "$argon2i$v=19$m=4096,t=3,p=1$c29tZXNhbHQxMjM0NTY3OA$"
    "hxNgZZb2Q+847Q2VL4dh81GI+1UfJ1rqwt7TGMofpc0",
    "argon2$argon2id$v=19$m=8192,t=3,p=4$c29tZXNhbHQxMjM0NTY3OA$"
    "BVTCH9uSf4jFGkzTDYubNImcT/Mi5LBtlnEyM+9+lGE"};

std::string said(std::string_view hash) {
  const auto read = read_brought(hash);
  if (const auto* mistake = std::get_if<Unreadable>(&read)) return mistake->reason;
  return describe(std::get<BroughtHash>(read));
}

bool opens(std::string_view hash, const std::string& with) {
  const auto read = read_brought(hash);
  return std::holds_alternative<BroughtHash>(read) && matches(std::get<BroughtHash>(read), with);
}

std::string with_key(std::string_view recipe) {
  return fmt::format("{}$MDEyMzQ1Njc4OWFiY2RlZg$BVTCH9uSf4jFGkzTDYubNImcT/Mi5LBtlnEyM+9+lGE",
                     recipe);
}

}  // namespace

TEST_CASE("the password opens every form of hash that other systems write, and no other does") {
  for (const char* hash : hashes) {
    CAPTURE(hash);
    CHECK(opens(hash, password));
    CHECK_FALSE(opens(hash, password + "!"));
    CHECK_FALSE(opens(hash, ""));
  }
}

TEST_CASE("a password that goes on after a NUL is another password") {
  CHECK_FALSE(opens(hashes[1], password + std::string("\0more", 5)));
}

TEST_CASE("what a hash asks for is said in words") {
  CHECK(said(hashes[0]) == "bcrypt of cost 4");
  CHECK(said(hashes[5]) == "scrypt, N = 1024, r = 8, p = 1");
  CHECK(said(hashes[8]) == "scrypt, N = 1024, r = 8, p = 1");
  CHECK(said(hashes[14]) == "PBKDF2-sha512, 1000 iterations");
  CHECK(said(hashes[16]) == "Argon2id, m = 8192 KiB, t = 3, p = 4");
}

TEST_CASE("a hash that would cost a log-in too much is refused") {
  for (const std::string& hash :
       {std::string("$2b$16$abcdefghijklmnopqrstuu2RLwJYmqf4gRLPQWHqXO0DyEXNJPJdq"),
        with_key("$scrypt$ln=21,r=8,p=1"), with_key("$scrypt$ln=63,r=8,p=1"),
        with_key("$scrypt$ln=14,r=8,p=60"), with_key("scrypt$1048576$16$1"),
        with_key("$pbkdf2-sha256$2000001"), with_key("$argon2id$v=19$m=1048576,t=1,p=1"),
        with_key("$argon2id$v=19$m=131072,t=100,p=1"),
        with_key("$argon2id$v=19$m=65536,t=3,p=200")})
    CHECK_MESSAGE(said(hash).starts_with("the password hash asks for too much work"), hash);
}

TEST_CASE("the dearest recipes in common use are taken") {
  for (const std::string& hash :
       {std::string("$2b$14$abcdefghijklmnopqrstuu2RLwJYmqf4gRLPQWHqXO0DyEXNJPJdq"),
        with_key("$scrypt$ln=17,r=8,p=1"), with_key("pbkdf2_sha256$1200000"),
        with_key("$argon2id$v=19$m=102400,t=2,p=8"), with_key("$argon2id$v=19$m=65536,t=4,p=1")})
    CHECK_MESSAGE(!said(hash).contains("password hash"), hash);
}

TEST_CASE("what is no whole hash of a known form is refused") {
  for (const std::string& hash : {std::string(),
                                  std::string("$"),
                                  std::string("secret"),
                                  std::string("$1$salt$hash"),
                                  std::string("5f4dcc3b5aa765d61d8327deb882cf99"),
                                  std::string("$2x$04$") + std::string(53, 'a'),
                                  std::string("$2b$03$") + std::string(53, 'a'),
                                  std::string("$2b$04$") + std::string(52, 'a'),
                                  std::string("$2b$04$") + std::string(53, '!'),
                                  with_key("$scrypt$ln=10,r=8"),
                                  with_key("$scrypt$ln=0,r=8,p=1"),
                                  with_key("scrypt$1000$8$1"),
                                  with_key("$pbkdf2-sha1$1000"),
                                  with_key("$pbkdf2-sha256$-1"),
                                  with_key("$pbkdf2-sha256$0"),
                                  with_key("$argon2id$v=16$m=4096,t=3,p=1"),
                                  with_key("$argon2d$v=19$m=4096,t=3,p=1"),
                                  with_key("$argon2id$v=19$m=4,t=3,p=1"),
                                  std::string("$pbkdf2-sha256$1000$c2FsdA$c2hvcnQ"),
                                  std::string(600, '$'),
                                  std::string("pbkdf2_sha256$1000$a\0b$c", 24)})
    CHECK_MESSAGE(said(hash).starts_with("the password hash is no "), hash);
}
