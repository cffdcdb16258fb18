// Style sheet, scripts, font and icons, addressed by content: /assets/app.0170cf4aa102.css never
// changes, so it is served with `Cache-Control: public, max-age=31536000, immutable`.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/embedded.hpp"

namespace freehold::html {

struct Asset {
  std::string_view body;
  std::string_view br;  // empty where compression does not pay
  std::string_view gz;
  std::string_view type;
  std::string_view hash;              // good as a strong ETag
  std::shared_ptr<const void> owner;  // keeps the bytes alive when they were read from disk
};

class Assets {
 public:
  // From `files`; with a directory, from its assets/dist as long as that has a manifest.
  Assets(std::span<const EmbeddedFile> files, std::string directory);
  ~Assets();

  // `path` is the path of the request: "/assets/app.0170cf4aa102.css".
  std::optional<Asset> find(std::string_view path) const;

  // The address of an asset by its name, "app.css"; empty if there is none. Templates write
  // {{asset_app_css}}.
  std::string url(std::string_view name) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace freehold::html
