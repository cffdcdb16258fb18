// One call to /v1: who asks, whether it was asked before, what it does, and the answer.
#include <fmt/format.h>

#include <algorithm>
#include <exception>

#include "core/crypto.hpp"
#include "core/log.hpp"
#include "simulator/endpoints.hpp"
#include "simulator/expand.hpp"
#include "simulator/faults.hpp"
#include "simulator/form.hpp"
#include "simulator/parts.hpp"
#include "simulator/settings.hpp"
#include "simulator/test_clocks.hpp"

namespace freehold::simulator {

namespace {

constexpr std::size_t kept_calls = 500;

bool same_letters(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                            [&](char x, char y) { return lower(x) == lower(y); });
}

// The key of "Bearer sk_…" or of Basic authentication's user name.
std::string key_of(std::string_view authorization) {
  if (authorization.starts_with("Bearer ")) return std::string(authorization.substr(7));
  if (!authorization.starts_with("Basic ")) return {};
  const std::string pair = from_base64(authorization.substr(6)).value_or("");
  return pair.substr(0, pair.find(':'));
}

StripeError unauthenticated(const std::string& key) {
  if (key.empty())
    return {401, "invalid_request_error",
            "You did not provide an API key. You need to provide your API key in the Authorization "
            "header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY'). See "
            "https://stripe.com/docs/api#authentication for details, or we can help at "
            "https://support.stripe.com/."};
  const std::string tail = key.size() > 4 ? key.substr(key.size() - 4) : std::string();
  return {401, "invalid_request_error",
          fmt::format("Invalid API Key provided: {}****{}. The simulator takes any key that begins "
                      "with sk_test_sim_.",
                      key.substr(0, std::min<std::size_t>(key.size(), 8)), tail)};
}

void check_caller(const Call& call) {
  const std::string key = key_of(header_of(call.headers, "Authorization"));
  if (!key.starts_with("sk_test_sim_") || key.size() < 13) throw unauthenticated(key);
  const std::string_view version = header_of(call.headers, "Stripe-Version");
  if (!version.empty() && version != api_version)
    throw StripeError::parameter(
        {}, {},
        fmt::format("Invalid Stripe API version: {}. The simulator speaks {} only.", version,
                    api_version));
}

const Endpoint& endpoint_of(const Call& call, Params::PathIds& ids) {
  const std::string_view path = path_of(call.target);
  const Endpoint* endpoint = find_endpoint(call.method, path, ids);
  if (endpoint != nullptr) return *endpoint;
  StripeError error{
      404, "invalid_request_error",
      fmt::format("Unrecognized request URL ({}: {}). If Stripe has it, the simulator "
                  "does not simulate it yet: docs/simulator.md lists what it does.",
                  call.method, path)};
  error.begun = false;
  throw error;
}

json::object fields_of(const Call& call) {
  const std::string_view query = query_of(call.target);
  if (query.empty()) return parse_nested_form(call.body);
  if (call.body.empty()) return parse_nested_form(query);
  return parse_nested_form(fmt::format("{}&{}", query, call.body));
}

// Runs the handler; every parameter must have been read.
json::object handle(State& state, const Endpoint& endpoint, Params& params) {
  const ClockTime time(state, params);
  const std::vector<std::string> expansions = params.texts("expand");
  const auto known = parameters_of(endpoint);
  try {
    json::object answer = endpoint.handle(state, params).as_object();
    params.refuse_unread(known);
    expand(state, expansions, answer);
    return answer;
  } catch (const StripeError& error) {
    // A decline keeps what it changed, but not for a call that should never have begun.
    if (error.keeps_changes) params.refuse_unread(known);
    throw;
  }
}

Answer as_answer(const StripeError& error) {
  Answer answer{.status = error.status, .body = indented(error.body())};
  if (error.status == 401)
    answer.headers.emplace_back("WWW-Authenticate", "Basic realm=\"Stripe\"");
  if (!error.should_retry.empty())
    answer.headers.emplace_back("Stripe-Should-Retry", error.should_retry);
  if (!error.limit.empty()) answer.headers.emplace_back("Stripe-Rate-Limited-Reason", error.limit);
  return answer;
}

Answer replay(const json::object& kept) {
  return {.status = static_cast<int>(number_of(kept, "status")),
          .headers = {{"Idempotent-Replayed", "true"},
                      {"Original-Request", text_of(kept, "request_id")}},
          .body = text_of(kept, "body")};
}

KeyedCall keyed(const Call& call, const json::object& fields) {
  KeyedCall keyed_call;
  if (call.method == "POST")
    keyed_call = {.key = std::string(header_of(call.headers, "Idempotency-Key")),
                  .path = std::string(path_of(call.target)),
                  .params = fields};
  if (keyed_call.key.size() > 255)
    throw StripeError::parameter({}, {}, "Idempotency keys can be up to 255 characters long.");
  return keyed_call;
}

// Keeps an answer under the key of a call that has one.
void keep(State& state, const KeyedCall& call, const Answer& answer) {
  if (!call.key.empty()) keep_answer(state, call, answer.status, answer.body);
}

// The endpoint's answer. What it changed and what the key remembers are one change.
Answer carry_out(Parts& parts, const Endpoint& endpoint, const KeyedCall& call, Params& params) {
  Answer answer;
  try {
    parts.transact(parts.now(), [&] {
      try {
        answer.body = indented(handle(parts.state, endpoint, params));
        keep(parts.state, call, answer);
      } catch (const StripeError& error) {
        if (error.keeps_changes) keep(parts.state, call, as_answer(error));
        throw;
      }
    });
  } catch (const StripeError& error) {
    answer = as_answer(error);
    if (error.begun && !error.keeps_changes)
      parts.transact(parts.now(), [&] { keep(parts.state, call, answer); });
  }
  return answer;
}

Answer meet(Parts& parts, Fault fault, const KeyedCall& call) {
  if (fault == Fault::timeout) return {.fate = Answer::Fate::held};
  const StripeError error = error_of(fault, call.key);
  const Answer answer = as_answer(error);
  if (error.begun) parts.transact(parts.now(), [&] { keep(parts.state, call, answer); });
  return answer;
}

std::optional<Fault> next_fault(Parts& parts, const Call& call) {
  std::optional<Fault> fault;
  parts.transact(parts.now(),
                 [&] { fault = take_fault(parts.state, call.method, path_of(call.target)); });
  return fault;
}

Answer answer_checked(Parts& parts, const Call& call) {
  check_caller(call);
  Params::PathIds ids;
  const Endpoint& endpoint = endpoint_of(call, ids);
  if (settings_of(parts.state).rate_limits) parts.count_call(endpoint.method, endpoint.path);
  json::object fields = fields_of(call);
  const KeyedCall keyed_call = keyed(call, fields);
  const auto fault = next_fault(parts, call);
  if (fault && *fault != Fault::lost) return meet(parts, *fault, keyed_call);

  const auto kept = keyed_call.key.empty() ? std::nullopt : find_answer(parts.state, keyed_call);
  Params params(std::move(fields), std::move(ids));
  Answer answer = kept ? replay(*kept) : carry_out(parts, endpoint, keyed_call, params);
  if (fault) answer.fate = Answer::Fate::lost;
  return answer;
}

// Anything else that is thrown is a mistake of ours: a 500, as of Stripe's.
Answer answer_safely(Parts& parts, const Call& call) {
  try {
    return answer_checked(parts, call);
  } catch (const StripeError& error) {
    return as_answer(error);
  } catch (const std::exception& error) {
    log::error("simulator.call_failed", {{"method", call.method},
                                         {"path", path_of(call.target)},
                                         {"error", std::string_view(error.what())}});
    return as_answer({500, "api_error", "The simulator failed; its log says why."});
  }
}

}  // namespace

