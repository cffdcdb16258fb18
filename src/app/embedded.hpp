// The servers that `freehold up` brings along: a private PostgreSQL and a private Redis as child
// processes, data in the var folder, sockets in a short folder that only their user may enter.
#pragma once

#include <filesystem>
#include <string>

#include "app/child.hpp"

namespace freehold::app {

// Where everything of `freehold up` lies.
struct Folders {
  std::filesystem::path var;      // as the person named it: ./var
  std::filesystem::path data;     // the same, or where ./var links to when servers cannot reach it
  std::filesystem::path sockets;  // short: a socket's path holds at most 107 bytes
};
// Makes the folders. When this process is root and the servers' user cannot enter the place (root's
// home), `var` becomes a link to a folder below /var/lib/freehold.
Folders make_folders(const std::filesystem::path& var);

// The servers of a program that was killed end by themselves, but not at once: waits for them.
void wait_for_last_servers(const Folders& folders);

// In the same PostgreSQL, for the tables of a product that stands beside this program.
inline constexpr const char* product_database = "product";

class EmbeddedPostgres {
 public:
  // Initialises the cluster the first time, starts it, and makes its two databases. Throws
  // std::runtime_error with the tail of its log when it does not come up.
  explicit EmbeddedPostgres(const Folders& folders);
  const std::string& admin_url() const { return admin_url_; }  // as superuser; socket, no password
  const std::string& url() const { return url_; }              // without a user
  void stop();

 private:
  Child server_;
  std::string admin_url_;
  std::string url_;
};

class EmbeddedRedis {
 public:
  explicit EmbeddedRedis(const Folders& folders);
  const std::string& url() const { return url_; }
  void stop();

 private:
  Child server_;
  std::string url_;
};

}  // namespace freehold::app
