#include "redis/stream.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/write.hpp>

namespace freehold::redis {

using asio::ip::tcp;

Settings::Settings(Config given) : config(std::move(given)), target(parse_target(config.url)) {
  if (!target.tls) return;
  boost::system::error_code error;
  tls.set_options(asio::ssl::context::no_tlsv1 | asio::ssl::context::no_tlsv1_1);
  tls.set_verify_mode(asio::ssl::verify_peer);
  if (config.ca_file.empty())
    tls.set_default_verify_paths(error);
  else
    tls.load_verify_file(config.ca_file, error);
  if (error)
    throw std::invalid_argument(fmt::format("the certificates in \"{}\" cannot be used: {}",
                                            config.ca_file, error.message()));
}

Stream::Stream(const Executor& executor, Settings& settings)
    : settings_(settings), socket_(executor) {}

Task<Stream::Error> Stream::connect() {
  if (!settings_.target.path.empty()) co_return co_await connect_unix();
  const auto error = co_await connect_tcp();
  if (error || !settings_.target.tls) co_return error;
  co_return co_await shake_hands();
}

Task<Stream::Error> Stream::connect_unix() {
  const asio::local::stream_protocol::endpoint endpoint(settings_.target.path);
  const auto [error] = co_await socket_.async_connect(endpoint, use_tuple);
  co_return error;
}

Task<Stream::Error> Stream::connect_tcp() {
  asio::ip::basic_resolver<tcp, Executor> resolver(socket_.get_executor());
  const auto& target = settings_.target;
  const auto [unknown, found] =
      co_await resolver.async_resolve(target.host, target.port, use_tuple);
  Error failure = unknown;
  for (const auto& entry : found) {
    socket_.close(failure);
    const auto [error] = co_await socket_.async_connect(entry.endpoint(), use_tuple);
    failure = error;
    if (!error) break;
  }
  if (failure) co_return failure;
  Error ignored;
  socket_.set_option(tcp::no_delay(true), ignored);
  socket_.set_option(asio::socket_base::keep_alive(true), ignored);
  co_return Error();
}

Task<Stream::Error> Stream::shake_hands() {
  auto& tls = tls_.emplace(socket_, settings_.tls);
  const auto& host = settings_.target.host;
  tls.set_verify_callback(asio::ssl::host_name_verification(host));
  Error not_an_address;
  asio::ip::make_address(host, not_an_address);
  // RFC 6066: the server's name is sent, but never an address.
  if (not_an_address) SSL_set_tlsext_host_name(tls.native_handle(), host.c_str());
  const auto [error] = co_await tls.async_handshake(asio::ssl::stream_base::client, use_tuple);
  co_return error;
}

Task<Stream::Read> Stream::read_some(std::span<char> into) {
  const auto buffer = asio::buffer(into.data(), into.size());
  if (tls_) {
    const auto [error, count] = co_await tls_->async_read_some(buffer, use_tuple);
    co_return Read{error, count};
  }
  const auto [error, count] = co_await socket_.async_read_some(buffer, use_tuple);
  co_return Read{error, count};
}

Task<bool> Stream::write(std::string_view bytes) {
  const auto buffer = asio::buffer(bytes.data(), bytes.size());
  if (tls_) {
    const auto [error, count] = co_await asio::async_write(*tls_, buffer, use_tuple);
    co_return !error;
  }
  const auto [error, count] = co_await asio::async_write(socket_, buffer, use_tuple);
  co_return !error;
}

void Stream::close() {
  Error ignored;
  socket_.close(ignored);
}

}  // namespace freehold::redis
