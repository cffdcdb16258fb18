// The hosted pages of the portal, at /portal/{session}.
#pragma once

#include <string_view>

#include "http/request.hpp"
#include "simulator/desk.hpp"

namespace freehold::simulator {

http::Response show_portal(Desk& desk, std::string_view path);
http::Response submit_portal(Desk& desk, const http::Request& request);

}  // namespace freehold::simulator
