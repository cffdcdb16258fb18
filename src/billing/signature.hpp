// Stripe's webhook signatures: `Stripe-Signature: t=<unix seconds>,v1=<hex>,…`, HMAC-SHA-256 over
// "<t>.<raw body>" under the whole secret ("whsec_…" as it is).
// https://docs.stripe.com/webhooks#verify-manually
#pragma once

#include <string_view>
#include <vector>

#include "core/crypto.hpp"
#include "core/time.hpp"

namespace freehold::billing {

enum class SignatureVerdict { valid, malformed, wrong, too_old, in_future };

// Any v1 under any secret counts: two are live while one is replaced. Compared in constant time.
// Its time may be `tolerance` from now, in either direction.
SignatureVerdict verify_signature(std::string_view header, std::string_view body,
                                  const std::vector<Secret>& secrets, Instant now,
                                  Duration tolerance);

}  // namespace freehold::billing
