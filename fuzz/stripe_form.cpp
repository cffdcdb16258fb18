// The nested forms of Stripe's API: no input crashes their parser or the reading of parameters, and
// what comes out is no deeper and no larger than promised.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "simulator/form.hpp"
#include "simulator/params.hpp"
#include "simulator/stripe_error.hpp"

namespace {

using namespace freehold::simulator;

std::size_t count_texts(const json::value& value, std::size_t depth) {
  if (depth > 8) std::abort();
  const json::object* group = value.if_object();
  if (group == nullptr) return 1;
  std::size_t count = 0;
  for (const auto& member : *group) count += count_texts(member.value(), depth + 1);
  return count;
}

template <class Read>
void read_quietly(Read read) {
  try {
    read();
  } catch (const StripeError&) {
  }
}

void read_everything(const Params& params) {
  read_quietly([&] { params.texts("expand"); });
  read_quietly([&] { params.integer("limit"); });
  read_quietly([&] { params.pairs("metadata"); });
  read_quietly([&] {
    for (const Params& item : params.groups("items")) item.need_text("price");
  });
  read_quietly([&] { params.refuse_unread({"items"}); });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  read_quietly([&] {
    json::object fields = parse_nested_form(text);
    if (count_texts(json::value(fields), 0) > 1000) std::abort();
    read_everything(Params(std::move(fields)));
  });
  return 0;
}
