#include "identity/passwords.hpp"

#include <sodium.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <stdexcept>

#include "core/async.hpp"
#include "core/log.hpp"
#include "identity/brought_hash.hpp"
#include "identity/common_passwords.hpp"

namespace freehold::identity {
namespace {

constexpr unsigned long long passes = 2;
constexpr std::size_t memory = 19456UL * 1024;

// NFC (RFC 8265 4.2.2): an accented letter is the same whether a keyboard sends it as one character
// or as two. Bytes that are not UTF-8 stay as they are.
std::string normalised(const std::string& password) {
  UErrorCode status = U_ZERO_ERROR;
  const UNormalizer2* nfc = unorm2_getNFCInstance(&status);
  std::vector<UChar> text(password.size() + 1);
  std::int32_t length = 0;
  u_strFromUTF8(text.data(), std::int32_t(text.size()), &length, password.data(),
                std::int32_t(password.size()), &status);
  std::vector<UChar> composed(4 * text.size());  // NFC at most triples UTF-16 (UAX 15)
  const std::int32_t count = unorm2_normalize(nfc, text.data(), length, composed.data(),
                                              std::int32_t(composed.size()), &status);
  std::string result(3 * composed.size(), '\0');
  std::int32_t size = 0;
  u_strToUTF8(result.data(), std::int32_t(result.size()), &size, composed.data(), count, &status);
  if (U_FAILURE(status)) return password;
  result.resize(std::size_t(size));
  return result;
}

std::string peppered(const std::string& password, const Secret& pepper) {
  const Digest digest = hmac_sha256(pepper.reveal(), normalised(password));
  return std::string(view(digest));
}

}  // namespace

namespace {

std::string pepper_id_of(const Secret& master_key) {
  return to_hex(derive_key(master_key.reveal(), "identity.password.pepper_id", 6));
}

}  // namespace

PasswordRecipe password_recipe(const Secret& master_key) {
  return {
      .words =
          "password: UTF-8 in Normalization Form C. "
          "pepper: HKDF-SHA-256 of the master key (the setting security.master_key, as the text "
          "that is configured), empty salt, info \"identity.password.pepper\", 32 bytes. "
          "input: HMAC-SHA-256 with the pepper as key and the password as message, 32 bytes. "
          "phc: Argon2id version 19 of the input, as a PHC string. "
          "A row whose pepper_id is empty has no pepper: its phc is a hash of another system, "
          "made of the password itself.",
      .passes = int(passes),
      .memory_kib = int(memory / 1024),
      .lanes = 1,
      .pepper_id = pepper_id_of(master_key)};
}

Passwords::Passwords(Runtime& runtime, const std::vector<Secret>& master_keys) : runtime_(runtime) {
  if (sodium_init() < 0) throw std::runtime_error("libsodium did not start");
  if (master_keys.empty()) throw std::invalid_argument("passwords need a master key");
  for (const Secret& master : master_keys) {
    if (master.empty()) throw std::invalid_argument("a master key is empty");
    const Bytes key = derive_key(master.reveal(), "identity.password.pepper");
    peppers_.push_back({pepper_id_of(master), Secret(key)});
  }
  chance_key_ = Secret(derive_key(master_keys.front().reveal(), "identity.password.chance"));
  common_password_count();  // makes the list now, on no request's time
  nobodys_ = compute(to_base64url(random_bytes(32)));
  computed_ = 0;
}

Task<PasswordHash> Passwords::hash(std::string password) {
  PasswordHash hashed;
  co_await runtime_.on_cpu([&] { hashed = compute(password); });
  co_return hashed;
}

Task<Passwords::Verdict> Passwords::check(std::string password, std::optional<PasswordHash> stored,
                                          const Origin& origin) {
  if (stored && stored->pepper_id.empty())
    co_return co_await check_brought(std::move(password), std::move(stored->phc));
  const Pepper* pepper = stored ? find_pepper(stored->pepper_id) : nullptr;
  if (stored && pepper == nullptr)
    log::error("password.pepper_unknown", log::cause_of(origin),
               {{"pepper_id", stored->pepper_id}});
  const bool real = pepper != nullptr;
  const std::string phc = real ? stored->phc : nobodys_.phc;
  const Pepper& used = real ? *pepper : peppers_.front();

  bool same = false;
  co_await runtime_.on_cpu([&] { same = matches(password, used, phc); });

  const bool old = pepper != &peppers_.front() ||
                   crypto_pwhash_str_needs_rehash(phc.c_str(), passes, memory) != 0;
  co_return Verdict{.right = real && same, .outdated = real && same && old};
}

// Right, it is to be hashed again in any case.
Task<Passwords::Verdict> Passwords::check_brought(std::string password, std::string hash) {
  const auto read = read_brought(hash);
  const BroughtHash* brought = std::get_if<BroughtHash>(&read);
  if (brought == nullptr) co_return Verdict{};
  bool same = false;
  co_await runtime_.on_cpu([&] { same = freehold::identity::matches(*brought, password); });
  ++computed_;
  co_return Verdict{.right = same, .outdated = same};
}

std::int64_t Passwords::chance_of(std::string_view email) const {
  const Digest digest = hmac_sha256(chance_key_.reveal(), email);
  std::int64_t chance = 0;
  std::memcpy(&chance, digest.data(), sizeof chance);
  return chance;
}

const Passwords::Pepper* Passwords::find_pepper(const std::string& id) const {
  const auto found = std::ranges::find(peppers_, id, &Pepper::id);
  return found == peppers_.end() ? nullptr : &*found;
}

PasswordHash Passwords::compute(const std::string& password) {
  const std::string input = peppered(password, peppers_.front().key);
  char phc[crypto_pwhash_STRBYTES];
  if (crypto_pwhash_str_alg(phc, input.data(), input.size(), passes, memory,
                            crypto_pwhash_ALG_ARGON2ID13) != 0)
    throw std::bad_alloc();
  ++computed_;
  return {phc, peppers_.front().id};
}

bool Passwords::matches(const std::string& password, const Pepper& pepper, const std::string& phc) {
  const std::string input = peppered(password, pepper.key);
  ++computed_;
  return crypto_pwhash_str_verify(phc.c_str(), input.data(), input.size()) == 0;
}

}  // namespace freehold::identity
