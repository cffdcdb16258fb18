// Requests that a gateway passes on: the same beginning and end as for those that are answered
// here.
#include "core/async.hpp"
#include "core/log.hpp"
#include "http/edge_state.hpp"
#include "http/passage.hpp"

namespace freehold::http {
namespace {

// Who shows the answer to people says so; everybody else is a program.
bool is_program(const Request& request) {
  return request.header("Accept").find("text/html") == std::string_view::npos &&
         !request.wants_fragment();
}

// As nginx calls it: the client did not wait for an answer.
constexpr int client_closed_request = 499;

}  // namespace

Passing Edge::passing() {
  if (!state_->hooks.gateway.find) return {};
  return {
      .takes =
          [this](const Request& request) { return state_->hooks.gateway.find(request) != nullptr; },
      .pass = [this](Request& request, Passage& passage) { return pass(request, passage); }};
}

std::vector<Edge::Field> Edge::fields_of(const Request& request) {
  const std::string_view text = request.header_text_;
  std::vector<Field> fields;
  fields.reserve(request.headers_.size());
  for (const auto& header : request.headers_)
    fields.emplace_back(text.substr(header.name_at, header.name_size),
                        text.substr(header.value_at, header.value_size));
  return fields;
}

Task<std::optional<Response>> Edge::pass(Request& request, Passage& passage) {
  State& state = *state_;
  const auto started = std::chrono::steady_clock::now();
  const Instant received = state.parts.clocks.machine.now();
  state.receive(request, received);
  request.takes_cookies_ = true;
  const Route& route = *state.hooks.gateway.find(request);
  std::optional<Response> own;
  bool broken = false;
  try {
    own = state.find_client(request);
    if (!own) own = co_await state.hooks.gateway.pass(request, route, passage);
  } catch (const HangUp&) {
    broken = true;
  } catch (...) {
    const Reader reader = is_program(request) ? Reader::program : Reader::person;
    own = state.answer_to(std::current_exception(), request, reader);
    // What was sent cannot be taken back: the connection ends without the answer's end.
    broken = passage.begun();
  }
  const int passed = passage.begun() ? passage.status() : client_closed_request;
  const Response noted{.status = own ? own->status : passed,
                       .refusal = own ? own->refusal : std::string()};
  co_await state.settle(request, &route, noted.status);
  if (own && !broken) state.finish(request, &route, *own);
  state.note({request, &route, noted, received, std::chrono::steady_clock::now() - started});
  if (broken) throw HangUp();
  co_return own;
}

}  // namespace freehold::http
