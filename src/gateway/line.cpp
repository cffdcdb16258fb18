#include "gateway/line.hpp"

#include <sys/socket.h>

#include <boost/asio/buffer.hpp>
#include <cerrno>

namespace freehold::gateway {
namespace {

constexpr std::size_t first_buffer = 16 * 1024;
constexpr std::size_t large_buffer = 64 * 1024;  // for bodies that fill the first

}  // namespace

Line::Line(Socket connected) : socket_(std::move(connected)), in_(first_buffer) {}

Task<bool> Line::send(std::string_view bytes) {
  boost::system::error_code now;
  bytes.remove_prefix(socket_.write_some(asio::buffer(bytes.data(), bytes.size()), now));
  while (!bytes.empty()) {
    const auto rest = asio::buffer(bytes.data(), bytes.size());
    const auto [error, size] = co_await socket_.async_write_some(rest, use_tuple);
    if (error) co_return false;
    bytes.remove_prefix(size);
  }
  co_return true;
}

Task<bool> Line::receive() {
  if (begin_ == end_) {
    if (end_ == in_.size() && in_.size() < large_buffer) in_.resize(large_buffer);
    begin_ = end_ = 0;
  }
  if (end_ == in_.size()) {
    if (begin_ == 0) in_.resize(in_.size() * 2);  // a head; the reader bounds it
    std::copy(in_.begin() + std::ptrdiff_t(begin_), in_.begin() + std::ptrdiff_t(end_),
              in_.begin());
    end_ -= begin_;
    begin_ = 0;
  }
  const auto space = asio::buffer(in_.data() + end_, in_.size() - end_);
  const auto [error, size] = co_await socket_.async_read_some(space, use_tuple);
  end_ += size;
  co_return !error;
}

bool Line::is_quiet() {
  char byte = 0;
  const auto size = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK) && begin_ == end_;
}

void Line::close() {
  boost::system::error_code ignored;
  socket_.close(ignored);
}

}  // namespace freehold::gateway
