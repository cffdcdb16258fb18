// A product's own backend, with a key that opens what is made for it.
#pragma once

#include <string>

#include "tests/program/program.hpp"

namespace freehold::program {

class Product {
 public:
  explicit Product(Program& program);

  std::string key;
  http::Request request(http::Method method, const std::string& target,
                        const std::string& json = "") const;
  http::Response get(const std::string& target);
  http::Response post(const std::string& target, const std::string& json);
  // Holds units of a meter for a workspace, for a minute.
  http::Response hold(TenantId tenant, const std::string& once, int quantity = 1);

 private:
  Program& program_;
};

}  // namespace freehold::program
