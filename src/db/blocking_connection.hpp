// One synchronous connection, for what runs at start-up or from the command line: roles,
// migrations, the doctor. Never used on an I/O thread.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

struct pg_conn;  // libpq's PGconn

namespace freehold::db {

using TextRow = std::vector<std::string>;  // null reads as ""
using TextRows = std::vector<TextRow>;

// What PostgreSQL, or the way to it, said no with.
struct ServerError : std::runtime_error {
  using std::runtime_error::runtime_error;
  std::string sqlstate;      // "08006" when there is no connection
  std::string advice;        // PostgreSQL's detail and hint
  std::size_t position = 0;  // of the mistake in the statement: characters from 1; 0: not known
};

// The answer to one statement of ask_each.
struct Reply {
  std::string sqlstate;  // empty: it went through
  std::string message;
  TextRows rows;
};

class BlockingConnection {
 public:
  // Throws ServerError when the server does not answer within 10 s or refuses.
  explicit BlockingConnection(const std::string& conninfo);

  // Runs text that may hold several statements; the rows of the last one.
  TextRows run(const std::string& sql);
  // Runs one statement with parameters.
  TextRows run(const std::string& sql, std::initializer_list<std::string> parameters);

  // Runs `copy (…) to stdout` and hands over each line as it comes, without its end.
  void copy_out(const std::string& sql, const std::function<void(std::string_view)>& take);

  // Runs each statement in a transaction of its own, all of them in one round trip.
  std::vector<Reply> ask_each(std::span<const std::string> statements);

  // Whether a BEGIN is still open, its statement failed or not.
  bool is_in_transaction() const;
  // Whether the server asked for the password that was given.
  bool used_password() const;

  std::string quoted_name(std::string_view name);
  std::string quoted_text(std::string_view text);
  // The SCRAM-SHA-256 verifier (RFC 5802): what the server keeps instead of the password.
  std::string scram_verifier(const std::string& password, const std::string& role);

 private:
  struct Close {
    void operator()(pg_conn* connection) const;
  };
  std::unique_ptr<pg_conn, Close> connection_;
};

// Takes an advisory lock of this database, held until the connection closes. Waits by asking again
// and not inside PostgreSQL: a session that waits there holds a snapshot, and CREATE INDEX
// CONCURRENTLY in the session that has the lock would wait for it for ever. Throws ServerError
// after ten minutes.
void lock_until_closed(BlockingConnection& connection, std::int64_t key);

}  // namespace freehold::db
