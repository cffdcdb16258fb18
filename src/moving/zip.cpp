#include "moving/zip.hpp"

#include <zlib.h>

#include <limits>
#include <stdexcept>

namespace freehold::moving {
namespace {

constexpr std::uint16_t needs_zip64 = 45;
constexpr std::uint16_t needs_deflate = 20;
// Sizes follow behind the content; names are UTF-8.
constexpr std::uint16_t flags = 0x0808;
constexpr std::uint16_t deflate_method = 8;
constexpr std::uint64_t in_zip64 = 0xffffffff;

template <class Number>
void put(std::string& bytes, Number number) {
  for (std::size_t i = 0; i < sizeof(Number); ++i)
    bytes += static_cast<char>((number >> (8 * i)) & 0xff);
}

std::uint32_t dos_stamp(Instant at) {
  const Date day = date_of(at);
  const std::int64_t second = to_unix_seconds(at) % 86'400;
  const auto date = std::uint32_t((day.year - 1980) << 9 | int(day.month) << 5 | int(day.day));
  const auto time = std::uint32_t(second / 3600 << 11 | second / 60 % 60 << 5 | second % 60 / 2);
  return date << 16 | time;
}

std::uint32_t small(std::uint64_t size) {
  if (size > std::numeric_limits<std::uint32_t>::max())
    throw std::length_error("a file of an export is beyond 4 GiB");
  return std::uint32_t(size);
}

}  // namespace

Zip::Zip(Instant at) : stream_(std::make_unique<z_stream_s>()), stamp_(dos_stamp(at)) {
  // -15: without a head of its own.
  if (deflateInit2(stream_.get(), 6, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY) != Z_OK)
    throw std::bad_alloc();
}

Zip::~Zip() {
  deflateEnd(stream_.get());
}

std::string Zip::sent(std::string bytes) {
  written_ += bytes.size();
  return bytes;
}

std::string Zip::begin(std::string name) {
  deflateReset(stream_.get());
  entries_.push_back({.name = std::move(name), .offset = written_});
  const std::string& called = entries_.back().name;
  std::string head;
  put<std::uint32_t>(head, 0x04034b50);
  put<std::uint16_t>(head, needs_deflate);
  put<std::uint16_t>(head, flags);
  put<std::uint16_t>(head, deflate_method);
  put<std::uint32_t>(head, stamp_);
  for (int i = 0; i < 3; ++i) put<std::uint32_t>(head, 0);  // checksum and sizes: behind
  put<std::uint16_t>(head, std::uint16_t(called.size()));
  put<std::uint16_t>(head, 0);
  return sent(head + called);
}

std::string Zip::deflated(std::string_view bytes, bool last) {
  std::string out;
  stream_->next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream_->avail_in = uInt(bytes.size());
  do {
    char room[16'384];
    stream_->next_out = reinterpret_cast<Bytef*>(room);
    stream_->avail_out = sizeof room;
    deflate(stream_.get(), last ? Z_FINISH : Z_NO_FLUSH);
    out.append(room, sizeof room - stream_->avail_out);
  } while (stream_->avail_out == 0);
  return out;
}

std::string Zip::add(std::string_view bytes) {
  Entry& entry = entries_.back();
  entry.crc = std::uint32_t(
      crc32(entry.crc, reinterpret_cast<const Bytef*>(bytes.data()), uInt(bytes.size())));
  entry.size = small(std::uint64_t(entry.size) + bytes.size());
  std::string out = deflated(bytes, false);
  entry.compressed = small(std::uint64_t(entry.compressed) + out.size());
  return sent(std::move(out));
}

std::string Zip::end() {
  Entry& entry = entries_.back();
  std::string out = deflated({}, true);
  entry.compressed = small(std::uint64_t(entry.compressed) + out.size());
  put<std::uint32_t>(out, 0x08074b50);
  put<std::uint32_t>(out, entry.crc);
  put<std::uint32_t>(out, entry.compressed);
  put<std::uint32_t>(out, entry.size);
  return sent(std::move(out));
}

std::string Zip::directory_of(const Entry& entry) const {
  const bool far = entry.offset >= in_zip64;
  std::string line;
  put<std::uint32_t>(line, 0x02014b50);
  put<std::uint16_t>(line, 3 << 8 | needs_zip64);  // made on Unix
  put<std::uint16_t>(line, far ? needs_zip64 : needs_deflate);
  put<std::uint16_t>(line, flags);
  put<std::uint16_t>(line, deflate_method);
  put<std::uint32_t>(line, stamp_);
  put<std::uint32_t>(line, entry.crc);
  put<std::uint32_t>(line, entry.compressed);
  put<std::uint32_t>(line, entry.size);
  put<std::uint16_t>(line, std::uint16_t(entry.name.size()));
  put<std::uint16_t>(line, far ? 12 : 0);
  put<std::uint16_t>(line, 0);               // no comment
  put<std::uint16_t>(line, 0);               // on this disk
  put<std::uint16_t>(line, 1);               // text
  put<std::uint32_t>(line, 0100644U << 16);  // rw-r--r--
  put<std::uint32_t>(line, std::uint32_t(far ? in_zip64 : entry.offset));
  line += entry.name;
  if (!far) return line;
  put<std::uint16_t>(line, 1);
  put<std::uint16_t>(line, 8);
  put<std::uint64_t>(line, entry.offset);
  return line;
}

std::string Zip::finish() {
  const std::uint64_t start = written_;
  std::string out;
  for (const Entry& entry : entries_) out += directory_of(entry);
  const std::uint64_t size = out.size();
  const std::uint64_t end = start + size;
  put<std::uint32_t>(out, 0x06064b50);  // the ZIP64 end, and where it is
  put<std::uint64_t>(out, 44);
  put<std::uint16_t>(out, 3 << 8 | needs_zip64);
  put<std::uint16_t>(out, needs_zip64);
  put<std::uint64_t>(out, 0);
  put<std::uint64_t>(out, entries_.size());
  put<std::uint64_t>(out, entries_.size());
  put<std::uint64_t>(out, size);
  put<std::uint64_t>(out, start);
  put<std::uint32_t>(out, 0x07064b50);
  put<std::uint32_t>(out, 0);
  put<std::uint64_t>(out, end);
  put<std::uint32_t>(out, 1);
  put<std::uint32_t>(out, 0x06054b50);
  put<std::uint32_t>(out, 0);
  put<std::uint16_t>(out, std::uint16_t(entries_.size()));
  put<std::uint16_t>(out, std::uint16_t(entries_.size()));
  put<std::uint32_t>(out, std::uint32_t(std::min(size, in_zip64)));
  put<std::uint32_t>(out, std::uint32_t(std::min(start, in_zip64)));
  put<std::uint16_t>(out, 0);
  return sent(std::move(out));
}

}  // namespace freehold::moving
