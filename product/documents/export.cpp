// Every document as one line of JSON (NDJSON), for the API and the page alike.
#include <mutex>
#include <unordered_set>

#include "core/async.hpp"
#include "core/json.hpp"
#include "core/words.hpp"
#include "documents/handlers.hpp"

namespace freehold::documents {

struct Exports::InHand {
  std::mutex guard;  // requests come on every io thread
  std::unordered_set<std::string> tenants;
};

std::shared_ptr<Exports::InHand> Exports::make() {
  return std::make_shared<InHand>();
}

std::shared_ptr<const void> Exports::enter(TenantId tenant) {
  const std::string key = to_string(tenant);
  const std::scoped_lock lock(in_hand_->guard);
  if (in_hand_->tenants.contains(key))
    throw Problem::too_many_requests(worded("An export of this workspace is being sent. Wait until "
                                            "it has arrived, then try again."),
                                     10);
  if (in_hand_->tenants.size() >= most)
    throw Problem::unavailable("exports_busy",
                               "Too many exports are being sent. Try again in a minute.");
  in_hand_->tenants.insert(key);
  return std::shared_ptr<const void>(in_hand_.get(), [all = in_hand_, key](const void*) {
    const std::scoped_lock leaving(all->guard);
    all->tenants.erase(key);
  });
}

Task<http::Response> send_export(Documents& documents, http::Request& req, db::DataRead& db) {
  http::Response response;
  response.static_owner = documents.exports.enter(req.actor().tenant());
  response.content_type = "application/x-ndjson";
  std::optional<DocumentId> after;
  while (true) {
    const auto part = co_await all_after(db, after);
    for (const Document& document : part)
      response.body += json::serialize(to_json(document)) + "\n";
    if (part.empty()) break;
    after = part.back().id;
  }
  response.headers.emplace_back("Content-Disposition", "attachment; filename=\"documents.ndjson\"");
  co_return response;
}

}  // namespace freehold::documents
