#include "html/engine/own_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>

#include "core/crypto.hpp"
#include "core/utf8.hpp"
#include "html/engine/names.hpp"

namespace freehold::html {

namespace fs = std::filesystem;

namespace {

bool is_below(const fs::path& path, const fs::path& root) {
  return std::ranges::mismatch(root, path).in1 == root.end();
}

class Folder {
 public:
  Folder(const fs::path& root, const FolderLimits& limits) : given_(root), limits_(limits) {
    std::error_code error;
    root_ = fs::canonical(root, error);
    if (error || !fs::is_directory(root_)) complain(root, "is no folder that can be read");
  }

  OwnFiles read() {
    if (own_.mistakes.empty()) enter(given_, 0);
    if (paths_.size() > limits_.files)
      complain(given_, fmt::format("holds more than {} files", limits_.files));
    else
      for (const fs::path& path : paths_) take(path);
    return std::move(own_);
  }

  std::vector<fs::path> paths() {
    if (own_.mistakes.empty()) enter(given_, 0);
    return std::move(paths_);
  }

 private:
  void complain(const fs::path& path, std::string_view what) {
    own_.mistakes.push_back(fmt::format("{}: {}", path.string(), what));
  }

  void enter(const fs::path& folder, int depth) {
    std::error_code error;
    std::vector<fs::path> entries;
    for (auto each = fs::directory_iterator(folder, error); !error && each != fs::end(each);
         each.increment(error))
      entries.push_back(each->path());
    if (error) return complain(folder, "cannot be read");
    std::ranges::sort(entries);
    for (const fs::path& path : entries) {
      if (paths_.size() > limits_.files) return;
      if (!path.filename().string().starts_with('.')) meet(path, depth);
    }
  }

  void meet(const fs::path& path, int depth) {
    std::error_code error;
    const fs::path real = fs::canonical(path, error);
    if (error) return complain(path, "leads nowhere");
    if (!is_below(real, root_)) return complain(path, "is a link that leads out of the folder");
    if (fs::is_regular_file(real)) {
      paths_.push_back(path);
    } else if (!fs::is_directory(real)) {
      complain(path, "is neither a file nor a folder");
    } else if (depth == limits_.depth) {
      complain(path, fmt::format("lies deeper than {} folders", limits_.depth));
    } else {
      enter(path, depth + 1);
    }
  }

  void take(const fs::path& path) {
    const fs::path extension = path.extension();
    if (extension != ".tpl" && extension != ".txt")
      return complain(path, "is no template: their names end in .tpl or .txt");
    std::error_code error;
    if (fs::file_size(path, error) > limits_.bytes && !error)
      return complain(path, fmt::format("is larger than {} KiB", limits_.bytes / 1024));
    std::optional<std::string> body = read_file(path.string());
    if (!body) return complain(path, "cannot be read");
    if (!is_utf8(*body)) return complain(path, "is not UTF-8");
    std::string name = path.lexically_relative(given_).generic_string();
    if (name.ends_with(".tpl")) name.resize(name.size() - 4);
    own_.files.push_back({std::move(name), path.string(), with_plain_ends(*body)});
  }

  static std::string with_plain_ends(std::string_view body) {
    std::string text;
    for (std::size_t at = 0; at < body.size(); ++at)
      if (!body.substr(at).starts_with("\r\n")) text += body[at];
    return text;
  }

  fs::path given_;
  fs::path root_;  // without links
  FolderLimits limits_;
  std::vector<fs::path> paths_;
  OwnFiles own_;
};

constexpr std::string_view stamp_start = "{{! of freehold ";
constexpr std::string_view stamp_end = " }}\n";

// Where the line of the stamp belongs.
std::size_t stamp_place(std::string_view body) {
  if (!body.starts_with("{{%") && !body.starts_with("Subject: ")) return 0;
  return std::min(body.find('\n'), body.size() - 1) + 1;
}

}  // namespace

OwnFiles read_own_files(const std::string& folder, const FolderLimits& limits) {
  return Folder(folder, limits).read();
}

std::string own_fingerprint(const std::string& folder) {
  std::string print;
  for (const fs::path& path : Folder(folder, {}).paths()) {
    std::error_code none;
    const auto written = fs::last_write_time(path, none).time_since_epoch().count();
    print += fmt::format("{} {}\n", path.string(), static_cast<long long>(written));
  }
  return print;
}

std::string hash_of(std::string_view body) {
  const Digest digest = sha256(body);
  return to_hex(view(digest).substr(0, 6));
}

std::string with_stamp(std::string_view body) {
  const std::size_t at = stamp_place(body);
  return fmt::format("{}{}{}{}{}", body.substr(0, at), stamp_start, hash_of(body), stamp_end,
                     body.substr(at));
}

std::string stamp_of(std::string_view body) {
  std::string_view rest = body.substr(stamp_place(body));
  if (!rest.starts_with(stamp_start)) return {};
  rest.remove_prefix(stamp_start.size());
  const auto end = rest.find(stamp_end);
  return end == rest.npos ? std::string() : std::string(rest.substr(0, end));
}

std::string without_stamp(std::string_view body) {
  const std::size_t at = stamp_place(body);
  if (stamp_of(body).empty()) return std::string(body);
  const std::size_t end = body.find('\n', at) + 1;
  return fmt::format("{}{}", body.substr(0, at), body.substr(end));
}

}  // namespace freehold::html
