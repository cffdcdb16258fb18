// Listening sockets, made and accepted from by hand: one code for TCP and unix sockets, and many
// connections taken per wake-up. Private to the module.
#pragma once

#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <string>
#include <vector>

#include "http/connection.hpp"

namespace freehold::http {

using Descriptor = asio::posix::basic_stream_descriptor<Executor>;

// Binds `address` (see Config::listen) once per executor: TCP with SO_REUSEPORT, so that the kernel
// spreads connections over the threads; a unix socket is shared. Throws std::runtime_error.
struct Listening {
  std::vector<Descriptor> sockets;  // in the order of the executors
  int port = 0;
  std::string unix_path;  // to remove in the end
};
Listening listen_on(const std::string& address, const std::vector<Executor>& executors);

struct Accepted {
  Socket socket;
  std::string peer;  // "203.0.113.7"; "unix"
};

enum class AcceptResult { accepted, none_waiting, out_of_descriptors, closed };
// Takes one connection that waits, without waiting itself.
AcceptResult accept_one(Descriptor& listener, const Executor& executor,
                        std::optional<Accepted>& into);

}  // namespace freehold::http
