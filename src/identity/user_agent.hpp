// What to call a device in a list: "Firefox on Linux". A guess from what the browser says of
// itself, for people to recognise it by; nothing is decided with it.
#pragma once

#include <string>
#include <string_view>

namespace freehold::identity {

std::string device_name(std::string_view user_agent);

}  // namespace freehold::identity
