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

 private:
  Program& program_;
};

}  // namespace freehold::program
