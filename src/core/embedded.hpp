// Files that the program carries inside itself: templates, assets, migrations. The bytes are linked
// in by the target freehold::embedded (cmake/assets.cmake); they live as long as the program.
#pragma once

#include <span>
#include <string_view>

namespace freehold {

struct EmbeddedFile {
  std::string_view path;  // from the root of the repository; an asset's is its name, "app.css"
  std::string_view body;
  std::string_view br;  // the body compressed with brotli; empty where that does not pay
  std::string_view gz;
  std::string_view type;  // media type; assets only
  std::string_view hash;  // the first 12 hexadecimal digits of the body's SHA-256
};

namespace embedded {

std::span<const EmbeddedFile> templates();   // <module>/templates/** below src and product
std::span<const EmbeddedFile> assets();      // what scripts/build-assets.mjs made
std::span<const EmbeddedFile> migrations();  // src/<module>/migrations/{both,control,data}/*.sql
std::span<const EmbeddedFile> defaults();    // plans.toml
std::span<const EmbeddedFile> starters();    // what `freehold init` writes
std::span<const EmbeddedFile> documents();   // docs/api/errors.md

}  // namespace embedded
}  // namespace freehold
