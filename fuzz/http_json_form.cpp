// A form that came as JSON: it is refused with a reason, or has at most 200 fields of text.
#include <cstdlib>

#include "core/problem.hpp"
#include "http/as_data.hpp"

using namespace freehold;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const auto fields = http::parse_json_form({reinterpret_cast<const char*>(data), size});
    if (fields.items().size() > 200) std::abort();
    for (const auto& [name, value] : fields.items())
      if (value.find('\0') != value.npos) std::abort();
  } catch (const Problem& problem) {
    if (problem.status != 400 && problem.status != 422) std::abort();
  }
  return 0;
}
