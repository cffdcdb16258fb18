#include "gateway/pool.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>

namespace freehold::gateway {
namespace {

using Clock = std::chrono::steady_clock;
using Resolver = asio::ip::basic_resolver<asio::ip::tcp, Executor>;

constexpr std::size_t most_idle = 128;
// Node ends a connection that was idle for five seconds; others wait longer.
constexpr std::chrono::seconds longest_idle{4};
constexpr std::chrono::seconds name_holds_for{5};

}  // namespace

Pool::Pool(const Executor& executor, UpstreamAddress address)
    : executor_(executor), address_(std::move(address)) {}

std::unique_ptr<Line> Pool::take(std::chrono::milliseconds freshness) {
  const auto now = Clock::now();
  while (!idle_.empty()) {
    auto line = std::move(idle_.back());
    idle_.pop_back();
    if (now - line->last_used > std::min<Clock::duration>(freshness, longest_idle)) {
      idle_.push_back(std::move(line));
      return nullptr;
    }
    if (line->is_quiet()) return line;
  }
  return nullptr;
}

void Pool::keep(std::unique_ptr<Line> line) {
  if (idle_.size() >= most_idle) return;
  line->last_used = Clock::now();
  idle_.push_back(std::move(line));
}

void Pool::prune() {
  const auto now = Clock::now();
  std::erase_if(idle_, [&](const std::unique_ptr<Line>& line) {
    return now - line->last_used > longest_idle || !line->is_quiet();
  });
}

Task<std::vector<Pool::Endpoint>> Pool::find_addresses(http::Passage& passage, std::string& why) {
  if (!address_.unix_path.empty())
    co_return std::vector<Endpoint>{asio::local::stream_protocol::endpoint(address_.unix_path)};
  const auto port = static_cast<unsigned short>(std::stoi(address_.port));
  boost::system::error_code no_address;
  const auto literal = asio::ip::make_address(address_.host, no_address);
  if (!no_address) co_return std::vector<Endpoint>{asio::ip::tcp::endpoint(literal, port)};
  if (Clock::now() - found_at_ < name_holds_for) co_return found_;
  Resolver resolver(executor_);
  passage.watch([&resolver] { resolver.cancel(); });
  const auto [error, results] = co_await resolver.async_resolve(
      address_.host, address_.port, asio::ip::tcp::resolver::flags(), use_tuple);
  passage.watch({});
  std::vector<Endpoint> addresses;
  if (error) {
    why = address_.host + " has no address: " + error.message();
    co_return addresses;
  }
  for (const auto& result : results) addresses.emplace_back(result.endpoint());
  found_ = addresses;
  found_at_ = Clock::now();
  co_return addresses;
}

Task<std::unique_ptr<Line>> Pool::connect(http::Passage& passage, std::string& why) {
  const auto addresses = co_await find_addresses(passage, why);
  for (const Endpoint& address : addresses) {
    if (passage.ended() != http::Passage::Ended::no) break;
    Socket socket(executor_);
    passage.watch([&socket] {
      boost::system::error_code ignored;
      socket.close(ignored);
    });
    const auto [error] = co_await socket.async_connect(address, use_tuple);
    passage.watch({});
    if (!error) {
      boost::system::error_code ignored;
      socket.non_blocking(true, ignored);
      if (address_.unix_path.empty()) socket.set_option(asio::ip::tcp::no_delay(true), ignored);
      co_return std::make_unique<Line>(std::move(socket));
    }
    why = error.message();
  }
  if (!addresses.empty()) found_at_ = {};  // the name may lead somewhere else by now
  co_return nullptr;
}

}  // namespace freehold::gateway
