// Writes the catalogue as files, for the browser tests: every sample page, a mail, and the assets.
#include <fmt/format.h>

#include <boost/json.hpp>
#include <filesystem>
#include <fstream>

#include "html/assets.hpp"
#include "html/catalogue.hpp"
#include "html/html.hpp"

using namespace freehold;

namespace {

void write(const std::filesystem::path& path, std::string_view text) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

std::vector<EmbeddedFile> own_templates() {
  std::vector<EmbeddedFile> own;
  for (const EmbeddedFile& file : embedded::templates())
    if (file.path.starts_with("src/html/")) own.push_back(file);
  return own;
}

void write_samples(const html::Views& views, const std::filesystem::path& folder) {
  for (const html::Sample& sample : html::samples()) {
    const std::string name = sample.slug.empty() ? "index" : sample.slug;
    write(folder / (name + ".html"),
          views.render(html::sample_page(sample.slug), html::sample_model(sample.slug)));
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    fmt::print(stderr, "usage: freehold_catalogue FOLDER\n");
    return 2;
  }
  const std::filesystem::path folder = argv[1];
  const std::vector<EmbeddedFile> templates = own_templates();
  const html::Views views(html::Source{templates, embedded::assets(), ""}, html::Missing::error);
  write_samples(views, folder);
  write(folder / "mail.html", views.render_mail("html/mail/sample", html::mail_model()).html);
  for (const EmbeddedFile& file : embedded::assets())
    write(folder / views.assets().url(file.path).substr(1), file.body);
}
