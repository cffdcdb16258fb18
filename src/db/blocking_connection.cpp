#include "db/blocking_connection.hpp"

#include <libpq-fe.h>

#include <thread>

namespace freehold::db {
namespace {

using Result = std::unique_ptr<PGresult, decltype(&PQclear)>;

void ignore_notice(void*, const PGresult*) {}

std::string field_of(const PGresult* result, int field) {
  const char* text = PQresultErrorField(result, field);
  return text == nullptr ? std::string{} : std::string(text);
}

bool is_failure(const PGresult* result) {
  const ExecStatusType status = PQresultStatus(result);
  return status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_EMPTY_QUERY;
}

// libpq ends its own messages, and breaks them, with newlines.
std::string in_one_line(std::string text) {
  std::ranges::replace(text, '\n', ' ');
  while (text.ends_with(' ')) text.pop_back();
  return text;
}

ServerError error_of(pg_conn* connection, const PGresult* result) {
  const std::string primary = field_of(result, PG_DIAG_MESSAGE_PRIMARY);
  ServerError error(primary.empty() ? in_one_line(PQerrorMessage(connection)) : primary);
  error.sqlstate = primary.empty() ? "08006" : field_of(result, PG_DIAG_SQLSTATE);
  error.advice = field_of(result, PG_DIAG_MESSAGE_DETAIL);
  const std::string hint = field_of(result, PG_DIAG_MESSAGE_HINT);
  if (!hint.empty()) error.advice += (error.advice.empty() ? "" : " ") + hint;
  const std::string position = field_of(result, PG_DIAG_STATEMENT_POSITION);
  if (!position.empty()) error.position = std::stoul(position);
  return error;
}

TextRows rows_of(const PGresult* result) {
  TextRows rows;
  for (int row = 0; row < PQntuples(result); ++row) {
    TextRow& values = rows.emplace_back();
    for (int column = 0; column < PQnfields(result); ++column)
      values.emplace_back(PQgetvalue(result, row, column));
  }
  return rows;
}

TextRows rows_or_throw(pg_conn* connection, const Result& result) {
  if (is_failure(result.get())) throw error_of(connection, result.get());
  return rows_of(result.get());
}

Reply reply_of(const PGresult* result) {
  if (!is_failure(result)) return {.sqlstate = {}, .message = {}, .rows = rows_of(result)};
  return {.sqlstate = field_of(result, PG_DIAG_SQLSTATE),
          .message = field_of(result, PG_DIAG_MESSAGE_PRIMARY),
          .rows = {}};
}

std::string take(char* text) {
  if (text == nullptr) throw std::bad_alloc();
  std::string copy(text);
  PQfreemem(text);
  return copy;
}

}  // namespace

void BlockingConnection::Close::operator()(pg_conn* connection) const {
  PQfinish(connection);
}

BlockingConnection::BlockingConnection(const std::string& conninfo) {
  // dbname is expanded, so that it may be a whole URL; what the URL says wins over the defaults.
  const char* names[] = {"connect_timeout", "fallback_application_name", "dbname", nullptr};
  const char* values[] = {"10", "freehold", conninfo.c_str(), nullptr};
  connection_.reset(PQconnectdbParams(names, values, 1));
  if (PQstatus(connection_.get()) != CONNECTION_OK) {
    ServerError error(in_one_line(PQerrorMessage(connection_.get())));
    error.sqlstate = "08006";
    throw error;
  }
  PQsetNoticeReceiver(connection_.get(), ignore_notice, nullptr);
}

TextRows BlockingConnection::run(const std::string& sql) {
  const Result result(PQexec(connection_.get(), sql.c_str()), PQclear);
  return rows_or_throw(connection_.get(), result);
}

TextRows BlockingConnection::run(const std::string& sql,
                                 std::initializer_list<std::string> parameters) {
  std::vector<const char*> values;
  for (const std::string& parameter : parameters) values.push_back(parameter.c_str());
  const Result result(PQexecParams(connection_.get(), sql.c_str(), int(values.size()), nullptr,
                                   values.data(), nullptr, nullptr, 0),
                      PQclear);
  return rows_or_throw(connection_.get(), result);
}

void BlockingConnection::copy_out(const std::string& sql,
                                  const std::function<void(std::string_view)>& take_line) {
  const Result begun(PQexec(connection_.get(), sql.c_str()), PQclear);
  if (PQresultStatus(begun.get()) != PGRES_COPY_OUT) throw error_of(connection_.get(), begun.get());
  char* line = nullptr;
  for (int size; (size = PQgetCopyData(connection_.get(), &line, 0)) > 0;) {
    const std::unique_ptr<char, decltype(&PQfreemem)> owned(line, PQfreemem);
    std::string_view text(line, std::size_t(size));
    if (text.ends_with('\n')) text.remove_suffix(1);
    take_line(text);
  }
  const Result ended(PQgetResult(connection_.get()), PQclear);
  if (is_failure(ended.get())) throw error_of(connection_.get(), ended.get());
  const Result nothing(PQgetResult(connection_.get()), PQclear);
}

std::vector<Reply> BlockingConnection::ask_each(std::span<const std::string> statements) {
  pg_conn* connection = connection_.get();
  const auto fail = [connection] { throw error_of(connection, nullptr); };
  if (PQenterPipelineMode(connection) != 1) fail();
  for (const std::string& sql : statements) {
    if (PQsendQueryParams(connection, sql.c_str(), 0, nullptr, nullptr, nullptr, nullptr, 0) != 1)
      fail();
    if (PQpipelineSync(connection) != 1) fail();
  }

  std::vector<Reply> replies;
  while (replies.size() < statements.size()) {
    const Result result(PQgetResult(connection), PQclear);
    if (PQstatus(connection) != CONNECTION_OK) fail();
    if (result == nullptr || PQresultStatus(result.get()) == PGRES_PIPELINE_SYNC) continue;
    replies.push_back(reply_of(result.get()));
  }
  while (PQexitPipelineMode(connection) != 1) {
    const Result rest(PQgetResult(connection), PQclear);
    if (PQstatus(connection) != CONNECTION_OK) fail();
  }
  return replies;
}

bool BlockingConnection::is_in_transaction() const {
  return PQtransactionStatus(connection_.get()) != PQTRANS_IDLE;
}

bool BlockingConnection::used_password() const {
  return PQconnectionUsedPassword(connection_.get()) == 1;
}

std::string BlockingConnection::quoted_name(std::string_view name) {
  return take(PQescapeIdentifier(connection_.get(), name.data(), name.size()));
}

std::string BlockingConnection::quoted_text(std::string_view text) {
  return take(PQescapeLiteral(connection_.get(), text.data(), text.size()));
}

std::string BlockingConnection::scram_verifier(const std::string& password,
                                               const std::string& role) {
  return take(
      PQencryptPasswordConn(connection_.get(), password.c_str(), role.c_str(), "scram-sha-256"));
}

void lock_until_closed(BlockingConnection& connection, std::int64_t key) {
  constexpr auto pause = std::chrono::milliseconds(50);
  constexpr auto patience = std::chrono::minutes(10);
  const auto give_up = std::chrono::steady_clock::now() + patience;
  while (connection.run("select pg_try_advisory_lock($1)", {std::to_string(key)})[0][0] != "t") {
    if (std::chrono::steady_clock::now() > give_up)
      throw ServerError("another node has been preparing this database for more than 10 minutes");
    std::this_thread::sleep_for(pause);
  }
}

}  // namespace freehold::db
