#include "http/connection.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <cstring>

#include "core/log.hpp"
#include "http/passage.hpp"
#include "http/request_id.hpp"

namespace freehold::http {
namespace {

constexpr std::size_t first_buffer = 4 * 1024;
constexpr std::size_t body_buffer = 64 * 1024;
// Answers to pipelined requests are collected up to this size, and bodies up to it are copied
// behind their head: one plain write is cheaper than a gathering one.
constexpr std::size_t small_body = 16 * 1024;
constexpr std::size_t most_lingering = 512 * 1024;
constexpr std::chrono::seconds linger_timeout{2};

constexpr Refusal too_slow{408, "request_timeout", "The request took too long to arrive."};
constexpr Refusal server_full{503, "too_many_connections",
                              "The server is full. Try again in a few seconds."};

Response refusal_response(const Refusal& refusal, std::string_view request_id,
                          std::string_view errors_url) {
  Problem problem(refusal.status, std::string(refusal.code), std::string(refusal.detail));
  if (refusal.status == 503) problem.retry_after = 5;
  Response response = problem_response(problem, request_id, errors_url);
  response.fixed_headers = "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n";
  return response;
}

}  // namespace

Connection::Connection(Lane& lane, Socket socket, std::string peer)
    : lane_(lane),
      socket_(std::move(socket)),
      peer_(std::move(peer)),
      reader_({.head = lane.config.head_limit,
               .body = lane.config.body_limit,
               .head_first = bool(lane.passing.takes)}) {
  lane_.connections.push_back(this);
  enter(Phase::idle);
}

Connection::~Connection() {
  std::erase(lane_.connections, this);
}

Task<> Connection::run() {
  for (;;) {
    const Step step = advance();
    if (step != Step::read) {
      const bool goes_on = step == Step::answer ? co_await answer() : co_await pass();
      if (!goes_on) co_return;
      if (!closing_ && !pieces_ && !is_full()) continue;
    }
    if (!send_now()) {
      const bool all_sent = co_await send();
      if (!all_sent) co_return;
    }
    if (pieces_) co_return co_await stream(std::exchange(pieces_, {}));
    if (closing_) break;
    if (step != Step::read) continue;
    make_room();
    const auto space = asio::buffer(in_.data() + in_end_, in_.size() - in_end_);
    const auto [error, size] = co_await socket_.async_read_some(space, use_tuple);
    receive(error, size);
  }
  if (lingers_) co_await linger();
}

Task<> Connection::turn_away() {
  refuse(server_full);
  const bool all_sent = co_await send();
  if (all_sent) co_await linger();
}

void Connection::check_deadline() {
  if (passage_ != nullptr) return passage_->look();
  if (lane_.now < deadline_) return;
  expired_ = true;
  boost::system::error_code ignored;
  socket_.cancel(ignored);
}

bool Connection::close_if_idle() {
  if (phase_ != Phase::idle || !socket_.is_open()) return false;
  close();
  return true;
}

void Connection::close() {
  boost::system::error_code ignored;
  socket_.close(ignored);
}

void Connection::enter(Phase phase) {
  if (phase_ == phase) return;
  phase_ = phase;
  switch (phase) {
    case Phase::idle:
      deadline_ = lane_.now + lane_.config.idle_timeout;
      break;
    case Phase::head:
      deadline_ = lane_.now + lane_.config.head_timeout;
      break;
    case Phase::body:
      deadline_ = lane_.now + lane_.config.body_timeout;
      break;
    case Phase::answering:
    case Phase::passing:
      deadline_ = Deadline::max();
      break;
    case Phase::writing:
      deadline_ = lane_.now + lane_.config.write_timeout;
      break;
    case Phase::lingering:
      deadline_ = lane_.now + linger_timeout;
      break;
  }
}

Connection::Step Connection::advance() {
  if (closing_) return Step::read;
  if (!reading_message_) begin_message();
  if (!reading_message_) return Step::read;

  const std::size_t used = reader_.feed({in_.data() + in_begin_, in_end_ - in_begin_});
  in_begin_ += used;
  if (reader_.refusal()) {
    refuse(*reader_.refusal());
    return Step::read;
  }
  if (reader_.head_done() && !chosen_ && lane_.passing.takes) {
    const Step step = choose();
    if (step == Step::pass || reader_.refusal()) return step;
    return advance();
  }
  if (reader_.done()) {
    reading_message_ = false;
    return Step::answer;
  }
  if (reader_.head_done()) {
    enter(Phase::body);
    if (reader_.expects_continue() && !told_to_continue_ && request_.body.empty())
      out_ += "HTTP/1.1 100 Continue\r\n\r\n";
    told_to_continue_ = true;
  }
  return Step::read;
}

void Connection::begin_message() {
  // An empty line before the request line is ignored (RFC 9112, 2.2).
  while (in_end_ - in_begin_ >= 2 && in_[in_begin_] == '\r' && in_[in_begin_ + 1] == '\n')
    in_begin_ += 2;
  if (in_begin_ == in_end_) {
    enter(Phase::idle);
    closing_ = lane_.draining;
    return;
  }
  enter(Phase::head);
  request_.clear();
  request_.ip = peer_;
  reader_.begin(request_);
  reading_message_ = true;
  chosen_ = false;
  told_to_continue_ = false;
}

void Connection::make_room() {
  if (in_begin_ == in_end_) in_begin_ = in_end_ = 0;
  if (phase_ == Phase::idle && in_.size() != first_buffer && in_end_ == 0)
    std::vector<char>(first_buffer).swap(in_);
  const bool body = phase_ == Phase::body || phase_ == Phase::passing;
  if (body && in_.size() < body_buffer) in_.resize(body_buffer);
  if (in_end_ < in_.size()) return;
  if (in_begin_ == 0) return in_.resize(in_.size() * 2);
  std::memmove(in_.data(), in_.data() + in_begin_, in_end_ - in_begin_);
  in_end_ -= in_begin_;
  in_begin_ = 0;
}

void Connection::receive(const boost::system::error_code& error, std::size_t size) {
  if (!error) {
    in_end_ += size;
  } else if (expired_ && (phase_ == Phase::head || phase_ == Phase::body)) {
    refuse(too_slow);
  } else {
    closing_ = true;
  }
}

void Connection::put(Response response) {
  // The rest of a body that nobody read cannot be told from the next request.
  const bool keep_alive =
      reader_.keep_alive() && reader_.done() && !lane_.draining && !response.pieces;
  const bool has_body = request_.method != Method::head && has_content(response.status);
  const std::size_t before = out_.size();
  try {
    append_head(out_, response,
                {.keep_alive = keep_alive,
                 .is_http_1_0 = reader_.is_http_1_0(),
                 .date = lane_.date,
                 .request_id = request_.id});
  } catch (const std::logic_error& error) {
    out_.resize(before);
    return put_failure(error.what());
  }
  lane_.requests.fetch_add(1, std::memory_order_relaxed);
  closing_ = !keep_alive;
  lingers_ = closing_ && (in_begin_ < in_end_ || !reader_.done());
  if (!has_body) return;
  if (response.pieces) {
    pieces_ = std::move(response.pieces);
    return;
  }
  if (response.content().size() <= small_body) {
    out_ += response.content();
  } else {
    large_ = std::move(response);
  }
}

void Connection::refuse(const Refusal& refusal) {
  std::string id;
  assign_request_id(id, std::chrono::duration_cast<std::chrono::milliseconds>(
                            std::chrono::system_clock::now().time_since_epoch())
                            .count());
  const Response response = refusal_response(refusal, id, lane_.config.errors_url);
  append_head(out_, response, {.keep_alive = false, .date = lane_.date, .request_id = id});
  out_ += response.body;
  lane_.refused.fetch_add(1, std::memory_order_relaxed);
  closing_ = true;
  lingers_ = true;
}

bool Connection::is_full() const {
  return out_.size() > small_body || !large_.content().empty();
}

std::array<asio::const_buffer, 2> Connection::unsent() const {
  const std::string_view body = large_.content();
  const std::size_t head = std::min(sent_, out_.size());
  const std::size_t of_body = sent_ - head;
  return {asio::buffer(out_.data() + head, out_.size() - head),
          asio::buffer(body.data() + of_body, body.size() - of_body)};
}

// Whether that was the last of it.
bool Connection::sent(std::size_t size) {
  sent_ += size;
  if (sent_ < out_.size() + large_.content().size()) return false;
  sent_ = 0;
  out_.clear();
  if (out_.capacity() > 4 * small_body) out_.shrink_to_fit();
  if (!large_.content().empty()) large_ = {};
  return true;
}

bool Connection::send_now() {
  if (out_.empty()) return true;
  boost::system::error_code error;
  const std::size_t size = large_.content().empty() ? socket_.write_some(asio::buffer(out_), error)
                                                    : socket_.write_some(unsent(), error);
  return !error && sent(size);
}

Task<bool> Connection::send() {
  for (;;) {
    enter(Phase::writing);
    const auto rest = unsent();
    const auto [error, size] = co_await socket_.async_write_some(rest, use_tuple);
    if (error) co_return false;
    if (sent(size)) co_return true;
    phase_ = Phase::answering;  // each step forward has its time anew
  }
}

Task<> Connection::stream(std::function<Task<std::string>()> pieces) {
  const bool in_chunks = !reader_.is_http_1_0();
  for (bool ended = false; !ended;) {
    enter(Phase::answering);
    std::string piece;
    try {
      piece = co_await pieces();
    } catch (const std::exception& error) {
      // What was sent cannot be taken back: a body that stops without its end says that it failed.
      log::warn("http.stream_failed", {{"request", request_.id}, {"reason", error.what()}});
      co_return;
    }
    ended = piece.empty() || lane_.draining;
    if (in_chunks && !piece.empty()) append_chunk(out_, piece);
    if (in_chunks && ended) append_chunk(out_, "");
    if (!in_chunks) out_ += piece;
    if (send_now()) continue;
    const bool taken = co_await send();
    if (!taken) co_return;
  }
}

Task<> Connection::linger() {
  enter(Phase::lingering);
  boost::system::error_code ignored;
  socket_.shutdown(Socket::shutdown_send, ignored);
  in_.resize(first_buffer);
  for (std::size_t total = 0; total < most_lingering;) {
    const auto [error, size] = co_await socket_.async_read_some(asio::buffer(in_), use_tuple);
    if (error) co_return;
    total += size;
  }
}

}  // namespace freehold::http
