#include "html/assets.hpp"

#include <boost/json.hpp>
#include <map>
#include <mutex>

#include "html/engine/files.hpp"

namespace freehold::html {

namespace {

// The embedded name and hash make the address: "app.css" and "0170cf4aa102" are
// /assets/app.0170cf4aa102.css. scripts/build-assets.mjs names the files on disk in the same way.
std::string address(std::string_view name, std::string_view hash) {
  const auto dot = name.rfind('.');
  return fmt::format("/assets/{}.{}{}", name.substr(0, dot), hash, name.substr(dot));
}

struct Catalogue {
  std::map<std::string, Asset, std::less<>> by_address;
  std::map<std::string, std::string, std::less<>> addresses;  // by name
};

void add(Catalogue& catalogue, std::string_view name, Asset asset) {
  std::string url = address(name, asset.hash);
  catalogue.addresses.emplace(name, url);
  catalogue.by_address.emplace(std::move(url), std::move(asset));
}

std::shared_ptr<const Catalogue> from_program(std::span<const EmbeddedFile> files) {
  auto catalogue = std::make_shared<Catalogue>();
  for (const EmbeddedFile& file : files)
    add(*catalogue, file.path, Asset{file.body, file.br, file.gz, file.type, file.hash, nullptr});
  return catalogue;
}

// One asset read from disk, with everything its views point to.
struct Loaded {
  std::string body, br, gz, type, hash;
};

std::shared_ptr<const Catalogue> from_disk(const std::string& dist, std::string_view manifest) {
  auto catalogue = std::make_shared<Catalogue>();
  const boost::json::value parsed = boost::json::parse(manifest);
  for (const boost::json::value& entry : parsed.at("files").as_array()) {
    auto loaded = std::make_shared<Loaded>();
    const std::string path = dist + "/" + std::string(entry.at("file").as_string());
    loaded->body = read_file(path).value_or("");
    loaded->br = read_file(path + ".br").value_or("");
    loaded->gz = read_file(path + ".gz").value_or("");
    loaded->type = entry.at("type").as_string();
    loaded->hash = entry.at("hash").as_string();
    add(*catalogue, entry.at("path").as_string(),
        Asset{loaded->body, loaded->br, loaded->gz, loaded->type, loaded->hash, loaded});
  }
  return catalogue;
}

}  // namespace

struct Assets::State {
  std::string dist;  // empty: the embedded assets
  mutable std::mutex mutex;
  mutable std::string manifest;
  mutable std::shared_ptr<const Catalogue> catalogue;

  // While developing, a new build shows at the next request.
  std::shared_ptr<const Catalogue> current() const {
    const std::lock_guard lock(mutex);
    if (dist.empty()) return catalogue;
    std::optional<std::string> found = read_file(dist + "/manifest.json");
    if (found && *found != manifest) {
      catalogue = from_disk(dist, *found);
      manifest = std::move(*found);
    }
    return catalogue;
  }
};

Assets::Assets(std::span<const EmbeddedFile> files, std::string directory)
    : state_(std::make_unique<State>()) {
  state_->catalogue = from_program(files);
  if (!directory.empty()) state_->dist = directory + "/assets/dist";
}

Assets::~Assets() = default;

std::optional<Asset> Assets::find(std::string_view path) const {
  const auto catalogue = state_->current();
  const auto found = catalogue->by_address.find(path);
  return found == catalogue->by_address.end() ? std::nullopt : std::optional(found->second);
}

std::string Assets::url(std::string_view name) const {
  const auto catalogue = state_->current();
  const auto found = catalogue->addresses.find(name);
  return found == catalogue->addresses.end() ? std::string() : found->second;
}

}  // namespace freehold::html
