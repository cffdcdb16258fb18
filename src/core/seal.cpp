#include "core/seal.hpp"

#include <openssl/evp.h>

#include <memory>
#include <stdexcept>

namespace freehold {
namespace {

// A sealed value is version, nonce, cipher text, tag.
constexpr char version = 1;
constexpr std::size_t nonce_size = 12;
constexpr std::size_t tag_size = 16;

using Context = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

Context new_context() {
  return {EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free};
}

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

unsigned char* bytes_of(Bytes& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

void require(bool ok) {
  if (!ok) throw std::runtime_error("a secret could not be sealed");
}

}  // namespace

Bytes seal(const Secret& key, std::string_view context, const Secret& plain) {
  require(key.reveal().size() == 32);
  const Bytes nonce = random_bytes(nonce_size);
  const std::string& text = plain.reveal();
  Bytes cipher(text.size(), '\0');
  Bytes tag(tag_size, '\0');
  int size = 0;
  const Context ctx = new_context();
  require(EVP_EncryptInit_ex2(ctx.get(), EVP_aes_256_gcm(), bytes_of(key.reveal()), bytes_of(nonce),
                              nullptr) == 1);
  require(EVP_EncryptUpdate(ctx.get(), nullptr, &size, bytes_of(context), int(context.size())) ==
          1);
  require(EVP_EncryptUpdate(ctx.get(), bytes_of(cipher), &size, bytes_of(text), int(text.size())) ==
          1);
  require(EVP_EncryptFinal_ex(ctx.get(), bytes_of(cipher) + size, &size) == 1);
  require(EVP_CIPHER_CTX_ctrl(ctx.get(), EVP_CTRL_GCM_GET_TAG, tag_size, bytes_of(tag)) == 1);
  return Bytes(1, version) + nonce + cipher + tag;
}

std::optional<Secret> open_sealed(const Secret& key, std::string_view context,
                                  std::string_view sealed) {
  if (key.reveal().size() != 32 || sealed.size() < 1 + nonce_size + tag_size ||
      sealed.front() != version)
    return {};
  const std::string_view nonce = sealed.substr(1, nonce_size);
  const std::string_view cipher =
      sealed.substr(1 + nonce_size, sealed.size() - 1 - nonce_size - tag_size);
  Bytes tag{sealed.substr(sealed.size() - tag_size)};
  Bytes plain(cipher.size(), '\0');
  int size = 0;
  const Context ctx = new_context();
  const bool opened =
      EVP_DecryptInit_ex2(ctx.get(), EVP_aes_256_gcm(), bytes_of(key.reveal()), bytes_of(nonce),
                          nullptr) == 1 &&
      EVP_DecryptUpdate(ctx.get(), nullptr, &size, bytes_of(context), int(context.size())) == 1 &&
      EVP_DecryptUpdate(ctx.get(), bytes_of(plain), &size, bytes_of(cipher), int(cipher.size())) ==
          1 &&
      EVP_CIPHER_CTX_ctrl(ctx.get(), EVP_CTRL_GCM_SET_TAG, tag_size, bytes_of(tag)) == 1 &&
      EVP_DecryptFinal_ex(ctx.get(), bytes_of(plain) + size, &size) == 1;
  if (!opened) return {};
  return Secret(std::move(plain));
}

}  // namespace freehold
