// For tests: a browser that uses the pages behind an Edge.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/async.hpp"
#include "http/edge.hpp"
#include "tests/support/world.hpp"

namespace freehold::test {

using FormFields = std::vector<std::pair<std::string, std::string>>;

class Browser {
 public:
  // `base_url` is the site's: what forms give as their origin.
  Browser(World& world, http::Edge& edge, std::string base_url);

  std::string ip = "203.0.113.7";
  std::map<std::string, std::string> cookies;
  std::string form_token;  // of the page that was loaded last

  http::Response get(const std::string& path);
  // A form of the page that was loaded last.
  http::Response post(const std::string& path, FormFields fields = {});

 private:
  http::Response send(http::Request request);

  World& world_;
  http::Edge& edge_;
  std::string base_url_;
};

// What lies between the two; empty when they are not there.
std::string between(std::string_view text, std::string_view before, std::string_view after);

// The words of a page's main part, without markup and with single spaces.
std::string words_of(std::string_view page);

// What is wrong with the markup: a tag that is not closed, or an "&" that begins no character.
// Empty: nothing.
std::string mistakes_in(std::string_view html);

}  // namespace freehold::test
