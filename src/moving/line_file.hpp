// A file of lines that knows how many it has and what their SHA-256 is. Private to this module.
#pragma once

#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

struct evp_md_ctx_st;  // OpenSSL's EVP_MD_CTX

namespace freehold::moving {

class Checksum {
 public:
  Checksum();
  void add(std::string_view bytes);
  std::string hex();  // ends it

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const;
  };
  std::unique_ptr<evp_md_ctx_st, Free> context_;
};

struct FileFacts {
  std::int64_t rows = 0;
  std::string sha256;
};

class LineWriter {
 public:
  // Throws std::runtime_error when the file is there already or cannot be made.
  explicit LineWriter(const std::filesystem::path& path);
  void add(std::string_view line);
  FileFacts finish();  // on the disk afterwards; throws when it is not

 private:
  std::filesystem::path path_;
  std::ofstream file_;
  Checksum sum_;
  std::int64_t rows_ = 0;
};

// Hands over each line without its end. Throws when the file cannot be read.
FileFacts read_lines(const std::filesystem::path& path,
                     const std::function<void(std::string_view)>& take);

}  // namespace freehold::moving
