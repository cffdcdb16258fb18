// Stands between a node and PostgreSQL, writes down what passes, and can misbehave.
#pragma once

#include <atomic>
#include <map>
#include <mutex>
#include <string>
#include <thread>

namespace freehold::db {

class TestProxy {
 public:
  // `conninfo` of the server, on a unix socket.
  explicit TestProxy(const std::string& conninfo);
  ~TestProxy();

  // The same database through the proxy.
  std::string url() const { return url_; }

  // What the clients have sent since the last call: one line for each round trip, one letter for
  // each message (P parse, B bind, D describe, E execute, S sync). Logging in is left out.
  std::string take_log();

  // The n-th Sync from now on does not reach the server: its connection is closed instead.
  void cut_at_sync(int n) { syncs_to_cut_ = n; }
  // From now on everybody who connects is shown the door.
  void go_away() { is_away_ = true; }
  int attempts() const { return attempts_; }  // to connect, since the beginning
  // Session settings in the start-up packet are refused, as PgBouncer does.
  void refuse_options() { refuses_options_ = true; }

 private:
  struct Client {
    int other;  // the other side's descriptor
    bool is_client;
    std::string unparsed = {};
    bool is_logged_in = false;
  };

  void serve();
  void accept_client();
  void pass(int descriptor);
  bool inspect(int descriptor, std::string_view bytes);
  bool inspect_start(int descriptor, Client& client);
  void close_pair(int descriptor);

  std::string folder_;
  std::string url_;
  std::string server_path_;
  int listener_ = -1;
  std::map<int, Client> clients_;  // by descriptor, both sides
  std::mutex mutex_;
  std::string log_;
  bool is_client_turn_ = true;
  std::atomic<int> syncs_to_cut_ = 0;
  std::atomic<bool> refuses_options_ = false;
  std::atomic<bool> is_away_ = false;
  std::atomic<int> attempts_ = 0;
  std::atomic<bool> is_ending_ = false;
  std::jthread thread_;
};

}  // namespace freehold::db
