// A request is answered here, or passed on.
#include "core/log.hpp"
#include "http/connection.hpp"
#include "http/passage.hpp"

namespace freehold::http {

Connection::Step Connection::choose() {
  if (lane_.passing.takes(request_)) {
    reading_message_ = false;
    return Step::pass;
  }
  chosen_ = true;
  reader_.limit_body(lane_.config.body_limit);
  if (reader_.refusal()) refuse(*reader_.refusal());
  return Step::read;
}

Task<bool> Connection::answer() {
  enter(Phase::answering);
  try {
    Response response = co_await lane_.handle(request_);
    put(std::move(response));
  } catch (const HangUp&) {
    co_return false;
  } catch (const std::exception& error) {
    put_failure(error.what());
  }
  co_return true;
}

Task<bool> Connection::pass() {
  // The other server may take its time: what is answered before is not held back.
  if (!send_now()) {
    const bool all_sent = co_await send();
    if (!all_sent) co_return false;
  }
  enter(Phase::passing);
  Passage passage(*this);
  passage_ = &passage;
  bool goes_on = true;
  try {
    auto response = co_await lane_.passing.pass(request_, passage);
    if (response) {
      put(std::move(*response));
    } else {
      goes_on = passage.conclude();
    }
  } catch (const HangUp&) {
    goes_on = false;
  } catch (const std::exception& error) {
    goes_on = !passage.begun();
    if (goes_on) put_failure(error.what());
  }
  passage_ = nullptr;
  co_return goes_on;
}

void Connection::put_failure(std::string_view reason) {
  log::error("http.failed", request_.cause(), {{"reason", reason}});
  const Problem problem(500, "internal_error", "Something went wrong on our side.");
  put(problem_response(problem, request_.id, lane_.config.errors_url));
}

}  // namespace freehold::http
