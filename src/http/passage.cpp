#include "http/passage.hpp"

#include <poll.h>

#include <boost/asio/buffer.hpp>
#include <stdexcept>

#include "http/connection.hpp"

namespace freehold::http {

Passage::Passage(Connection& connection) : connection_(connection) {}

Passage::~Passage() = default;

void Passage::limit_body(std::uint64_t most) {
  connection_.reader_.limit_body(most);
  const auto& refusal = connection_.reader_.refusal();
  if (refusal)
    throw Problem(refusal->status, std::string(refusal->code), std::string(refusal->detail));
}

bool Passage::has_body() const {
  return connection_.reader_.is_chunked() || connection_.reader_.content_length() > 0;
}

std::optional<std::uint64_t> Passage::length() const {
  if (connection_.reader_.is_chunked()) return {};
  return connection_.reader_.content_length();
}

bool Passage::body_done() const {
  return connection_.reader_.done();
}

Task<std::string_view> Passage::read() {
  Connection& at = connection_;
  std::string& piece = at.request_.body;
  for (;;) {
    piece.clear();
    if (ended_ == Ended::client_gone) throw HangUp();
    if (stopped_ || ended_ != Ended::no) co_return piece;
    const std::string_view bytes(at.in_.data() + at.in_begin_, at.in_end_ - at.in_begin_);
    if (tunnel_) {
      piece = bytes;
      at.in_begin_ = at.in_end_;
    } else if (!at.reader_.done()) {
      at.in_begin_ += at.reader_.feed(bytes);
      const auto& refusal = at.reader_.refusal();
      if (refusal)
        throw Problem(refusal->status, std::string(refusal->code), std::string(refusal->detail));
    }
    if (!piece.empty()) co_return piece;
    if (!tunnel_ && at.reader_.done()) co_return std::string_view();
    if (at.reader_.expects_continue() && !told_to_continue_ && !begun()) {
      at.out_ += "HTTP/1.1 100 Continue\r\n\r\n";
      co_await flush();
    }
    told_to_continue_ = true;
    co_await receive();
  }
}

Task<> Passage::receive() {
  Connection& at = connection_;
  at.make_room();
  if (!tunnel_) read_by_ = at.lane_.now + at.lane_.config.body_timeout;
  const auto space = asio::buffer(at.in_.data() + at.in_end_, at.in_.size() - at.in_end_);
  const auto [error, size] = co_await at.socket_.async_read_some(space, use_tuple);
  read_by_ = Time::max();
  at.in_end_ += size;
  if (error && !stopped_ && ended_ == Ended::no) give_up(Ended::client_gone);
}

void Passage::stop_reading() {
  if (stopped_) return;
  stopped_ = true;
  boost::system::error_code ignored;
  connection_.socket_.cancel(ignored);
}

void Passage::begin(const Head& head) {
  Connection& at = connection_;
  const bool knows_chunks = !at.reader_.is_http_1_0();
  const bool measured = !head.has_body || head.length.has_value();
  keep_alive_ = at.reader_.keep_alive() && at.reader_.done() && !at.lane_.draining &&
                (measured || knows_chunks);
  in_chunks_ = !measured && knows_chunks;
  left_ = head.has_body ? head.length : std::optional<std::uint64_t>(0);
  status_ = head.status;
  append_passed_head(at.out_, head.status, head.fields,
                     {.length = head.length,
                      .in_chunks = in_chunks_,
                      .keep_alive = keep_alive_,
                      .is_http_1_0 = at.reader_.is_http_1_0(),
                      .request_id = at.request_.id});
}

void Passage::put(std::string_view piece) {
  if (piece.empty()) return;
  if (left_ && *left_ < piece.size()) throw std::logic_error("more of an answer than was said");
  if (left_) *left_ -= piece.size();
  if (in_chunks_) {
    append_chunk(connection_.out_, piece);
  } else {
    connection_.out_ += piece;
  }
}

Task<> Passage::flush() {
  Connection& at = connection_;
  while (ended_ != Ended::client_gone && !at.send_now()) {
    write_by_ = at.lane_.now + at.lane_.config.write_timeout;
    const auto rest = at.unsent();
    const auto [error, size] = co_await at.socket_.async_write_some(rest, use_tuple);
    write_by_ = Time::max();
    if (error) give_up(Ended::client_gone);
    if (!error && at.sent(size)) break;
  }
  if (ended_ == Ended::client_gone) throw HangUp();
}

void Passage::end() {
  if (left_ && *left_ > 0) throw std::logic_error("less of an answer than was said");
  if (in_chunks_) append_chunk(connection_.out_, "");
  complete_ = true;
}

void Passage::become_tunnel(int status, std::string_view fields) {
  status_ = status;
  tunnel_ = true;
  endless_ = true;
  append_passed_head(connection_.out_, status, fields,
                     {.upgrade = true, .request_id = connection_.request_.id});
}

void Passage::end_when_drained() {
  endless_ = true;
}

void Passage::watch(std::function<void()> let_go) {
  let_go_ = std::move(let_go);
  if (let_go_ && ended_ != Ended::no) std::exchange(let_go_, nullptr)();
}

void Passage::expect_within(std::chrono::milliseconds patience) {
  other_by_ = connection_.lane_.now + patience;
}

void Passage::waited() {
  other_by_ = Time::max();
}

void Passage::look() {
  const Time now = connection_.lane_.now;
  if (now >= read_by_ || now >= write_by_ || is_client_gone()) return give_up(Ended::client_gone);
  if (endless_ && connection_.lane_.draining) return give_up(Ended::draining);
  if (now >= other_by_) give_up(Ended::too_late);
}

bool Passage::is_client_gone() const {
  pollfd waiting{connection_.socket_.native_handle(), POLLRDHUP, 0};
  return ::poll(&waiting, 1, 0) > 0;
}

void Passage::give_up(Ended why) {
  if (ended_ != Ended::no) return;
  ended_ = why;
  boost::system::error_code ignored;
  if (why == Ended::client_gone || tunnel_) connection_.socket_.cancel(ignored);
  if (let_go_) std::exchange(let_go_, nullptr)();
}

bool Passage::conclude() {
  if (!complete_) return false;
  connection_.lane_.requests.fetch_add(1, std::memory_order_relaxed);
  connection_.closing_ = !keep_alive_ || connection_.lane_.draining;
  connection_.lingers_ = connection_.closing_ && !connection_.reader_.done();
  return true;
}

}  // namespace freehold::http
