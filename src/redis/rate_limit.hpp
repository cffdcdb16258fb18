// How often somebody may do something: GCRA (the generic cell rate algorithm) decided by one script
// in Redis, so that all nodes share the limits at one round trip per request. While Redis is away
// each node holds its share of the limits by itself: a limit never fails open.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/id.hpp"
#include "core/task.hpp"
#include "core/time.hpp"
#include "redis/redis.hpp"

namespace freehold::redis {

// `limit` requests per `window` on average, `burst` at once: in any time t at most
// burst + t * limit / window pass. Rates are kept to a microsecond per request.
struct Policy {
  std::string name;  // lower-case letters, digits and . _ -; clients read it in the header
  std::int64_t limit = 1;
  std::chrono::seconds window{1};
  std::int64_t burst = 1;
};

// A policy as it counts for one subject. Subjects are hashed before they leave the process: an
// address or e-mail address does not lie in Redis. Empty: the tenant itself, or everybody.
struct Bucket {
  Policy policy;
  std::string subject;
};

struct PolicyVerdict {
  Policy policy;
  bool allowed = true;
  std::int64_t remaining = 0;            // requests that would pass now
  std::int64_t reset_seconds = 0;        // until `remaining` grows; 0 when it is full
  std::int64_t retry_after_seconds = 0;  // until this request would pass; 0 when it did
};

struct Verdict {
  bool allowed = true;
  std::vector<PolicyVerdict> policies;  // in the order asked
  bool degraded = false;                // decided by this node alone, from its share of the limit

  std::int64_t retry_after_seconds() const;  // the longest; 0 when allowed
  std::vector<std::string> violated() const;
};

// Response fields of draft-ietf-httpapi-ratelimit-headers-10, as RFC 9651 structured fields.
// RateLimit-Policy: "burst";q=20;w=1,"sustained";q=6000;w=60
std::string rate_limit_policy_field(const Verdict& verdict);
// RateLimit: "burst";r=12;t=1,"sustained";r=5400;t=37. `t` is reset_seconds and never later than
// Retry-After, whose value is retry_after_seconds().
std::string rate_limit_field(const Verdict& verdict);

// What an address counts as: itself for IPv4, its /64 for IPv6, which one host has for itself.
// What is no address is returned as it is.
std::string network_of(std::string_view address);

class RateLimiter {
 public:
  struct Config {
    int nodes = 1;                  // that share the limits while Redis is away
    std::size_t capacity = 65'536;  // buckets that this process remembers then
  };

  // The clock is the machine's; it is asked only while Redis is away.
  RateLimiter(Client& client, const Clock& machine, Config config);
  ~RateLimiter();

  // Takes `cost` from every bucket, or from none when one of them has not enough. A cost above a
  // policy's burst counts as the whole burst. The buckets of a tenant lie in one slot of a Redis
  // Cluster, and so do all others; hence one call is one or the other. Throws std::invalid_argument
  // for a policy that makes no sense.
  Task<Verdict> take(TenantId tenant, std::vector<Bucket> buckets, std::int64_t cost = 1);
  Task<Verdict> take(std::vector<Bucket> buckets, std::int64_t cost = 1);

 private:
  struct State;
  Task<Verdict> take_from(std::string prefix, std::vector<Bucket> buckets, std::int64_t cost);
  std::unique_ptr<State> state_;
};

}  // namespace freehold::redis
