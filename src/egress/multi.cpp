#include "egress/multi.hpp"

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/post.hpp>
#include <mutex>

namespace freehold::egress {
namespace {

constexpr long kept_connections = 64;
constexpr long connections_per_host = 32;

CURLM* make_multi() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  CURLM* multi = curl_multi_init();
  if (multi == nullptr) throw std::bad_alloc();
  return multi;
}

}  // namespace

Multi::Multi(const Executor& executor)
    : executor_(executor), multi_(make_multi()), timer_(executor) {
  curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &Multi::on_socket);
  curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &Multi::on_timer);
  curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, kept_connections);
  curl_multi_setopt(multi_, CURLMOPT_MAX_HOST_CONNECTIONS, connections_per_host);
}

Multi::~Multi() {
  // The tasks that still wait own their transfers: they may go only when libcurl has let go.
  const auto abandoned = std::move(waiting_);
  for (const auto& [easy, waiting] : abandoned) curl_multi_remove_handle(multi_, easy);
  curl_multi_cleanup(multi_);
  while (!watches_.empty()) watch(watches_.begin()->first, CURL_POLL_REMOVE);
}

Task<CURLcode> Multi::perform(CURL* easy) {
  const auto initiate = [this, easy](auto handler) {
    const auto slot = asio::get_associated_cancellation_slot(handler);
    start(easy, std::move(handler), slot);
  };
  using Signature = void(std::exception_ptr, CURLcode);
  co_return co_await asio::async_initiate<const asio::use_awaitable_t<Executor>, Signature>(
      initiate, use_task);
}

void Multi::start(CURL* easy, Done done, asio::cancellation_slot slot) {
  if (slot.is_connected()) {
    slot.assign([weak = weak_from_this(), easy](asio::cancellation_type) {
      const boost::system::system_error aborted(asio::error::operation_aborted);
      if (const auto self = weak.lock())
        self->finish(easy, std::make_exception_ptr(aborted), CURLE_ABORTED_BY_CALLBACK);
    });
  }
  waiting_.emplace(easy, Waiting{std::move(done), slot});
  const auto added = curl_multi_add_handle(multi_, easy);
  if (added != CURLM_OK) finish(easy, nullptr, CURLE_FAILED_INIT);
}

// The task goes on in a turn of the loop of its own: it may start, cancel or drop transfers, which
// libcurl does not bear while it is at work.
void Multi::finish(CURL* easy, std::exception_ptr failure, CURLcode result) {
  auto found = waiting_.extract(easy);
  if (found.empty()) return;
  curl_multi_remove_handle(multi_, easy);
  auto& [done, slot] = found.mapped();
  if (slot.is_connected()) slot.clear();
  asio::post(executor_, [go_on = std::move(done), failure = std::move(failure), result]() mutable {
    go_on(failure, result);
  });
}

int Multi::on_socket(CURL*, curl_socket_t socket, int wanted, void* self, void*) {
  static_cast<Multi*>(self)->watch(socket, wanted);
  return 0;
}

int Multi::on_timer(CURLM*, long milliseconds, void* self) {
  static_cast<Multi*>(self)->wait_for_timer(milliseconds);
  return 0;
}

void Multi::watch(curl_socket_t socket, int wanted) {
  if (wanted == CURL_POLL_REMOVE) {
    const auto found = watches_.extract(socket);
    if (found.empty()) return;
    found.mapped()->wanted = CURL_POLL_NONE;
    // The socket is libcurl's to close.
    found.mapped()->descriptor.release();
    return;
  }
  auto& watch = watches_[socket];
  if (!watch) {
    watch = std::make_shared<Watch>(executor_);
    watch->descriptor.assign(socket);
  }
  watch->wanted = wanted;
  wait(socket, watch);
}

void Multi::wait(curl_socket_t socket, const std::shared_ptr<Watch>& watch) {
  const auto wait_for = [&](int poll, bool Watch::* busy, auto direction, int event) {
    if ((watch->wanted & poll) == 0 || (*watch).*busy) return;
    (*watch).*busy = true;
    watch->descriptor.async_wait(direction, [=, this](boost::system::error_code cancelled) {
      (*watch).*busy = false;
      // Once libcurl wants nothing any more, this object may be gone.
      if (cancelled || (watch->wanted & poll) == 0) return;
      act(socket, event);
      wait(socket, watch);
    });
  };
  using Descriptor = asio::posix::descriptor_base;
  wait_for(CURL_POLL_IN, &Watch::reading, Descriptor::wait_read, CURL_CSELECT_IN);
  wait_for(CURL_POLL_OUT, &Watch::writing, Descriptor::wait_write, CURL_CSELECT_OUT);
}

void Multi::wait_for_timer(long milliseconds) {
  if (milliseconds < 0) {
    timer_.cancel();
    return;
  }
  timer_.expires_after(std::chrono::milliseconds(milliseconds));
  timer_.async_wait([weak = weak_from_this()](boost::system::error_code cancelled) {
    const auto self = weak.lock();
    if (self && !cancelled) self->act(CURL_SOCKET_TIMEOUT, 0);
  });
}

void Multi::act(curl_socket_t socket, int events) {
  int running = 0;
  curl_multi_socket_action(multi_, socket, events, &running);
  int left = 0;
  while (const auto* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg == CURLMSG_DONE) finish(message->easy_handle, nullptr, message->data.result);
  }
}

}  // namespace freehold::egress
