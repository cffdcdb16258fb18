// Stripe's own pages for customers. Private to this module.
// https://docs.stripe.com/api/customer_portal/sessions
#pragma once

#include "billing/billing.hpp"

namespace freehold::billing {

// The address of a portal session that leads back to the billing details. It opens the customer's
// billing to whoever has it for some minutes, so it is neither kept nor logged: a redirect to it is
// all that may be made of it. Nothing: Stripe does not answer.
Task<std::optional<std::string>> open_portal(Billing& billing, const Actor& actor,
                                             std::string slug);

}  // namespace freehold::billing
