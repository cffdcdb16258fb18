#include "redis/subscription.hpp"

#include "core/log.hpp"

namespace freehold::redis {
namespace {

// Handlers belong to others; one that fails must not cost the rest their messages.
template <class Call>
void attempt(std::string_view channel, Call call) {
  try {
    call();
  } catch (const std::exception& failure) {
    log::error("redis.handler_failed", {{"channel", channel}, {"reason", failure.what()}});
  }
}

}  // namespace

Subscription::Subscription(const Executor& executor, std::shared_ptr<Settings> settings)
    : executor_(executor),
      settings_(std::move(settings)),
      link_(std::make_unique<Link>(executor, *settings_)),
      silence_(executor),
      pause_(executor),
      tasks_(executor),
      writing_(executor) {}

void Subscription::start() {
  if (!closed_) tasks_.spawn("redis.subscription", run(shared_from_this()));
}

void Subscription::close() {
  closed_ = true;
  link_->close("closed");
  pause_.cancel();
}

void Subscription::add(std::string channel, Handle handle) {
  auto& handles = channels_[channel];
  handles.push_back(std::move(handle));
  if (!connected_ || handles.size() > 1) return;
  ++unconfirmed_;
  const std::string words[] = {"SUBSCRIBE", std::move(channel)};
  link_->send(words);
}

Task<> Subscription::run(std::shared_ptr<Subscription> self) {
  while (!self->closed_) {
    const auto reason = co_await self->session();
    self->connected_ = self->in_place_ = false;
    self->silence_.cancel();
    self->link_->close(reason);
    co_await self->writing_.join();
    if (self->closed_) break;
    log::debug("redis.subscription_lost", {{"reason", reason}});
    self->link_ = std::make_unique<Link>(self->executor_, *self->settings_);
    self->pause_.expires_after(self->backoff_.next());
    co_await self->pause_.async_wait(use_tuple);
  }
}

// One connection, from its opening on; why it ended.
Task<std::string> Subscription::session() {
  try {
    co_await link_->open();
    if (closed_) co_return "closed";
    writing_.spawn("redis.write", link_->write());
    subscribe_to_all();
    for (;;) {
      expect_a_sign(false);
      co_await link_->read();
      while (const auto frame = link_->next()) receive(frame->reply);
    }
  } catch (const std::exception& failure) {
    co_return failure.what();
  }
}

void Subscription::subscribe_to_all() {
  connected_ = true;
  unconfirmed_ = channels_.size();
  if (channels_.empty()) {
    announce();
    return;
  }
  std::vector<std::string> words{"SUBSCRIBE"};
  for (const auto& [channel, handles] : channels_) words.push_back(channel);
  link_->send(words);
}

// RESP3 sends messages as pushes, RESP2 as arrays; on this connection both mean the same.
void Subscription::receive(const Reply& frame) {
  if (const auto* error = frame.error()) throw Unavailable("the server refuses us: " + *error);
  const auto* items = std::get_if<Reply::List>(&frame.value);
  if (items == nullptr || items->size() < 3) return;  // the answer to PING
  const auto& kind = (*items)[0].text();
  if (kind == "message") hand_out((*items)[1].text(), (*items)[2].text());
  if (kind == "subscribe") confirm();
}

void Subscription::confirm() {
  if (unconfirmed_ > 0) --unconfirmed_;
  if (unconfirmed_ == 0 && !in_place_) announce();
}

void Subscription::announce() {
  in_place_ = true;
  backoff_.reset();
  for (const auto& handle : ready_) attempt("", handle);
}

void Subscription::hand_out(const std::string& channel, const std::string& message) {
  const auto found = channels_.find(channel);
  if (found == channels_.end()) return;
  for (const auto& handle : found->second) attempt(channel, [&] { handle(message); });
}

// A peer that vanished without a word leaves a connection that is silent for ever.
void Subscription::expect_a_sign(bool asked) {
  silence_.expires_after(settings_->config.silence_timeout);
  silence_.async_wait([asked, weak = weak_from_this()](boost::system::error_code cancelled) {
    const auto self = weak.lock();
    if (!self || cancelled || !self->connected_) return;
    if (asked) {
      self->link_->close("it does not answer");
      return;
    }
    const std::string ping[] = {"PING"};
    self->link_->send(ping);
    self->expect_a_sign(true);
  });
}

}  // namespace freehold::redis
