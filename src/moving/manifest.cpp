#include "moving/manifest.hpp"

#include <fmt/core.h>

#include <iterator>

#include "core/json.hpp"

namespace freehold::moving {
namespace {

std::filesystem::path path_in(const std::filesystem::path& folder) {
  return folder / "manifest.json";
}

// The format and version alone, whatever else a later one has.
void require_known_format(const json::value& value, const std::string& path) {
  const json::object* object = value.if_object();
  const json::value* format = object != nullptr ? object->if_contains("format") : nullptr;
  if (format == nullptr || *format != json::value(format_name))
    throw std::runtime_error(path + " is not the manifest of an export");
  const json::value* version = object->if_contains("version");
  if (version == nullptr || *version != json::value(format_version))
    throw std::runtime_error(
        fmt::format("{} is of a format version that this program does not know; it reads {}", path,
                    format_version));
}

}  // namespace

void write_manifest(const std::filesystem::path& folder, const Manifest& manifest) {
  const std::filesystem::path draft = folder / "manifest.json.part";
  {
    std::ofstream file(draft, std::ios::binary);
    file << json::serialize(to_json(manifest)) << '\n';
    file.close();
    if (!file) throw std::runtime_error(draft.string() + " could not be written");
  }
  std::filesystem::rename(draft, path_in(folder));
}

Manifest read_manifest(const std::filesystem::path& folder) {
  const std::string path = path_in(folder).string();
  std::ifstream file(path, std::ios::binary);
  if (!file)
    throw std::runtime_error(
        fmt::format("there is no {}: the folder holds no export, or one that was stopped", path));
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  Manifest manifest;
  FieldErrors errors;
  json::value value;
  try {
    value = parse_json(text);
  } catch (const Problem& problem) {
    throw std::runtime_error(fmt::format("{}: {}", path, problem.what()));
  }
  require_known_format(value, path);
  read_json(value, manifest, "", errors);
  if (!errors.empty())
    throw std::runtime_error(
        fmt::format("{}: {} {}", path, errors.front().field, errors.front().message));
  return manifest;
}

std::vector<std::string> applied_migrations(db::BlockingConnection& connection) {
  std::vector<std::string> all;
  for (const db::TextRow& row : connection.run(
           "select module || '/' || plane || '/' || number from fh.migration order by 1"))
    all.push_back(row[0]);
  return all;
}

}  // namespace freehold::moving
