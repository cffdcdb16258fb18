#include "html/engine/names.hpp"

#include <fmt/format.h>

#include <cctype>

namespace freehold::html {

namespace {

constexpr std::string_view shared_module = "html";

}  // namespace

std::string template_name(std::string_view path) {
  constexpr std::string_view folder = "/templates/";
  const auto at = path.find(folder);
  if (at == path.npos) return std::string(path);
  const std::string_view before = path.substr(0, at);
  std::string_view file = path.substr(at + folder.size());
  if (file.ends_with(".tpl")) file.remove_suffix(4);
  return fmt::format("{}/{}", before.substr(before.rfind('/') + 1), file);
}

std::string_view module_of(std::string_view name) {
  return name.substr(0, name.find('/'));
}

bool is_text(std::string_view name) {
  return name.ends_with(".txt");
}

bool is_mail(std::string_view name) {
  return name.substr(module_of(name).size()).starts_with("/mail/");
}

bool is_layout(std::string_view name) {
  return name.starts_with("html/layout/") || name == "html/mail/layout" ||
         name == "html/mail/layout.txt";
}

// The path below the module, in capitals for shared ones.
std::string include_key(std::string_view name) {
  const std::string_view module = module_of(name);
  std::string marker(name.substr(name.find('/') + 1));
  for (char& c : marker) {
    if (c == '/' || c == '.') c = '_';
    if (module == shared_module) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return fmt::format("{}:{}", module, marker);
}

std::string include_key(std::string_view module, std::string_view marker) {
  const bool shared = !marker.empty() && marker.front() >= 'A' && marker.front() <= 'Z';
  return fmt::format("{}:{}", shared ? shared_module : module, marker);
}

}  // namespace freehold::html
