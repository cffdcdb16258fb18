#include "db/detail/addresses.hpp"

#include <boost/asio/ip/tcp.hpp>

#include "core/async.hpp"

namespace freehold::db::detail {
namespace {

using Resolver = asio::ip::basic_resolver<asio::ip::tcp, Executor>;

std::vector<std::string> split(const std::string& list) {
  std::vector<std::string> parts{""};
  for (const char c : list) {
    if (c == ',') {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

bool is_name(const std::string& host) {
  if (host.empty() || host[0] == '/' || host[0] == '@') return false;
  boost::system::error_code error;
  asio::ip::make_address(host, error);
  return error.failed();
}

void append(std::string& list, const std::string& part, bool is_first) {
  if (!is_first) list += ',';
  list += part;
}

// One entry per address: libpq takes host, hostaddr and port as lists of equal length.
struct Servers {
  std::string hosts;
  std::string addresses;
  std::string ports;
  int count = 0;

  void add(const std::string& host, const std::string& address, const std::string& port) {
    append(hosts, host, count == 0);
    append(addresses, address, count == 0);
    append(ports, port, count == 0);
    ++count;
  }
};

Task<std::string> add_addresses(Servers& servers, std::string host, std::string port) {
  const auto executor = co_await asio::this_coro::executor;
  Resolver resolver(executor);
  const auto [error, found] = co_await resolver.async_resolve(host, "", use_tuple);
  if (error) co_return fmt::format("could not find the host {}: {}", host, error.message());
  for (const auto& entry : found) {
    servers.add(host, entry.endpoint().address().to_string(), port);
  }
  co_return "";
}

std::string value_of(const Conninfo& conninfo, const std::string& keyword) {
  const auto at = conninfo.find(keyword);
  return at == conninfo.end() ? "" : at->second;
}

}  // namespace

Task<std::string> resolve_hosts(Conninfo& conninfo) {
  const std::vector<std::string> hosts = split(value_of(conninfo, "host"));
  const std::vector<std::string> ports = split(value_of(conninfo, "port"));
  const bool has_names = std::any_of(hosts.begin(), hosts.end(), is_name);
  // Lists that do not match are libpq's to complain about.
  const bool do_match = ports.size() == 1 || ports.size() == hosts.size();
  if (conninfo.contains("hostaddr") || !has_names || !do_match) co_return "";

  Servers servers;
  std::string refusal;
  for (std::size_t i = 0; i < hosts.size(); ++i) {
    const std::string& port = ports.size() == 1 ? ports[0] : ports[i];
    if (!is_name(hosts[i])) {
      servers.add(hosts[i], "", port);
      continue;
    }
    const std::string reason = co_await add_addresses(servers, hosts[i], port);
    if (!reason.empty()) refusal = reason;
  }
  // One server that can be found is enough to try.
  if (servers.count == 0) co_return refusal;
  conninfo["host"] = servers.hosts;
  conninfo["hostaddr"] = servers.addresses;
  conninfo["port"] = servers.ports;
  co_return "";
}

}  // namespace freehold::db::detail
