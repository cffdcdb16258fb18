// The program held to the document of its API: whatever it answers to any test is what the document
// says of that operation and status.
#pragma once

#include <set>
#include <string>
#include <utility>

#include "core/json.hpp"
#include "http/router.hpp"

namespace freehold::program {

class Contract {
 public:
  explicit Contract(std::string_view document);

  const json::object& document() const { return document_; }
  // Null for a route that the document does not speak of.
  const json::object* operation(const http::Route& route) const;

  // What is wrong with the exchange; empty when all is well. A stream is held to the document as it
  // is heard: what is wrong with it then is told to doctest.
  std::string complaint(const http::Router& router, const http::Request& request,
                        http::Response& response) const;

 private:
  std::string about_answer(const json::object& operation, const http::Response& response) const;
  std::string about_request(const json::object& operation, const http::Request& request) const;
  void listen(const json::object& operation, http::Response& response) const;

  json::object document_;
};

// "list_documents 200": each answer that was held to the document in this process so far.
std::set<std::string> answers_seen();

}  // namespace freehold::program
