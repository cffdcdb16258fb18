// The client of Stripe's API, private to this module. The base URL alone decides whether it speaks
// to Stripe or to the simulator. https://docs.stripe.com/api
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/crypto.hpp"
#include "core/json_fwd.hpp"
#include "core/task.hpp"
#include "egress/egress.hpp"

namespace freehold::billing {

// The version that every call names and that answers are read in.
inline constexpr std::string_view stripe_version = "2026-10-28.endive";

// Parameters in the order they are sent: {"items[0][price]", "price_1"}. An empty value unsets.
using Params = std::vector<std::pair<std::string, std::string>>;
// application/x-www-form-urlencoded
std::string encode(const Params& params);

// Stripe answered with an error.
struct StripeRefusal : std::runtime_error {
  StripeRefusal(int status, std::string type, std::string code, std::string param,
                const std::string& message);
  int status;
  std::string type;  // invalid_request_error, card_error, idempotency_error, api_error …
  std::string code;  // resource_missing, card_declined …
  std::string param;
  // Whether the same call may succeed later without anybody changing something.
  bool may_pass_later() const { return status == 409 || status == 429 || status >= 500; }
};

// Stripe did not answer: down, too slow, or no key is configured.
struct StripeAway : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// How time passes between two attempts of a call, and between two requests of bulk work.
struct Passing {
  std::function<std::chrono::steady_clock::time_point()> now = {};  // none: the machine's
  std::function<Task<>(std::chrono::steady_clock::duration)> wait = {};
};

class Pace;

class Stripe {
 public:
  // How a call gets to Stripe; throws egress::Failure.
  using Send = std::function<Task<egress::Answer>(egress::Call)>;

  Stripe(egress::Client& egress, std::string base_url, Secret key);
  // For tests: a Stripe that is reached without a network, and time that passes as they say.
  Stripe(Send send, std::string base_url, Secret key, Passing passing = {});

  // The same Stripe for work that nobody waits for: all that is asked of what this returns,
  // wherever in the process, begins at most 25 times a second. Stripe allows 100, which are for
  // people. https://docs.stripe.com/rate-limits
  Stripe in_bulk() const;
  // Waits for the turn of so many requests of bulk work, which then follow by the ordinary path.
  Task<> wait_in_bulk(int requests) const;

  bool configured() const { return !key_.empty(); }
  // Whether the key is one of live mode.
  bool is_live() const;
  const std::string& base_url() const { return base_url_; }

  Task<json::value> get(const std::string& path, const Params& params);
  // Deleting twice is the same as once, so it has no key; retried like a post.
  Task<json::value> del(const std::string& path, const Params& params);
  // Retried up to twice within 12 s with the same key, which makes it the same call.
  Task<json::value> post(const std::string& path, const Params& params,
                         std::string idempotency_key);

 private:
  Task<json::value> call(egress::Call made);
  Task<std::optional<json::value>> attempt(egress::Call made, std::string& failure);

  Send send_;
  Passing passing_;
  std::shared_ptr<Pace> pace_;
  std::string base_url_;
  Secret key_;
};

}  // namespace freehold::billing
