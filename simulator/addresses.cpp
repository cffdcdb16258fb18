#include "simulator/addresses.hpp"

namespace freehold::simulator {

json::value read_address(const Params& params) {
  if (params.unsets("address")) {
    params.text("address");
    return nullptr;
  }
  const Params fields = params.group("address");
  json::object address;
  for (const std::string_view name : {"city", "country", "line1", "line2", "postal_code", "state"})
    address[name] = text_or_null(fields.text(name).value_or(""));
  return address;
}

json::object read_billing_details(const Params& params) {
  const Params fields = params.group("billing_details");
  json::object details{{"address", nullptr},
                       {"email", text_or_null(fields.text("email").value_or(""))},
                       {"name", text_or_null(fields.text("name").value_or(""))},
                       {"phone", text_or_null(fields.text("phone").value_or(""))},
                       {"tax_id", nullptr}};
  if (fields.has("address")) details["address"] = read_address(fields);
  return details;
}

}  // namespace freehold::simulator
