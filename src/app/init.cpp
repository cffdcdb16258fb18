// `freehold init`: a product to begin with, in a folder of its own. It is one of the examples of
// this repository, with the SDK of this version and the few lines that enter a tenant.
#include <fmt/core.h>

#include <filesystem>
#include <fstream>

#include "app/commands.hpp"
#include "core/embedded.hpp"
#include "core/json.hpp"

namespace freehold::app {
namespace {

namespace fs = std::filesystem;

// A file of the repository, or all below a folder, and where it goes.
struct Part {
  std::string_view from;
  std::string_view to;
};

struct Starter {
  std::string_view kind;
  std::vector<Part> parts;
  std::string_view prepare;
  std::string_view start;
};

const std::vector<Part> common{{"examples/plans.toml", "plans.toml"},
                               {"examples/setup.sh", "setup.sh"},
                               {"examples/tables.sql", "tables.sql"},
                               {"examples/gitignore", ".gitignore"}};

std::vector<Starter> starters() {
  return {{.kind = "node",
           .parts = {{"examples/node/", ""},
                     {"sdk/typescript/dist/", "freehold/"},
                     {"sdk/adapters/pg.ts", "pg.ts"}},
           .prepare = "npm install && sh setup.sh",
           .start = "npm start"},
          {.kind = "nextjs",
           .parts = {{"examples/nextjs/", ""},
                     {"sdk/typescript/dist/", "freehold/"},
                     {"sdk/adapters/prisma.ts", "lib/prisma.ts"}},
           .prepare = "npm install && sh setup.sh && npm run build",
           .start = "npm start"},
          {.kind = "python",
           .parts = {{"examples/python/", ""},
                     {"sdk/python/freehold/", "freehold/"},
                     {"sdk/adapters/tenants.py", "tenants.py"}},
           .prepare = "sh setup.sh",
           .start = "sh start.sh"}};
}

void write(const fs::path& path, std::string_view text) {
  fs::create_directories(path.parent_path());
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (!file) throw std::runtime_error(fmt::format("{} cannot be written", path.string()));
}

void write_part(const fs::path& folder, const Part& part) {
  for (const EmbeddedFile& file : embedded::starters()) {
    if (!file.path.starts_with(part.from)) continue;
    const std::string below{file.path.substr(part.from.size())};
    write(folder / (std::string(part.to) + below), file.body);
  }
}

}  // namespace

int init_product(const std::string& kind, const std::string& where) {
  const auto known = starters();
  const auto starter = std::ranges::find(known, kind, &Starter::kind);
  if (starter == known.end()) {
    fmt::print(stderr, "There is no starter {}: node, nextjs or python.\n", kind);
    return 2;
  }
  const fs::path folder(where);
  if (fs::exists(folder) && (!fs::is_directory(folder) || !fs::is_empty(folder))) {
    fmt::print(stderr, "{} is not empty. Name a folder that is, or that is not there yet.\n",
               where);
    return 2;
  }
  for (const Part& part : common) write_part(folder, part);
  for (const Part& part : starter->parts) write_part(folder, part);
  fmt::print(
      "A product in {0} that keeps notes. The first command goes on running; give the others in a "
      "second terminal, in {0}.\n\n"
      "  cd {0} && freehold up --plans plans.toml --product http://localhost:3000/app\n"
      "  {1}\n"
      "  {2}\n\n"
      "Then open http://localhost:3000/app. README.md says what is where.\n",
      where, starter->prepare, starter->start);
  return 0;
}

}  // namespace freehold::app
