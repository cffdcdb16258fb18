// Files of the program itself: style sheet, scripts, font, icons. An address with the content's
// hash never changes what it means, so it may be kept for ever.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "http/router.hpp"

namespace freehold::http {

struct Asset {
  std::string_view body;
  std::string_view br;  // compressed; empty where that does not pay
  std::string_view gz;
  std::string_view type;                   // media type
  std::string_view hash;                   // of the body: the strong ETag
  std::shared_ptr<const void> owner = {};  // keeps the bytes alive when they were read from disk
};

// Finds a file by the path of the request: "/assets/app.0170cf4aa102.css".
using FindAsset = std::function<std::optional<Asset>(std::string_view path)>;

// Adds GET /assets/{file}.
void serve_assets(Router& at, FindAsset find);

// One file as an answer: in the coding the client likes best, 304 when it has the file already,
// cached for a year when the request's address carries the hash.
Response asset_response(const Request& request, const Asset& asset);

}  // namespace freehold::http
