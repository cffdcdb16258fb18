// The routes of this module, by file. Private to it.
#pragma once

#include "billing/billing.hpp"

namespace freehold::billing {

void webhook_routes(http::Router& at, Billing& billing);
void overview_routes(http::Router& at, Billing& billing);
void invoice_routes(http::Router& at, Billing& billing);
void details_routes(http::Router& at, Billing& billing);
void card_routes(http::Router& at, Billing& billing);
void plan_routes(http::Router& at, Billing& billing);
void addon_routes(http::Router& at, Billing& billing);
void cancel_routes(http::Router& at, Billing& billing);
void pause_routes(http::Router& at, Billing& billing);
void return_routes(http::Router& at, Billing& billing);
void pricing_routes(http::Router& at, Billing& billing);
void invoice_api_routes(http::Router& at, Billing& billing);
void details_api_routes(http::Router& at, Billing& billing);
void api_routes(http::Router& at, Billing& billing);
void subscription_api_routes(http::Router& at, Billing& billing);

}  // namespace freehold::billing
