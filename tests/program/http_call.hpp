// A client that speaks HTTP over the network and believes only whole answers.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace freehold::program {

struct Heard {
  int status = 0;  // 0: the connection broke off before the whole answer was there
  std::string body;
};

// One request on a connection of its own.
Heard call(int port, std::string_view method, std::string_view target,
           const std::vector<std::pair<std::string, std::string>>& headers,
           std::string_view body = "");

}  // namespace freehold::program
