#include "http/compression.hpp"

#include <brotli/encode.h>
#include <zlib.h>

#include <algorithm>

namespace freehold::http {
namespace {

constexpr std::size_t least_size = 1024;
constexpr int gzip_level = 4;
constexpr int brotli_quality = 4;

std::optional<std::string> gzip(std::string_view text) {
  constexpr int gzip_window = 15 + 16;  // 16: with a gzip header instead of zlib's
  z_stream stream{};
  if (deflateInit2(&stream, gzip_level, Z_DEFLATED, gzip_window, 8, Z_DEFAULT_STRATEGY) != Z_OK)
    return {};
  std::string out(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = uInt(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = uInt(out.size());
  const int result = deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  if (result != Z_STREAM_END) return {};
  return out;
}

std::optional<std::string> brotli(std::string_view text) {
  std::size_t size = BrotliEncoderMaxCompressedSize(text.size());
  std::string out(size, '\0');
  const bool done =
      BrotliEncoderCompress(brotli_quality, BROTLI_DEFAULT_WINDOW, BROTLI_MODE_TEXT, text.size(),
                            reinterpret_cast<const std::uint8_t*>(text.data()), &size,
                            reinterpret_cast<std::uint8_t*>(out.data()));
  if (!done) return {};
  out.resize(size);
  return out;
}

}  // namespace

bool is_compressible(std::string_view content_type, std::size_t size) {
  constexpr std::string_view types[] = {"application/json", "application/problem+json",
                                        "application/javascript", "application/xml",
                                        "image/svg+xml"};
  if (size < least_size) return false;
  return content_type.starts_with("text/") || std::ranges::any_of(types, [&](std::string_view t) {
           return is_media_type(content_type, t);
         });
}

std::optional<std::string> compress(std::string_view text, Coding coding) {
  if (coding == Coding::identity) return {};
  auto compressed = coding == Coding::br ? brotli(text) : gzip(text);
  if (!compressed || compressed->size() >= text.size()) return {};
  return compressed;
}

}  // namespace freehold::http
