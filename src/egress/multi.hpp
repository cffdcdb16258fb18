// A libcurl multi handle driven by one io thread: libcurl says which sockets and which moment it
// waits for, Asio waits for them. https://curl.se/libcurl/c/libcurl-multi.html (multi_socket)
#pragma once

#include <curl/curl.h>

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <functional>
#include <memory>
#include <unordered_map>

#include "core/async.hpp"

namespace freehold::egress {

// Made by make_shared and used on the executor's thread.
class Multi : public std::enable_shared_from_this<Multi> {
 public:
  explicit Multi(const Executor& executor);
  ~Multi();
  Multi(const Multi&) = delete;
  Multi& operator=(const Multi&) = delete;

  // Runs the transfer to its end. When the awaiting task is cancelled the transfer is taken out and
  // system_error `operation_aborted` is thrown.
  Task<CURLcode> perform(CURL* easy);

 private:
  using Done = std::move_only_function<void(std::exception_ptr, CURLcode)>;
  struct Waiting {
    Done done;
    asio::cancellation_slot slot;
  };
  struct Watch {  // a socket of libcurl's
    explicit Watch(const Executor& executor) : descriptor(executor) {}
    asio::posix::basic_stream_descriptor<Executor> descriptor;
    int wanted = CURL_POLL_NONE;
    bool reading = false;  // a wait for it is under way
    bool writing = false;
  };

  static int on_socket(CURL*, curl_socket_t socket, int wanted, void* self, void*);
  static int on_timer(CURLM*, long milliseconds, void* self);
  void watch(curl_socket_t socket, int wanted);
  void wait(curl_socket_t socket, const std::shared_ptr<Watch>& watch);
  void wait_for_timer(long milliseconds);
  void act(curl_socket_t socket, int events);
  void start(CURL* easy, Done done, asio::cancellation_slot slot);
  void finish(CURL* easy, std::exception_ptr failure, CURLcode result);

  Executor executor_;
  CURLM* multi_;
  Timer timer_;
  std::unordered_map<curl_socket_t, std::shared_ptr<Watch>> watches_;
  std::unordered_map<CURL*, Waiting> waiting_;
};

}  // namespace freehold::egress
