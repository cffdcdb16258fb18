// Shared between the API and the pages of this module.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "core/json_fwd.hpp"
#include "documents/documents.hpp"
#include "html/form.hpp"
#include "http/request.hpp"
#include "http/router.hpp"

namespace freehold::documents {

// Of a request: a body of 100,000 bytes, three times as long when every character is encoded.
inline constexpr std::size_t body_limit = 512 * 1024;

void api_routes(http::Router& at, Documents& documents);
void list_routes(http::Router& at, Documents& documents);
void document_routes(http::Router& at, Documents& documents);
void export_routes(http::Router& at, Documents& documents);
Task<http::Response> send_export(Documents& documents, http::Request& req, db::DataRead& db);

// --- Of the pages

// place(req, "/new") is "/t/acme/documents/new".
std::string place(const http::Request& req, std::string_view path);
// A path with those of the fields that are not empty: "/t/acme/documents?q=boat&tag=sea".
std::string address(std::string path,
                    std::initializer_list<std::pair<std::string_view, std::string_view>> fields);
// The frame of a page below the list of documents.
Task<html::Frame> frame_of(Documents& documents, http::Request& req, std::string title);
http::Response show(const Documents& documents, std::string_view view, const html::Frame& frame,
                    json::object page, int status = 200);
// The page with the status and the code of the refusal that it shows.
http::Response refused(const Problem& problem, http::Response page);
// The keys of {{>TIME}}.
json::object time_of(Instant at);

// Whether this person may write now, and if not, why and who can help.
struct Writing {
  bool may = true;
  std::string why = {};
};
Task<Writing> writing(Documents& documents, const http::Request& req,
                      const entitlements::Snapshot& snapshot);
// The prompt for what a plan does not allow.
html::Callout upgrade_callout(const Problem& problem, std::string title);

}  // namespace freehold::documents
