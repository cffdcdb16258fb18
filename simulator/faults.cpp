#include "simulator/faults.hpp"

#include <algorithm>
#include <array>

#include "simulator/idempotency.hpp"

namespace freehold::simulator {

namespace {

struct Named {
  std::string_view name;
  Fault fault;
};
constexpr std::array names = {
    Named{"rate_limit", Fault::rate_limit},
    Named{"lock_timeout", Fault::lock_timeout},
    Named{"conflict", Fault::conflict},
    Named{"error", Fault::error},
    Named{"saved_error", Fault::saved_error},
    Named{"timeout", Fault::timeout},
    Named{"lost", Fault::lost},
};

// Nothing for "pass", which lets a call through.
std::optional<Fault> fault_of(const json::object& planned) {
  const std::string name = text_of(planned, "kind");
  const auto* const found =
      std::find_if(names.begin(), names.end(), [&](const Named& one) { return one.name == name; });
  return found == names.end() ? std::nullopt : std::optional(found->fault);
}

std::string known_kind(const std::string& name) {
  std::string known = "pass";
  for (const Named& one : names) {
    if (one.name == name) return name;
    known += ", " + std::string(one.name);
  }
  if (name == "pass") return name;
  throw StripeError::invalid("Faults are " + known + ", or several of them joined by |.", "kind");
}

json::array planned(const State& state) {
  return array_of(state.read_setting("faults"), "planned");
}

bool meets(const json::object& fault, std::string_view method, std::string_view path) {
  const std::string of_method = text_of(fault, "method");
  return (of_method.empty() || of_method == method) && path.starts_with(text_of(fault, "path"));
}

json::object show(const State& state) {
  return list_object(planned(state), "/_sim/faults");
}

}  // namespace

json::value list_faults(State& state, Params&) {
  return show(state);
}

json::value add_fault(State& state, Params& params) {
  const std::string chain = params.need_text("kind");
  const json::object matching{{"method", params.text("method").value_or("")},
                              {"path", params.text("path").value_or("/v1/")},
                              {"count", params.integer("count").value_or(1)}};
  json::array faults = planned(state);
  for (std::size_t at = 0; at <= chain.size();) {
    const std::size_t end = std::min(chain.find('|', at), chain.size());
    json::object fault = matching;
    fault["kind"] = known_kind(chain.substr(at, end - at));
    faults.push_back(std::move(fault));
    at = end + 1;
  }
  state.setting("faults")["planned"] = std::move(faults);
  return show(state);
}

json::value clear_faults(State& state, Params&) {
  state.setting("faults")["planned"] = json::array{};
  return show(state);
}

std::optional<Fault> take_fault(State& state, std::string_view method, std::string_view path) {
  json::array faults = planned(state);
  const auto found = std::find_if(faults.begin(), faults.end(), [&](const json::value& fault) {
    return meets(fault.get_object(), method, path);
  });
  if (found == faults.end()) return std::nullopt;
  json::object& planned_fault = found->get_object();
  const auto fault = fault_of(planned_fault);
  const std::int64_t left = number_of(planned_fault, "count") - 1;
  planned_fault["count"] = left;
  if (left <= 0) faults.erase(found);
  state.setting("faults")["planned"] = std::move(faults);
  return fault;
}

StripeError error_of(Fault fault, const std::string& idempotency_key) {
  if (fault == Fault::rate_limit) return StripeError::rate_limited();
  if (fault == Fault::conflict) return key_in_use(idempotency_key);
  if (fault == Fault::lock_timeout) {
    StripeError error{429, "invalid_request_error",
                      "This object cannot be accessed right now because another API request or "
                      "Stripe process is currently accessing it. If you see this error "
                      "intermittently, retry the request."};
    error.code = "lock_timeout";
    error.begun = false;
    error.should_retry = "true";
    return error;
  }
  StripeError error{500, "api_error",
                    "An unknown error occurred. (The simulator was asked for this fault.)"};
  error.begun = fault == Fault::saved_error;
  if (error.begun) error.should_retry = "false";
  return error;
}

}  // namespace freehold::simulator
