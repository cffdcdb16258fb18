#include "db/detail/login.hpp"

#include <libpq-fe.h>

#include "core/async.hpp"
#include "core/scope.hpp"
#include "db/detail/addresses.hpp"

namespace freehold::db::detail {
namespace {

using Socket = asio::posix::basic_stream_descriptor<Executor>;

std::string options_with(const std::string& given, const Settings& settings) {
  std::string options = given;
  for (const auto& [name, value] : settings) options += fmt::format(" -c {}={}", name, value);
  return options;
}

PgConn begin_login(const Conninfo& conninfo) {
  std::vector<const char*> keywords;
  std::vector<const char*> values;
  for (const auto& [keyword, value] : conninfo) {
    keywords.push_back(keyword.c_str());
    values.push_back(value.c_str());
  }
  keywords.push_back(nullptr);
  values.push_back(nullptr);
  return PgConn(PQconnectStartParams(keywords.data(), values.data(), 0));
}

std::string refusal_of(const PGconn* connection) {
  std::string text = connection == nullptr ? "out of memory" : PQerrorMessage(connection);
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

// Waits for the socket as libpq asks. It may change its socket from one step to the next, so each
// wait borrows it anew.
Task<> wait_for(Socket& socket, int descriptor, PostgresPollingStatusType what) {
  socket.assign(descriptor);
  const auto direction = what == PGRES_POLLING_READING ? asio::posix::descriptor_base::wait_read
                                                       : asio::posix::descriptor_base::wait_write;
  co_await socket.async_wait(direction, use_tuple);
  socket.release();
}

// Gives the borrowed descriptor back when the task is destroyed in its wait.
struct Borrowed {
  explicit Borrowed(const Executor& executor) : socket(executor) {}
  ~Borrowed() {
    if (socket.is_open()) socket.release();
  }
  Socket socket;
};

Task<> poll_login(const Conninfo& conninfo, Login& login) {
  const auto executor = co_await asio::this_coro::executor;
  login.connection = begin_login(conninfo);
  Borrowed borrowed(executor);
  PGconn* connection = login.connection.get();
  PostgresPollingStatusType status = PGRES_POLLING_WRITING;
  if (connection == nullptr || PQstatus(connection) == CONNECTION_BAD) {
    status = PGRES_POLLING_FAILED;
  }
  while (status != PGRES_POLLING_OK && status != PGRES_POLLING_FAILED) {
    co_await wait_for(borrowed.socket, PQsocket(connection), status);
    status = PQconnectPoll(connection);
  }
  if (status == PGRES_POLLING_OK) co_return;
  login.refusal = refusal_of(connection);
  login.refuses_settings = login.refusal.contains("unsupported startup parameter");
  login.connection.reset();
}

Task<> resolve_and_poll(Conninfo& conninfo, Login& login) {
  login.refusal = co_await resolve_hosts(conninfo);
  if (login.refusal.empty()) co_await poll_login(conninfo, login);
}

}  // namespace

Task<Login> log_in(Conninfo conninfo, Settings settings, std::chrono::milliseconds timeout) {
  if (!settings.empty()) {
    conninfo["options"] = options_with(conninfo["options"], settings);
  }
  Login login;
  const bool is_in_time = co_await finish_within(timeout, resolve_and_poll(conninfo, login));
  if (!is_in_time) {
    login.connection.reset();
    login.refusal = fmt::format("no answer within {} ms", timeout.count());
  }
  co_return login;
}

}  // namespace freehold::db::detail
