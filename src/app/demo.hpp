// The three demo workspaces of `freehold up`: one on a trial, one that has paid for months, one
// whose last payment failed. Their story is played by the product itself, on a clock that begins
// four months ago, with the simulator's Stripe: nothing of it is written by hand.
#pragma once

#include <array>
#include <filesystem>
#include <string_view>

#include "app/node.hpp"
#include "core/task.hpp"
#include "core/time.hpp"
#include "simulator/host.hpp"

namespace freehold::app {

inline constexpr std::string_view demo_password = "harbour-lantern-42";
inline constexpr std::string_view demo_staff = "staff@freehold.example";
// How far back the story begins.
inline constexpr Duration demo_began = days(125);

struct DemoPerson {
  std::string_view name;
  std::string_view email;
  std::string_view role;  // owner, admin, member or viewer
  std::string_view workspace;
  std::string_view slug;
  std::string_view about;  // of the workspace, for the list of log-ins
};

inline constexpr std::array demo_people{
    DemoPerson{"Jonas Silva", "jonas@northwind.example", "owner", "Northwind Labs",
               "northwind-labs", "Pays for Pro, four months of usage"},
    DemoPerson{"Ada Park", "ada@northwind.example", "member", "Northwind Labs", "northwind-labs",
               "The same workspace, as somebody who may do less"},
    DemoPerson{"Tom Reyes", "tom@northwind.example", "viewer", "Northwind Labs", "northwind-labs",
               "The same workspace, reading only"},
    DemoPerson{"Maya Okafor", "maya@lighthouse.example", "owner", "Lighthouse Studio",
               "lighthouse-studio", "On a trial of Pro"},
    DemoPerson{"Priya Nair", "priya@copperkettle.example", "owner", "Copper Kettle",
               "copper-kettle", "Past due: its card was declined"},
};

// The clock stands demo_began in the past and comes back to the machine's. Called before the worker
// runs, with the node serving. Returns the password of the member of staff.
Task<std::string> play_demo(Node& node, simulator::Host& host, const simulator::SharedClock& clock);

}  // namespace freehold::app
