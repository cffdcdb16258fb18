// What the document of the API says of this module. Private to it.
#pragma once

#include "http/operation.hpp"

namespace freehold::billing {

inline constexpr http::Tag about_billing{
    "Billing", "What the workspace pays for. Also open while a payment is due."};

}  // namespace freehold::billing
