// The pages: hosted checkout and invoice, and the dashboard. Every page works without JavaScript
// and says that nobody is charged.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/task.hpp"
#include "html/form.hpp"
#include "html/frame.hpp"
#include "http/request.hpp"
#include "simulator/cards.hpp"
#include "simulator/desk.hpp"
#include "simulator/json_access.hpp"

namespace freehold::simulator {

// Any path outside /v1 and /_sim.
Task<http::Response> answer_page(Desk& desk, http::Request& request);

// `id` is that of the path; nothing when there is no such object.
http::Response show_checkout(Desk& desk, const std::string& id);
http::Response submit_checkout(Desk& desk, const http::Request& request, const std::string& id);
http::Response show_invoice(Desk& desk, const std::string& id);
http::Response submit_invoice(Desk& desk, const http::Request& request, const std::string& id);
// 3-D Secure: the page of an intent, what was said there, and the page for any other form.
http::Response show_challenge(Desk& desk, const std::string& intent);
http::Response submit_challenge(Desk& desk, const http::Request& request,
                                const std::string& intent);
http::Response ask_who_it_is(Desk& desk, const std::string& action, const std::string& return_to,
                             const std::string& form_target);
http::Response show_checkout_challenge(Desk& desk, const std::string& id);
http::Response submit_checkout_challenge(Desk& desk, const http::Request& request,
                                         const std::string& id);
// The same as files.
http::Response send_invoice(Desk& desk, const std::string& id);
http::Response send_credit_note(Desk& desk, const std::string& id);
http::Response show_dashboard(Desk& desk);
http::Response show_customer(Desk& desk, const std::string& id);
http::Response set_card(Desk& desk, const http::Request& request, const std::string& id);
// The cardholder disputes the newest payment; the bank decides.
http::Response dispute_payment(Desk& desk, const http::Request& request, const std::string& id);
http::Response decide_dispute_of(Desk& desk, const http::Request& request, const std::string& id);
http::Response show_deliveries(Desk& desk);
// What goes wrong on purpose, and its forms.
http::Response show_chaos(Desk& desk);
http::Response submit_chaos(Desk& desk, const http::Request& request);
// Forms of the dashboard that move the clock.
Task<http::Response> submit_clock(Desk& desk, http::Request& request);

// A page in the simulator's frame. `current` is the path that the navigation marks; hosted pages,
// which a customer sees, have no navigation. `form_target` is an origin that a form of the page may
// lead to besides our own.
struct Page {
  std::string name;  // of the template
  std::string title;
  std::string current = {};
  std::string form_target = {};
  int status = 200;
  bool has_errors = false;
};
http::Response render_page(const Desk& desk, const Page& page, json::object model);

// A page that says one thing and offers one way on.
http::Response say(const Desk& desk, int status, const std::string& title, const std::string& text,
                   const html::Action& action);

// "https://app.example" of a URL.
std::string origin_of(std::string_view url);

// A form for a card, with a button per test card.
struct CardForm {
  std::string id;
  std::string action;
  std::string submit;
  bool asks_for_email = false;
  bool asks_for_country = false;
  bool takes_debits = false;
  std::optional<html::Action> cancel = {};
};
json::object card_form_model(const CardForm& form, const http::Fields& values,
                             const FieldErrors& errors);
// The card of a submitted form: a test card's button, or what was typed. Empty fields are errors.
TypedCard read_card(const http::Fields& form, std::int64_t now, FieldErrors& errors);
// What to say of a card that was declined, at the field it is about.
FieldErrors errors_of(const StripeError& error);

// "$49.00", "22 Nov 2026", "22 Nov 2026, 10:41 UTC", "Visa ending in 4242".
std::string amount_text(std::int64_t minor, const std::string& currency);
std::string date_text(std::int64_t seconds);
std::string time_text(std::int64_t seconds);
std::string card_text(const json::object& payment_method);
std::string price_text(const json::object& price);  // "$49.00 a month"
std::string status_text(std::string_view status);   // "Past due" of "past_due"

}  // namespace freehold::simulator
