// The insides of an Edge. Private to the module.
#pragma once

#include <exception>

#include "http/client_address.hpp"
#include "http/edge.hpp"
#include "http/form_tokens.hpp"
#include "http/metrics.hpp"
#include "http/request_log.hpp"
#include "http/site_headers.hpp"

namespace freehold::http {

inline bool is_api(const Request& request) {
  return request.path.starts_with("/api/");
}

// Who reads a refusal: a person, who gets a page; a page's own script or a program, which get the
// problem, and a program is told how to log in.
enum class Reader { person, script, program };

struct Edge::State {
  State(EdgeParts from, Site of, Hooks with);

  void receive(Request& request, Instant now) const;
  // The client's address; an answer for who comes by http where everything is https.
  std::optional<Response> find_client(Request& request) const;
  std::optional<Response> admit(Request& request, const Router::Match& match) const;
  Response to_https(const Request& request) const;
  void check_content(const Request& request, const Route& route) const;
  Response answer_to(const std::exception_ptr& failure, Request& request, Reader reader) const;
  Problem problem_of(const std::exception_ptr& failure, const Request& request) const;
  void finish(Request& request, const Route* route, Response& response) const;
  Caching caching_of(const Request& request, bool is_private, Response& response) const;
  Task<> settle(Request& request, const Route* route, int status) const;
  // Counts it, and writes it into the log. `at` is when it came.
  void note(RequestLog::Entry entry);
  void compress_public(const Request& request, Response& response) const;

  const EdgeParts parts;
  const Site site;
  const Hooks hooks;
  const bool secure;
  const TrustedProxies proxies;
  const FormTokens tokens;
  const SiteHeaders headers;
  Metrics metrics;
  RequestLog request_log;
};

}  // namespace freehold::http
