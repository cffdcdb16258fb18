#include "html/lint/originals.hpp"

#include <algorithm>
#include <numeric>

#include "html/engine/names.hpp"

namespace freehold::html {

namespace {

// How many characters have to be written, taken away or changed (Levenshtein).
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t(0));
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = std::exchange(row[j], std::min({row[j] + 1, row[j - 1] + 1, changed}));
    }
  }
  return row.back();
}

}  // namespace

Originals::Originals(std::span<const TemplateFile> files) : files_(files) {
  for (const TemplateFile& file : files) {
    readings_.emplace(file.name, read_template(file.body));
    includes_.emplace(include_key(file.name), file.name);
  }
  for (const auto& [name, reading] : readings_)
    for (const Marker& marker : reading.markers) {
      if (marker.kind != '>') continue;
      const std::string* part = included(module_of(name), marker.name);
      if (part != nullptr) parts_.insert(*part);
    }
}

const TemplateFile* Originals::find(std::string_view name) const {
  const auto found = std::ranges::find(files_, name, &TemplateFile::name);
  return found == files_.end() ? nullptr : &*found;
}

std::vector<std::string> Originals::layouts() const {
  std::vector<std::string> names;
  for (const TemplateFile& file : files_)
    if (is_layout(file.name) && !is_mail(file.name)) names.push_back(file.name);
  return names;
}

const std::string* Originals::included(std::string_view module, std::string_view marker) const {
  const auto found = includes_.find(include_key(module, marker));
  return found == includes_.end() ? nullptr : &found->second;
}

std::string Originals::nearest(std::string_view name) const {
  const TemplateFile* best = nullptr;
  std::size_t least = 0;
  const std::string_view start = name.substr(0, 100);
  for (const TemplateFile& file : files_) {
    const std::size_t far = distance(start, file.name);
    if (best == nullptr || far < least) {
      best = &file;
      least = far;
    }
  }
  return best == nullptr ? std::string() : best->name;
}

}  // namespace freehold::html
