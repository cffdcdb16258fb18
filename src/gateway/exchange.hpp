// One request to a product, and its answer back. Private to the module.
#pragma once

#include <memory>
#include <string>

#include "gateway/gateway.hpp"
#include "gateway/headers.hpp"
#include "gateway/pool.hpp"

namespace freehold::gateway {

class Exchange {
 public:
  Exchange(const Config& config, Pool& pool, http::Request& req, http::Passage& passage)
      : config_(config), pool_(pool), req_(req), passage_(passage) {}
  ~Exchange();
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  // Writes the answer. Throws Problem 502 or 504 when there is none, before anything was written;
  // what breaks later ends the connection. `identity`: header lines that say who is asking.
  Task<> run(std::string_view identity, std::string_view authority);

 private:
  // A line that was used within `freshness`, or a new one.
  Task<> connect(std::chrono::milliseconds freshness);
  Task<> upload();
  // The answer while the body goes out: it may come before its end.
  Task<> answer();
  // Whether it came; false when the line ended first.
  Task<bool> receive_head();
  Task<bool> receive_more(std::chrono::milliseconds patience);
  Task<> deliver();
  Task<> tunnel(std::string fields);
  Task<> client_to_product();
  Task<> product_to_client();
  void let_go();
  [[noreturn]] void fail(std::string_view why);

  const Config& config_;
  Pool& pool_;
  http::Request& req_;
  http::Passage& passage_;
  std::unique_ptr<Line> line_;
  bool websocket_ = false;
  bool uploaded_ = false;
  bool heard_ = false;  // some byte of an answer
};

}  // namespace freehold::gateway
