// The page of usage and limits, /t/{slug}/usage, and GET /api/v1/usage.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "catalog/catalog.hpp"
#include "core/actor.hpp"
#include "core/keys.hpp"
#include "core/task.hpp"
#include "db/db.hpp"
#include "entitlements/entitlements.hpp"
#include "html/frame.hpp"
#include "html/html.hpp"
#include "http/router.hpp"

namespace freehold::metering {

// Counts the live things under a limit, for the actor's tenant. The module that owns them hands it
// in.
struct Gauge {
  Limit limit;
  std::function<Task<std::int64_t>(const Actor&)> count;
  std::string path = {};  // of their page within the workspace: "/documents"; empty: none
};

// What the routes stand on; put together once by the program.
struct Pages {
  db::Database& database;
  entitlements::Gates& gates;
  const catalog::Catalog& catalog;
  const html::Views& views;
  // Navigation, banner and tokens around a page; the handler adds title and breadcrumbs.
  std::function<Task<html::Frame>(http::Request&)> frame;
  std::vector<Gauge> gauges;
  std::string base_url = {};  // of the product, for links to its plans
  // Whether a product key still opens what it has opened: a stream ends when it does not.
  std::function<Task<bool>(std::string secret, Origin origin)> admits = {};
};

void routes(http::Router& at, Pages& pages);

}  // namespace freehold::metering
