// Reading an owner's folder of templates, which is trusted with nothing but to be there. Private to
// the module.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "html/engine/files.hpp"

namespace freehold::html {

struct FolderLimits {
  std::size_t files = 1000;
  std::size_t bytes = 256 * 1024;  // of each
  int depth = 8;                   // folders in folders: a link may lead back to where it lies
};

struct OwnFiles {
  std::vector<TemplateFile> files = {};  // sorted by path; the name follows from the file's place
  std::vector<std::string> mistakes = {};
};

// Every file below `folder` whose name does not begin with a dot. Links are followed within it, as
// a mounted volume has them, and refused where they lead out of it. Line ends become "\n".
OwnFiles read_own_files(const std::string& folder, const FolderLimits& limits = {});

// Changes when a file of it is written, added or removed.
std::string own_fingerprint(const std::string& folder);

// An override says in a comment of its own line which built-in it was copied from, by its hash:
// below the pragma or the subject, or else in front.
std::string hash_of(std::string_view body);
std::string with_stamp(std::string_view body);
std::string stamp_of(std::string_view body);  // the hash, or nothing
std::string without_stamp(std::string_view body);

}  // namespace freehold::html
