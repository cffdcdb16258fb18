// Files of the repository that tests read: migrations, goldens, tables.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace freehold::test {

// `path` from the root of the repository: "tests/doctor_mutations.txt". Throws when there is none.
std::string read_source(std::string_view path);

// The paths, from the root and sorted, of all files below `folder`; none when there is no such
// folder.
std::vector<std::string> sources_below(std::string_view folder);

}  // namespace freehold::test
