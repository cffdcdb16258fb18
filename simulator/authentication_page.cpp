// The page of the bank: is it you?
#include "simulator/authentication.hpp"
#include "simulator/checkout.hpp"
#include "simulator/pages.hpp"
#include "simulator/state.hpp"

namespace freehold::simulator {

namespace {

// Where a challenge leads back to: paths of ours only.
std::string way_back(const http::Fields& form) {
  const std::string to(form.get("return_to"));
  return to.starts_with('/') && !to.starts_with("//") ? to : "/";
}

}  // namespace

http::Response ask_who_it_is(Desk& desk, const std::string& action, const std::string& return_to,
                             const std::string& form_target) {
  return render_page(desk,
                     {.name = "authenticate", .title = "Is it you?", .form_target = form_target},
                     {{"action", action}, {"return_to", return_to}});
}

http::Response show_challenge(Desk& desk, const std::string& intent) {
  std::string back = "/";
  desk.look([&](State& state) {
    const std::string_view kind =
        intent.starts_with("seti_") ? kind::setup_intent : kind::payment_intent;
    const Record& record = state.get(kind, intent, "id");
    if (text_of(record.shown, "status") != "requires_action")
      throw StripeError::no_such(kind, intent, "id");
    if (const std::string invoice = text_of(record.hidden, "invoice"); !invoice.empty())
      back = "/invoice/" + invoice;
  });
  return ask_who_it_is(desk, "/authenticate/" + intent, back, {});
}

http::Response submit_challenge(Desk& desk, const http::Request& request,
                                const std::string& intent) {
  const http::Fields& form = request.form();
  try {
    desk.change(
        [&](State& state) { answer_challenge(state, intent, form.get("decision") == "approve"); });
  } catch (const StripeError& error) {
    return say(desk, 422, "That does not work", error.message,
               {.label = "Go back", .url = way_back(form)});
  }
  return http::see_other(way_back(form));
}

}  // namespace freehold::simulator
