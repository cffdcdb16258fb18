// Somebody with a browser: cookies, and the form token of the page that was loaded last.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "tests/program/program.hpp"

namespace freehold::program {

using FormFields = std::vector<std::pair<std::string, std::string>>;
std::string encoded(const FormFields& fields);

// The part of `text` between two marks; empty when the first is not there.
std::string between(std::string_view text, std::string_view before, std::string_view after);

enum class Listener { product, staff };

class Visitor {
 public:
  explicit Visitor(Program& program, Listener listener = Listener::product)
      : program_(program), listener_(listener) {}

  std::map<std::string, std::string> cookies;
  std::string csrf_token;
  std::string ip = "203.0.113.7";

  http::Response get(const std::string& path);
  // A form of the page that was loaded last, with its token.
  http::Response post(const std::string& path, const FormFields& fields = {});
  // The request as a browser would send it: with cookies and, if it is a form, origin and token.
  http::Request request(http::Method method, const std::string& target) const;
  http::Response send(http::Request request);

 private:
  Program& program_;
  Listener listener_;
};

}  // namespace freehold::program