Answer Parts::answer(const Call& call) {
  const std::string_view key = header_of(call.headers, "Idempotency-Key");
  state.cause = {.request_id = new_request_id(), .idempotency_key = std::string(key)};
  Answer answer = answer_safely(*this, call);
  answer.headers.emplace_back("Content-Type", "application/json");
  answer.headers.emplace_back("Cache-Control", "no-cache, no-store");
  answer.headers.emplace_back("Request-Id", state.cause.request_id);
  answer.headers.emplace_back("Stripe-Version", api_version);
  if (!key.empty()) answer.headers.emplace_back("Idempotency-Key", key);
  remember(call, answer);
  return answer;
}

// https://docs.stripe.com/rate-limits, of a sandbox: in a second of the machine's clock.
void Parts::count_call(std::string_view method, std::string_view path) {
  constexpr int most = 100;
  constexpr int most_of_endpoint = 25;
  const std::int64_t second = clock.base().now().micros / 1'000'000;
  if (second != counted_second) {
    counted.clear();
    counted_second = second;
  }
  StripeError error = StripeError::rate_limited();
  if (++counted[""] > most) error.limit = "global-rate";
  if (++counted[fmt::format("{} {}", method, path)] > most_of_endpoint)
    error.limit = "endpoint-rate";
  if (!error.limit.empty()) throw error;
}

std::string Parts::new_request_id() {
  const Digest digest = sha256(fmt::format("{}/{}", start, ++calls));
  return "req_" + to_hex(view(digest)).substr(0, 14);
}

void Parts::remember(const Call& call, const Answer& answer) {
  static constexpr std::string_view fates[] = {"sent", "lost", "held"};
  log.push_back({{"at", now()},
                 {"method", call.method},
                 {"target", call.target},
                 {"body", call.body},
                 {"request_id", state.cause.request_id},
                 {"idempotency_key", state.cause.idempotency_key},
                 {"status", answer.status},
                 {"fate", fates[static_cast<std::size_t>(answer.fate)]}});
  if (log.size() > kept_calls) log.pop_front();
}

std::string_view path_of(std::string_view target) {
  return target.substr(0, target.find('?'));
}

std::string_view query_of(std::string_view target) {
  const std::size_t mark = target.find('?');
  return mark == std::string_view::npos ? std::string_view{} : target.substr(mark + 1);
}

std::string_view header_of(const Headers& headers, std::string_view name) {
  const auto found = std::find_if(headers.begin(), headers.end(), [&](const auto& header) {
    return same_letters(header.first, name);
  });
  return found == headers.end() ? std::string_view{} : std::string_view(found->second);
}

}  // namespace freehold::simulator
