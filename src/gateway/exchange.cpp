#include "gateway/exchange.hpp"

#include <fmt/format.h>

#include "core/both.hpp"
#include "core/log.hpp"
#include "http/server.hpp"

namespace freehold::gateway {
namespace {

using Ended = http::Passage::Ended;
using Millis = std::chrono::milliseconds;

// A line that has waited longer may have been ended just now, which nobody can tell from a product
// that got the request and failed: only what may be sent twice goes out on it.
constexpr Millis fresh{1'000};
constexpr Millis any_age = std::chrono::hours(1);

bool is_idempotent(http::Method method) {
  using http::Method;
  return http::is_safe(method) || method == Method::put || method == Method::del;
}

// Products expect a length where a body belongs, even an empty one.
bool has_length(http::Method method) {
  using http::Method;
  return method == Method::post || method == Method::put || method == Method::patch;
}

std::string chunk_of(std::string_view piece) {
  std::string chunk = fmt::format("{:x}\r\n", piece.size());
  return chunk.append(piece).append("\r\n");
}

Problem too_late() {
  return {504, "upstream_timeout", "This part did not answer in time. Try again in a minute."};
}

// Runs at the end of a scope, however it ends.
template <class Act>
struct Finally {
  Act act;
  ~Finally() { act(); }
};

}  // namespace

Exchange::~Exchange() {
  passage_.watch({});
}

Task<> Exchange::run(std::string_view identity, std::string_view authority) {
  websocket_ = wants_websocket(req_) && !passage_.has_body();
  Forwarded with{.authority = authority, .identity = identity, .websocket = websocket_};
  if (passage_.has_body() || has_length(req_.method)) with.length = passage_.length();
  with.in_chunks = passage_.has_body() && !with.length;
  const std::string head = request_head(req_, with);
  const bool repeatable = is_idempotent(req_.method) && !passage_.has_body() && !websocket_;
  for (bool again = false;; again = true) {
    const Millis freshness = again ? Millis(0) : repeatable ? any_age : fresh;
    co_await connect(freshness);
    const bool sent = co_await line_->send(head);
    if (passage_.has_body()) break;
    passage_.expect_within(config_.first_byte_timeout);
    if (sent) {
      const bool there = co_await receive_head();
      if (there) break;
    }
    if (!repeatable || again || heard_ || passage_.ended() != Ended::no)
      fail("it ended the connection without an answer");
  }
  if (passage_.has_body()) {
    co_await run_both(upload(), answer());
  } else {
    uploaded_ = true;
    co_await deliver();
  }
}

Task<> Exchange::connect(Millis freshness) {
  line_ = freshness > Millis(0) ? pool_.take(freshness) : nullptr;
  if (!line_) {
    std::string why;
    passage_.expect_within(config_.connect_timeout);
    line_ = co_await pool_.connect(passage_, why);
    passage_.waited();
    if (!line_ && passage_.ended() == Ended::no) {
      log::warn("gateway.unreachable", req_.cause(), {{"reason", why}});
      throw Problem(502, "upstream_unreachable",
                    "This part cannot be reached right now. Try again in a minute.");
    }
    if (!line_) fail("it did not take the connection");
  }
  passage_.watch([this] { let_go(); });
}

void Exchange::let_go() {
  if (line_) line_->close();
}

void Exchange::fail(std::string_view why) {
  if (passage_.ended() == Ended::too_late && !passage_.begun()) throw too_late();
  if (passage_.ended() == Ended::client_gone || passage_.ended() == Ended::draining)
    throw http::HangUp();
  log::warn("gateway.failed", req_.cause(), {{"reason", why}});
  if (passage_.begun()) throw http::HangUp();
  throw Problem(502, "upstream_failed",
                "This part gave no answer that can be shown. Try again in a minute.");
}

Task<> Exchange::upload() {
  bool ended = false;
  // Whatever breaks here leaves the product with half a request.
  const Finally break_off{[&] {
    if (!ended) let_go();
  }};
  const bool in_chunks = !passage_.length();
  for (;;) {
    const std::string_view piece = co_await passage_.read();
    if (piece.empty() && !passage_.body_done()) co_return;
    std::string bytes = in_chunks ? chunk_of(piece) : std::string(piece);
    passage_.expect_within(config_.idle_timeout);
    const bool sent = co_await line_->send(bytes);
    passage_.expect_within(config_.first_byte_timeout);
    ended = !sent;  // it may have answered before, and say why
    if (!sent) co_return;
    if (piece.empty()) break;
  }
  ended = uploaded_ = true;
}

Task<> Exchange::answer() {
  const Finally stop{[this] {
    if (uploaded_) return;
    passage_.stop_reading();
    let_go();
  }};
  const bool there = co_await receive_head();
  if (!there) fail("it ended the connection without an answer");
  co_await deliver();
}

Task<bool> Exchange::receive_head() {
  AnswerReader& reader = line_->reader;
  const bool to_head = req_.method == http::Method::head;
  reader.begin(to_head);
  for (;;) {
    line_->use(reader.feed(line_->waiting(), line_->body));
    heard_ = heard_ || reader.begun();
    if (reader.failed()) fail("what it sent is no HTTP answer");
    if (reader.head_done() && !reader.is_interim()) co_return true;
    if (reader.head_done()) {
      reader.begin(to_head);
      continue;
    }
    const bool came = co_await line_->receive();
    if (!came) co_return false;
  }
}

Task<bool> Exchange::receive_more(Millis patience) {
  passage_.expect_within(patience);
  const bool came = co_await line_->receive();
  passage_.waited();
  co_return came;
}

Task<> Exchange::deliver() {
  AnswerReader& reader = line_->reader;
  std::string fields = reader.fields();
  for (const auto& [name, value] : req_.answer_headers) append_field(fields, name, value);
  if (reader.status() == 101) co_return co_await tunnel(std::move(fields));
  const bool endless = reader.is_event_stream();
  if (endless) passage_.end_when_drained();
  const Millis patience = endless ? config_.stream_timeout : config_.idle_timeout;
  const bool measured = reader.has_body() || reader.status() != 204;
  passage_.begin({.status = reader.status(),
                  .fields = fields,
                  .length = measured ? reader.length() : std::nullopt,
                  .has_body = reader.has_body()});
  for (;;) {
    passage_.put(line_->body);
    line_->body.clear();
    if (reader.done()) break;
    co_await passage_.flush();
    const bool came = co_await receive_more(patience);
    if (!came && passage_.ended() == Ended::draining && !reader.length()) break;
    if (!came) reader.feed_end();
    line_->use(reader.feed(line_->waiting(), line_->body));
    if (reader.failed()) fail("its answer broke off");
  }
  passage_.end();
  const bool reusable = uploaded_ && reader.done() && reader.keep_alive();
  if (reusable && line_->waiting().empty()) pool_.keep(std::move(line_));
}

Task<> Exchange::tunnel(std::string fields) {
  if (!websocket_ || !same(line_->reader.upgrade(), "websocket"))
    fail("it changed to a protocol that nobody asked for");
  append_field(fields, "Upgrade", "websocket");
  passage_.become_tunnel(101, fields);
  co_await run_both(client_to_product(), product_to_client());
}

Task<> Exchange::client_to_product() {
  const Finally end{[this] { let_go(); }};
  for (;;) {
    const std::string_view piece = co_await passage_.read();
    if (piece.empty()) co_return;
    passage_.expect_within(config_.stream_timeout);
    const bool sent = co_await line_->send(piece);
    if (!sent) co_return;
  }
}

Task<> Exchange::product_to_client() {
  const Finally end{[this] { passage_.stop_reading(); }};
  for (bool open = true; open;) {
    passage_.put(line_->waiting());
    line_->use(line_->waiting().size());
    co_await passage_.flush();
    open = co_await receive_more(config_.stream_timeout);
  }
  passage_.put(line_->waiting());
  co_await passage_.flush();
}

}  // namespace freehold::gateway
