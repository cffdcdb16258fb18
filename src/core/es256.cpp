#include "core/es256.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/x509.h>

#include <stdexcept>

namespace freehold {
namespace {

constexpr std::size_t half = 32;  // bytes of a coordinate, and of r and s

template <auto Free>
struct Deleter {
  void operator()(auto* pointer) const { Free(pointer); }
};
template <class T, auto Free>
using Owned = std::unique_ptr<T, Deleter<Free>>;

using Number = Owned<BIGNUM, BN_free>;
using Signature = Owned<ECDSA_SIG, ECDSA_SIG_free>;
using HashContext = Owned<EVP_MD_CTX, EVP_MD_CTX_free>;
using KeyContext = Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;

std::shared_ptr<void> own(EVP_PKEY* key) {
  return {key, [](void* held) { EVP_PKEY_free(static_cast<EVP_PKEY*>(held)); }};
}

EVP_PKEY* raw(const std::shared_ptr<void>& key) {
  return static_cast<EVP_PKEY*>(key.get());
}

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

unsigned char* bytes_of(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

Bytes coordinate(EVP_PKEY* key, const char* name) {
  BIGNUM* number = nullptr;
  if (EVP_PKEY_get_bn_param(key, name, &number) != 1)
    throw std::runtime_error("a key without a point");
  const Number owned(number);
  Bytes bytes(half, '\0');
  if (BN_bn2binpad(number, bytes_of(bytes), int(half)) != int(half))
    throw std::runtime_error("a coordinate that is too long");
  return bytes;
}

bool is_p256(EVP_PKEY* key) {
  char group[32] = {};
  std::size_t size = 0;
  return EVP_PKEY_is_a(key, "EC") == 1 &&
         EVP_PKEY_get_group_name(key, group, sizeof group, &size) == 1 &&
         std::string_view(group, size) == SN_X9_62_prime256v1;
}

}  // namespace

std::optional<PublicKey> PublicKey::from_point(std::string_view x, std::string_view y) {
  if (x.size() != half || y.size() != half) return {};
  std::string point = "\x04";  // uncompressed (SEC 1, 2.3.3)
  point.append(x).append(y);
  std::string group = SN_X9_62_prime256v1;
  OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group.data(), 0),
      OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()),
      OSSL_PARAM_construct_end()};
  const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
  EVP_PKEY* made = nullptr;
  if (EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &made, EVP_PKEY_PUBLIC_KEY, parameters) != 1)
    return {};
  PublicKey key;
  key.key_ = own(made);
  const KeyContext check(EVP_PKEY_CTX_new_from_pkey(nullptr, made, nullptr));
  if (EVP_PKEY_public_check(check.get()) != 1) return {};
  key.x_ = x;
  key.y_ = y;
  return key;
}

bool PublicKey::verify(std::string_view data, std::string_view signature) const {
  if (signature.size() != 2 * half) return false;
  const Signature pair(ECDSA_SIG_new());
  BIGNUM* r = BN_bin2bn(bytes_of(signature), int(half), nullptr);
  BIGNUM* s = BN_bin2bn(bytes_of(signature) + half, int(half), nullptr);
  // From here on the pair owns them; it refuses only what could not be made.
  if (ECDSA_SIG_set0(pair.get(), r, s) != 1) return false;
  unsigned char* der = nullptr;
  const int size = i2d_ECDSA_SIG(pair.get(), &der);
  if (size <= 0) return false;
  const std::unique_ptr<unsigned char, void (*)(unsigned char*)> owned(
      der, [](unsigned char* bytes) { OPENSSL_free(bytes); });
  const HashContext context(EVP_MD_CTX_new());
  return EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, raw(key_)) == 1 &&
         EVP_DigestVerify(context.get(), der, std::size_t(size), bytes_of(data), data.size()) == 1;
}

PrivateKey PrivateKey::generate() {
  EVP_PKEY* made = EVP_EC_gen(SN_X9_62_prime256v1);
  if (made == nullptr) throw std::runtime_error("no key could be made");
  PrivateKey key;
  key.key_ = own(made);
  return key;
}

std::optional<PrivateKey> PrivateKey::from_der(std::string_view der) {
  const unsigned char* at = bytes_of(der);
  const Owned<PKCS8_PRIV_KEY_INFO, PKCS8_PRIV_KEY_INFO_free> info(
      d2i_PKCS8_PRIV_KEY_INFO(nullptr, &at, long(der.size())));
  if (!info || at != bytes_of(der) + der.size()) return {};
  PrivateKey key;
  key.key_ = own(EVP_PKCS82PKEY(info.get()));
  if (!key.key_ || !is_p256(raw(key.key_))) return {};
  return key;
}

Secret PrivateKey::to_der() const {
  const Owned<PKCS8_PRIV_KEY_INFO, PKCS8_PRIV_KEY_INFO_free> info(EVP_PKEY2PKCS8(raw(key_)));
  const int size = i2d_PKCS8_PRIV_KEY_INFO(info.get(), nullptr);
  if (size <= 0) throw std::runtime_error("a key that cannot be written");
  Bytes der(std::size_t(size), '\0');
  unsigned char* at = bytes_of(der);
  i2d_PKCS8_PRIV_KEY_INFO(info.get(), &at);
  return Secret(std::move(der));
}

Bytes PrivateKey::sign(std::string_view data) const {
  const HashContext context(EVP_MD_CTX_new());
  Bytes der(80, '\0');
  std::size_t size = der.size();
  if (EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, raw(key_)) != 1 ||
      EVP_DigestSign(context.get(), bytes_of(der), &size, bytes_of(data), data.size()) != 1)
    throw std::runtime_error("a signature could not be made");
  const unsigned char* at = bytes_of(std::string_view(der));
  const Signature pair(d2i_ECDSA_SIG(nullptr, &at, long(size)));
  Bytes signature(2 * half, '\0');
  BN_bn2binpad(ECDSA_SIG_get0_r(pair.get()), bytes_of(signature), int(half));
  BN_bn2binpad(ECDSA_SIG_get0_s(pair.get()), bytes_of(signature) + half, int(half));
  return signature;
}

PublicKey PrivateKey::public_key() const {
  PublicKey key;
  key.key_ = key_;
  key.x_ = coordinate(raw(key_), OSSL_PKEY_PARAM_EC_PUB_X);
  key.y_ = coordinate(raw(key_), OSSL_PKEY_PARAM_EC_PUB_Y);
  return key;
}

}  // namespace freehold
