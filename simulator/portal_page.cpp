// The pages of the portal: an overview, and one page for each thing that can be done.
#include "simulator/portal_page.hpp"

#include <fmt/format.h>

#include <charconv>
#include <functional>

#include "simulator/pages.hpp"
#include "simulator/portal.hpp"
#include "simulator/pricing.hpp"
#include "simulator/render.hpp"
#include "simulator/subscriptions.hpp"

namespace freehold::simulator {

namespace {

// "/portal/bps_1", "/portal/bps_1/card", "/portal/bps_1/sub_1/cancel".
struct Place {
  std::string session;
  std::string act;
  std::string subscription;

  std::string home() const { return "/portal/" + session; }
};

Place place_of(std::string_view path) {
  std::vector<std::string> parts;
  path.remove_prefix(std::string_view("/portal/").size());
  for (std::size_t at = 0; at <= path.size();) {
    const std::size_t end = std::min(path.find('/', at), path.size());
    parts.emplace_back(path.substr(at, end - at));
    at = end + 1;
  }
  Place place{.session = parts[0], .act = {}, .subscription = {}};
  if (parts.size() == 2) place.act = parts[1];
  if (parts.size() == 3) {
    place.subscription = parts[1];
    place.act = parts[2];
  }
  if (parts.size() > 3) place.act = "nothing";
  return place;
}

const json::object* licensed_item(const State& state, const json::object& subscription) {
  for (const json::value& value : array_of(object_of(subscription, "items"), "data")) {
    const json::object& item = value.get_object();
    if (!is_metered(state.store.find(kind::price, text_of(item, "price"))->shown)) return &item;
  }
  return nullptr;
}

std::string plan_text(const State& state, const std::string& price_id) {
  const json::object& price = state.store.find(kind::price, price_id)->shown;
  const json::object& product = state.store.find(kind::product, text_of(price, "product"))->shown;
  return fmt::format("{}, {}", text_of(product, "name"), price_text(price));
}

json::object subscription_row(const State& state, const Place& place, const json::object& session,
                              const Record& record) {
  const json::object& shown = record.shown;
  const json::object* item = licensed_item(state, shown);
  const std::string status = text_of(shown, "status");
  const bool ends = is_set(shown, "cancel_at");
  const std::string base = fmt::format("{}/{}", place.home(), record.id);
  const auto link = [&](bool shown_here, std::string_view act) {
    return shown_here ? json::value(fmt::format("{}/{}", base, act)) : json::value(nullptr);
  };
  const bool cancels = portal_allows(state, session, "subscription_cancel");
  const std::string plan = item == nullptr ? "By use"
                                           : fmt::format("{} × {}", number_of(*item, "quantity", 1),
                                                         plan_text(state, text_of(*item, "price")));
  return {
      {"plan", plan},
      {"status", json::object{{"label", status_text(status)},
                              {"tone", status == "active" || status == "trialing" ? "ok" : "bad"},
                              {"dot", true}}},
      {"next", fmt::format("{} {}", ends ? "Ends" : "Renews",
                           date_text(ends ? number_of(shown, "cancel_at") : period_end(shown)))},
      {"update_url",
       link(item != nullptr && !ends && portal_allows(state, session, "subscription_update"),
            "update")},
      {"cancel_url", link(cancels && !ends, "cancel")},
      {"renew_url", link(cancels && ends, "renew")}};
}

json::array subscription_rows(const State& state, const Place& place, const json::object& session) {
  json::array rows;
  for (const auto& [order, subscription] : state.store.all(kind::subscription)) {
    const std::string status = text_of(subscription.shown, "status");
    if (subscription.shown.at("customer") == session.at("customer") && status != "canceled" &&
        status != "incomplete_expired" && status != "incomplete")
      rows.push_back(subscription_row(state, place, session, subscription));
  }
  return rows;
}

json::array invoice_rows(const State& state, const json::object& session) {
  json::array rows;
  const Store::Rows& invoices = state.store.all(kind::invoice);
  for (auto row = invoices.rbegin(); row != invoices.rend(); ++row) {
    const json::object& invoice = row->second.shown;
    if (invoice.at("customer") != session.at("customer") || text_of(invoice, "status") == "draft")
      continue;
    rows.push_back(json::object{
        {"number", invoice.at("number")},
        {"url", "/invoice/" + row->second.id},
        {"pdf_url", fmt::format("/invoice/{}/pdf", row->second.id)},
        {"date", date_text(number_of(invoice, "created"))},
        {"status", status_text(text_of(invoice, "status"))},
        {"amount", amount_text(number_of(invoice, "total"), text_of(invoice, "currency"))}});
  }
  return rows;
}

json::value card_of(const State& state, const json::object& session) {
  const json::object& customer =
      state.store.find(kind::customer, text_of(session, "customer"))->shown;
  const Record* method =
      state.store.find(kind::payment_method,
                       text_of(object_of(customer, "invoice_settings"), "default_payment_method"));
  if (method == nullptr) return "No card";
  return json::value(card_text(method->shown));
}

json::object home_model(const State& state, const Place& place, const json::object& session) {
  const bool invoices = portal_allows(state, session, "invoice_history");
  json::array subscriptions = subscription_rows(state, place, session);
  json::array rows = invoices ? invoice_rows(state, session) : json::array{};
  return {{"no_subscriptions", subscriptions.empty()},
          {"subscriptions", std::move(subscriptions)},
          {"any_invoices", !rows.empty()},
          {"card", card_of(state, session)},
          {"card_url", portal_allows(state, session, "payment_method_update")
                           ? json::value(place.home() + "/card")
                           : json::value(nullptr)},
          {"invoices", std::move(rows)},
          {"return_url", session.at("return_url")}};
}

// Where the flow's redirect leads: browsers hold a form's redirects to the page's policy.
std::string form_target(Desk& desk, const Place& place) {
  std::string url;
  desk.look([&](State& state) {
    const json::object& flow = object_of(live_portal_session(state, place.session).shown, "flow");
    url = text_of(object_of(object_of(flow, "after_completion"), "redirect"), "return_url");
  });
  return origin_of(url);
}

// A page with one form.
http::Response ask(Desk& desk, const Place& place, const std::string& heading,
                   const std::string& text, html::Form form) {
  const bool wrong = !form.errors.empty();
  form.cancel = html::Action{.label = "Go back", .url = place.home()};
  return render_page(desk,
                     {.name = "portal_form",
                      .title = heading,
                      .form_target = form_target(desk, place),
                      .status = wrong ? 422 : 200,
                      .has_errors = wrong},
                     {{"heading", heading}, {"text", text}, {"form", html::form_model(form)}});
}

http::Response ask_for_card(Desk& desk, const Place& place, const http::Fields& values,
                            const FieldErrors& errors) {
  const CardForm form{.id = "portal",
                      .action = place.home() + "/card",
                      .submit = "Save card",
                      .cancel = html::Action{.label = "Go back", .url = place.home()}};
  return render_page(
      desk,
      {.name = "portal_card",
       .title = "Update the card",
       .form_target = form_target(desk, place),
       .status = errors.empty() ? 200 : 422,
       .has_errors = !errors.empty()},
      {{"heading", "Update the card"}, {"form", card_form_model(form, values, errors)}});
}

http::Response ask_to_cancel(Desk& desk, const Place& place) {
  std::string until;
  std::vector<html::Option> reasons;
  desk.look([&](State& state) {
    const Record& session = live_portal_session(state, place.session);
    const json::object& shown = portal_subscription(state, session.shown, place.subscription).shown;
    const json::object& feature =
        object_of(portal_features(state, session.shown), "subscription_cancel");
    const bool later = text_of(feature, "mode") == "at_period_end";
    until = later ? fmt::format("You keep it until {}.", date_text(period_end(shown)))
                  : std::string("It ends at once.");
    if (!flag_of(object_of(feature, "cancellation_reason"), "enabled")) return;
    for (const std::string_view word :
         {"too_expensive", "missing_features", "switched_service", "unused", "customer_service",
          "too_complex", "low_quality", "other"})
      reasons.push_back({.value = std::string(word), .label = status_text(word)});
  });
  html::Form form{.id = "cancel",
                  .action = fmt::format("{}/{}/cancel", place.home(), place.subscription),
                  .submit = "Cancel subscription",
                  .tone = "danger"};
  if (!reasons.empty()) {
    form.fields.push_back({.name = "feedback",
                           .label = "Why do you cancel?",
                           .kind = "radios",
                           .optional = true,
                           .options = std::move(reasons)});
    form.fields.push_back(
        {.name = "comment", .label = "Anything else?", .kind = "textarea", .optional = true});
  }
  return ask(desk, place, "Cancel the subscription", until, std::move(form));
}

std::int64_t read_quantity(const http::Fields& form) {
  std::int64_t quantity = 0;
  const std::string_view text = form.get("quantity");
  std::from_chars(text.data(), text.data() + text.size(), quantity);
  return quantity;
}

http::Response ask_for_plan(Desk& desk, const Place& place, const FieldErrors& errors) {
  html::Form form{.id = "update",
                  .action = fmt::format("{}/{}/update", place.home(), place.subscription),
                  .submit = "Continue",
                  .errors = errors};
  desk.look([&](State& state) {
    const Record& session = live_portal_session(state, place.session);
    const json::object& shown = portal_subscription(state, session.shown, place.subscription).shown;
    const json::object* item = licensed_item(state, shown);
    if (item == nullptr) throw StripeError::invalid("There is nothing to change here.");
    html::Field plans{
        .name = "price", .label = "Plan", .kind = "radios", .value = text_of(*item, "price")};
    for (const std::string& price : portal_prices(state, session.shown, shown))
      plans.options.push_back({.value = price, .label = plan_text(state, price)});
    form.fields.push_back(std::move(plans));
    form.fields.push_back({.name = "quantity",
                           .label = "Quantity",
                           .kind = "number",
                           .value = std::to_string(number_of(*item, "quantity", 1))});
  });
  return ask(desk, place, "Change the plan", "The next page shows what it costs.", std::move(form));
}

PortalChoice choice_of(Desk& desk, const Place& place, const std::string& price,
                       std::int64_t quantity) {
  PortalChoice choice{.item = {}, .price = price, .quantity = quantity};
  desk.look([&](State& state) {
    const Record& session = live_portal_session(state, place.session);
    const json::object* item =
        licensed_item(state, portal_subscription(state, session.shown, place.subscription).shown);
    if (item == nullptr) throw StripeError::invalid("There is nothing to change here.");
    choice.item = text_of(*item, "id");
    if (choice.price.empty()) choice.price = text_of(*item, "price");
  });
  return choice;
}

// What the change costs, before it is made.
http::Response ask_to_confirm(Desk& desk, const Place& place, const PortalChoice& choice,
                              const FieldErrors& errors) {
  json::object preview;
  std::string plan;
  desk.change([&](State& state) {
    preview = preview_in_portal(state, place.session, place.subscription, choice);
    plan = plan_text(state, choice.price);
  });
  const std::string due =
      amount_text(number_of(preview, "amount_due"), text_of(preview, "currency"));
  const bool at_once = text_of(preview, "billing_reason") == "subscription_update";
  const std::string text = fmt::format("{} × {}. {} {}.", choice.quantity, plan,
                                       at_once ? "Due today:" : "On the next invoice:", due);
  return ask(desk, place, "Confirm the change", text,
             {.id = "confirm",
              .action = fmt::format("{}/{}/update", place.home(), place.subscription),
              .submit = "Confirm",
              .hidden = {{"price", choice.price},
                         {"quantity", std::to_string(choice.quantity)},
                         {"confirm", "yes"}},
              .errors = errors});
}

struct Session {
  json::object shown;
  json::object home;
};

Session look_up(Desk& desk, const Place& place) {
  Session session;
  desk.look([&](State& state) {
    session.shown = live_portal_session(state, place.session).shown;
    session.home = home_model(state, place, session.shown);
  });
  return session;
}

// Where a session begins: its flow's page, as long as that has not been completed.
std::string first_page(const Place& place, const json::object& session) {
  const json::object& flow = object_of(session, "flow");
  const std::string type = text_of(flow, "type");
  const std::string of = text_of(object_of(flow, type), "subscription");
  if (type == "payment_method_update") return place.home() + "/card";
  if (type == "subscription_cancel") return fmt::format("{}/{}/cancel", place.home(), of);
  if (type == "subscription_update") return fmt::format("{}/{}/update", place.home(), of);
  if (type == "subscription_update_confirm") return fmt::format("{}/{}/confirm", place.home(), of);
  return {};
}

http::Response show_home(const Desk& desk, Session session) {
  return render_page(desk, {.name = "portal", .title = "Your subscription"},
                     std::move(session.home));
}

// Something was done: on to where the flow leads, or back to the overview.
http::Response done(const Desk& desk, const Place& place, const json::object& session) {
  const json::object& after = object_of(object_of(session, "flow"), "after_completion");
  const std::string type = text_of(after, "type");
  if (type == "redirect")
    return http::see_other(text_of(object_of(after, "redirect"), "return_url"));
  if (type == "hosted_confirmation") {
    const std::string message = text_of(object_of(after, "hosted_confirmation"), "custom_message");
    const std::string back = text_of(session, "return_url");
    return say(desk, 200, "Done", message.empty() ? "Your change has been made." : message,
               {.label = "Go back", .url = back.empty() ? place.home() + "/home" : back});
  }
  return http::see_other(place.home() + "/home");
}

// Runs an act; when it is refused, `again` shows the page with what was wrong.
http::Response act(Desk& desk, const Place& place, const json::object& session,
                   const std::function<void(State&)>& work,
                   const std::function<http::Response(const FieldErrors&)>& again) {
  try {
    desk.change(work);
  } catch (const StripeError& error) {
    if (error.code == "resource_missing" && error.status == 404) throw;
    return again(errors_of(error));
  }
  return done(desk, place, session);
}

http::Response submit_update(Desk& desk, const http::Fields& form, const Place& place,
                             const json::object& session) {
  const PortalChoice choice =
      choice_of(desk, place, std::string(form.get("price")), read_quantity(form));
  if (form.get("confirm") == "yes")
    return act(
        desk, place, session,
        [&](State& state) { change_in_portal(state, place.session, place.subscription, choice); },
        [&](const FieldErrors& errors) {
          return ask_to_confirm(desk, place, choice, {{"", errors.front().message}});
        });
  try {
    return ask_to_confirm(desk, place, choice, {});
  } catch (const StripeError& error) {
    return ask_for_plan(desk, place, errors_of(error));
  }
}

http::Response nothing_here(const Desk& desk, const Place& place) {
  return say(desk, 404, "There is nothing here", "The portal has no such page.",
             {.label = "Go back", .url = place.home()});
}

http::Response expired(const Desk& desk) {
  return say(desk, 410, "This link has expired",
             "Links to the portal work for an hour. Go back to where you came from and open it "
             "again.",
             {.label = "Continue", .url = "/"});
}

}  // namespace

http::Response show_portal(Desk& desk, std::string_view path) {
  const Place place = place_of(path);
  try {
    Session session = look_up(desk, place);
    const std::string first = first_page(place, session.shown);
    if (place.act.empty() && !first.empty()) return http::see_other(first);
    if (place.act.empty() || place.act == "home") return show_home(desk, std::move(session));
    if (place.act == "card") return ask_for_card(desk, place, {}, {});
    if (place.act == "cancel") return ask_to_cancel(desk, place);
    if (place.act == "update") return ask_for_plan(desk, place, {});
    if (place.act != "confirm") return nothing_here(desk, place);
    const json::object& confirm =
        object_of(object_of(session.shown, "flow"), "subscription_update_confirm");
    if (confirm.empty()) return nothing_here(desk, place);
    const json::object& item = array_of(confirm, "items")[0].get_object();
    return ask_to_confirm(
        desk, place, choice_of(desk, place, text_of(item, "price"), number_of(item, "quantity", 1)),
        {});
  } catch (const StripeError& error) {
    if (error.code == "resource_missing") return expired(desk);
    return say(desk, 422, "That does not work", error.message,
               {.label = "Go back", .url = place.home() + "/home"});
  }
}

http::Response submit_portal(Desk& desk, const http::Request& request) {
  const Place place = place_of(request.path);
  const http::Fields& form = request.form();
  try {
    const json::object session = look_up(desk, place).shown;
    const auto refused = [&](const FieldErrors& errors) {
      return say(desk, 422, "That does not work", errors.front().message,
                 {.label = "Go back", .url = place.home() + "/home"});
    };
    if (place.act == "card") {
      FieldErrors errors;
      const TypedCard card = read_card(form, to_unix_seconds(desk.clock.now()), errors);
      if (!errors.empty()) return ask_for_card(desk, place, form, errors);
      return act(
          desk, place, session,
          [&](State& state) { set_card_in_portal(state, place.session, card); },
          [&](const FieldErrors& wrong) { return ask_for_card(desk, place, form, wrong); });
    }
    if (place.act == "cancel")
      return act(
          desk, place, session,
          [&](State& state) {
            cancel_in_portal(state, place.session, place.subscription,
                             std::string(form.get("feedback")), std::string(form.get("comment")));
          },
          refused);
    if (place.act == "renew")
      return act(
          desk, place, session,
          [&](State& state) { renew_in_portal(state, place.session, place.subscription); },
          refused);
    if (place.act == "update") return submit_update(desk, form, place, session);
    return nothing_here(desk, place);
  } catch (const StripeError& error) {
    if (error.code == "resource_missing") return expired(desk);
    throw;
  }
}

}  // namespace freehold::simulator
