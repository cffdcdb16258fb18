// Which endpoint a path means.
#include <algorithm>

#include "simulator/endpoints.hpp"

namespace freehold::simulator {

namespace {

// Whether `path` has the shape of `pattern`; fills `ids` with what stands for {name}.
bool matches(std::string_view pattern, std::string_view path, Params::PathIds& ids) {
  while (!pattern.empty() && !path.empty()) {
    const std::string_view expected = pattern.substr(0, pattern.find('/', 1));
    const std::string_view part = path.substr(0, path.find('/', 1));
    if (expected.starts_with("/{") && part.size() > 1 && part != "/search")
      ids[std::string(expected.substr(2, expected.size() - 3))] = std::string(part.substr(1));
    else if (expected != part)
      return false;
    pattern.remove_prefix(expected.size());
    path.remove_prefix(part.size());
  }
  return pattern.empty() && path.empty();
}

}  // namespace

const Endpoint* find_endpoint(std::string_view method, std::string_view path,
                              Params::PathIds& ids) {
  const std::span<const Endpoint> all = endpoints();
  const auto found = std::find_if(all.begin(), all.end(), [&](const Endpoint& endpoint) {
    ids.clear();
    return endpoint.method == method && matches(endpoint.path, path, ids);
  });
  return found == all.end() ? nullptr : &*found;
}

std::set<std::string, std::less<>> parameters_of(const Endpoint& endpoint) {
  std::set<std::string, std::less<>> names;
  std::string_view rest = endpoint.parameters;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(' '), rest.size());
    names.emplace(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return names;
}

}  // namespace freehold::simulator
