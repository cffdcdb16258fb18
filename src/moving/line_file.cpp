#include "moving/line_file.hpp"

#include <fmt/core.h>
#include <openssl/evp.h>

#include <array>
#include <stdexcept>

#include "core/crypto.hpp"

namespace freehold::moving {

void Checksum::Free::operator()(evp_md_ctx_st* context) const {
  EVP_MD_CTX_free(context);
}

Checksum::Checksum() : context_(EVP_MD_CTX_new()) {
  if (!context_ || EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) != 1)
    throw std::bad_alloc();
}

void Checksum::add(std::string_view bytes) {
  if (EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) != 1) throw std::bad_alloc();
}

std::string Checksum::hex() {
  std::string digest(32, '\0');
  if (EVP_DigestFinal_ex(context_.get(), reinterpret_cast<unsigned char*>(digest.data()),
                         nullptr) != 1)
    throw std::bad_alloc();
  return to_hex(digest);
}

LineWriter::LineWriter(const std::filesystem::path& path) : path_(path) {
  if (std::filesystem::exists(path))
    throw std::runtime_error(path.string() + " is there already; export into an empty folder");
  file_.open(path, std::ios::binary);
  if (!file_) throw std::runtime_error(path.string() + " cannot be written");
  using std::filesystem::perms;
  std::filesystem::permissions(path, perms::owner_read | perms::owner_write);
}

void LineWriter::add(std::string_view line) {
  file_ << line << '\n';
  sum_.add(line);
  sum_.add("\n");
  ++rows_;
}

FileFacts LineWriter::finish() {
  file_.close();
  if (!file_) throw std::runtime_error(path_.string() + " could not be written to its end");
  return {rows_, sum_.hex()};
}

FileFacts read_lines(const std::filesystem::path& path,
                     const std::function<void(std::string_view)>& take) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error(path.string() + " cannot be read");
  Checksum sum;
  FileFacts facts;
  for (std::string line; std::getline(file, line);) {
    sum.add(line);
    // A last line that was cut off must not look whole.
    if (!file.eof()) sum.add("\n");
    ++facts.rows;
    if (take) take(line);
  }
  if (file.bad()) throw std::runtime_error(path.string() + " cannot be read to its end");
  facts.sha256 = sum.hex();
  return facts;
}

}  // namespace freehold::moving
