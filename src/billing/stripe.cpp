#include "billing/stripe.hpp"

#include <mutex>

#include "core/async.hpp"
#include "core/json.hpp"
#include "core/log.hpp"

namespace freehold::billing {
namespace {

constexpr int most_attempts = 3;
constexpr int bulk_a_second = 25;
// One call with its attempts ends within the budget, so that the four of a fetch end within a
// lease.
constexpr auto budget = std::chrono::milliseconds(12'000);
constexpr auto attempt_timeout = std::chrono::milliseconds(6'000);
constexpr auto first_pause = std::chrono::milliseconds(200);
constexpr std::size_t answer_limit = 8 * 1024 * 1024;

bool is_unreserved(unsigned char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_' || c == '.' || c == '~';
}

void append_encoded(std::string& out, std::string_view text) {
  for (unsigned char c : text)
    out += is_unreserved(c) ? std::string(1, char(c)) : fmt::format("%{:02X}", c);
}

std::string text_at(const json::object& object, std::string_view name) {
  const json::value* found = object.if_contains(name);
  return found != nullptr && found->is_string() ? std::string(found->get_string()) : std::string();
}

StripeRefusal refusal_of(int status, const json::value& body) {
  static const json::object none;
  const json::object* object = body.if_object();
  const json::value* error = object != nullptr ? object->if_contains("error") : nullptr;
  const json::object& said = error != nullptr && error->is_object() ? error->get_object() : none;
  return {status, text_at(said, "type"), text_at(said, "code"), text_at(said, "param"),
          text_at(said, "message")};
}

json::value parse_body(const egress::Answer& answer) {
  boost::system::error_code error;
  json::value body = json::parse(answer.body, error);
  if (error)
    throw StripeAway(
        fmt::format("Stripe answered {} with something that is not JSON", answer.status));
  return body;
}

// Stripe says itself whether a retry makes sense; without its word: what looks like a passing
// fault.
bool worth_retrying(const egress::Answer& answer) {
  const std::string_view said = answer.header("stripe-should-retry");
  if (said == "true") return true;
  if (said == "false") return false;
  return answer.status == 409 || answer.status >= 500;
}

}  // namespace

// Gives out turns, one each 40 ms.
class Pace {
 public:
  using Time = std::chrono::steady_clock::time_point;
  // How long the turn that is taken now, of so many requests, is away.
  std::chrono::steady_clock::duration take(Time now, int requests = 1) {
    const std::lock_guard lock(mutex_);
    const Time turn = std::max(now, next_);
    next_ = turn + requests * std::chrono::milliseconds(1000 / bulk_a_second);
    return turn - now;
  }

 private:
  std::mutex mutex_;
  Time next_ = {};
};

namespace {

Task<egress::Answer> send_in_turn(Stripe::Send send, Passing passing, std::shared_ptr<Pace> pace,
                                  egress::Call call) {
  const auto away = pace->take(passing.now());
  if (away > away.zero()) co_await passing.wait(away);
  co_return co_await send(std::move(call));
}

}  // namespace

std::string encode(const Params& params) {
  std::string body;
  for (const auto& [name, value] : params) {
    if (!body.empty()) body += '&';
    append_encoded(body, name);
    body += '=';
    append_encoded(body, value);
  }
  return body;
}

StripeRefusal::StripeRefusal(int status, std::string type, std::string code, std::string param,
                             const std::string& message)
    : std::runtime_error(
          fmt::format("Stripe refused ({} {}): {}", status, code.empty() ? type : code, message)),
      status(status),
      type(std::move(type)),
      code(std::move(code)),
      param(std::move(param)) {}

Stripe::Stripe(egress::Client& egress, std::string base_url, Secret key)
    : Stripe([&egress](egress::Call call) { return egress.send(std::move(call)); },
             std::move(base_url), std::move(key)) {}

Stripe::Stripe(Send send, std::string base_url, Secret key, Passing passing)
    : send_(std::move(send)),
      passing_(std::move(passing)),
      pace_(std::make_shared<Pace>()),
      base_url_(std::move(base_url)),
      key_(std::move(key)) {
  if (!passing_.now) passing_.now = std::chrono::steady_clock::now;
  if (!passing_.wait) passing_.wait = sleep_for;
}

Stripe Stripe::in_bulk() const {
  Stripe slow = *this;
  slow.send_ = [send = send_, passing = passing_, pace = pace_](egress::Call call) {
    return send_in_turn(send, passing, pace, std::move(call));
  };
  return slow;
}

bool Stripe::is_live() const {
  const std::string& key = key_.reveal();
  return key.starts_with("sk_live_") || key.starts_with("rk_live_");
}

Task<> Stripe::wait_in_bulk(int requests) const {
  const auto away = pace_->take(passing_.now(), requests);
  if (away > away.zero()) co_await passing_.wait(away);
}

Task<json::value> Stripe::get(const std::string& path, const Params& params) {
  egress::Call made{.method = "GET", .url = base_url_ + path, .answer_limit = answer_limit};
  if (!params.empty()) made.url += "?" + encode(params);
  return call(std::move(made));
}

Task<json::value> Stripe::post(const std::string& path, const Params& params,
                               std::string idempotency_key) {
  egress::Call made{.method = "POST", .url = base_url_ + path, .answer_limit = answer_limit};
  made.body = encode(params);
  made.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
  made.headers.emplace_back("Idempotency-Key", std::move(idempotency_key));
  return call(std::move(made));
}

Task<json::value> Stripe::del(const std::string& path, const Params& params) {
  egress::Call made{.method = "DELETE", .url = base_url_ + path, .answer_limit = answer_limit};
  if (!params.empty()) made.url += "?" + encode(params);
  return call(std::move(made));
}

Task<json::value> Stripe::call(egress::Call made) {
  if (!configured()) throw StripeAway("no Stripe key is configured");
  made.headers.emplace_back("Authorization", "Bearer " + key_.reveal());
  made.headers.emplace_back("Stripe-Version", std::string(stripe_version));
  const auto end = std::chrono::steady_clock::now() + budget;
  std::string failure;
  for (int n = 0; n < most_attempts; ++n) {
    if (n > 0) co_await passing_.wait(first_pause * (1 << n));
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        end - std::chrono::steady_clock::now());
    if (n > 0 && left < std::chrono::seconds(1)) break;
    made.timeout = std::min(attempt_timeout, left);
    auto body = co_await attempt(made, failure);
    if (body) co_return std::move(*body);
  }
  throw StripeAway(failure);
}

// Nothing: try again.
Task<std::optional<json::value>> Stripe::attempt(egress::Call made, std::string& failure) {
  egress::Answer answer;
  try {
    answer = co_await send_(std::move(made));
  } catch (const egress::Failure& away) {
    failure = away.what();
  }
  if (answer.status == 0) co_return std::nullopt;
  if (worth_retrying(answer)) {
    failure = fmt::format("Stripe answered {}", answer.status);
    co_return std::nullopt;
  }
  json::value body = parse_body(answer);
  if (answer.status >= 400) throw refusal_of(answer.status, body);
  co_return body;
}

}  // namespace freehold::billing
