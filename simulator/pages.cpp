#include "simulator/pages.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/async.hpp"
#include "core/money.hpp"
#include "html/assets.hpp"
#include "simulator/portal_page.hpp"
#include "simulator/pricing.hpp"

namespace freehold::simulator {

namespace {

html::Frame frame_of(const Page& page) {
  html::Frame frame;
  frame.layout = "public";
  frame.title = page.title;
  frame.has_errors = page.has_errors;
  frame.brand = {.name = "Stripe simulator", .url = "/"};
  if (!page.current.empty())
    frame.site_nav = {
        {.label = "Customers", .url = "/", .icon = "users", .current = page.current == "/"},
        {.label = "Webhooks",
         .url = "/webhooks",
         .icon = "webhook",
         .current = page.current == "/webhooks"},
        {.label = "What goes wrong",
         .url = "/chaos",
         .icon = "alert_triangle",
         .current = page.current == "/chaos"}};
  frame.banner = html::Banner{.kind = "warn",
                              .icon = "alert_triangle",
                              .title = "Simulator",
                              .text = "This is not Stripe. No card is charged and no money moves."};
  return frame;
}

// https://developer.mozilla.org/docs/Web/HTTP/Headers/Content-Security-Policy: browsers hold a
// form's redirect to form-action too, so the origin that a checkout leads back to is named.
std::string policy_of(const Page& page) {
  return "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
         "font-src 'self'; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'; "
         "form-action 'self'" +
         (page.form_target.empty() ? "" : " " + page.form_target);
}

http::Response asset(const Desk& desk, std::string_view path) {
  const auto found = desk.views.assets().find(path);
  if (!found) return http::text(404, "No such file.\n");
  http::Response response{.content_type = std::string(found->type),
                          .static_body = found->body,
                          .static_owner = found->owner};
  response.headers.emplace_back("Cache-Control", "public, max-age=31536000, immutable");
  return response;
}

http::Response not_found(const Desk& desk) {
  return say(desk, 404, "There is nothing here",
             "The address names no page, session, invoice or customer of this simulator.",
             {.label = "Go to the customers", .url = "/"});
}

// The id in "/pay/cs_1" for the prefix "/pay/".
std::optional<std::string> id_after(std::string_view path, std::string_view prefix,
                                    std::string_view suffix = "") {
  if (!path.starts_with(prefix) || !path.ends_with(suffix)) return std::nullopt;
  path.remove_prefix(prefix.size());
  if (path.size() <= suffix.size()) return std::nullopt;
  path.remove_suffix(suffix.size());
  if (path.find('/') != std::string_view::npos) return std::nullopt;
  return std::string(path);
}

http::Response answer_get(Desk& desk, std::string_view path) {
  if (path == "/") return show_dashboard(desk);
  if (path == "/webhooks") return show_deliveries(desk);
  if (path == "/chaos") return show_chaos(desk);
  if (path == "/_sim/ui") return http::see_other("/");
  if (path.starts_with("/assets/")) return asset(desk, path);
  if (const auto id = id_after(path, "/authenticate/")) return show_challenge(desk, *id);
  if (const auto id = id_after(path, "/pay/", "/authenticate"))
    return show_checkout_challenge(desk, *id);
  if (const auto id = id_after(path, "/pay/")) return show_checkout(desk, *id);
  if (path.starts_with("/portal/")) return show_portal(desk, path);
  if (const auto id = id_after(path, "/invoice/", "/pdf")) return send_invoice(desk, *id);
  if (const auto id = id_after(path, "/credit_note/")) return send_credit_note(desk, *id);
  if (const auto id = id_after(path, "/invoice/")) return show_invoice(desk, *id);
  if (const auto id = id_after(path, "/customers/")) return show_customer(desk, *id);
  return not_found(desk);
}

http::Response answer_post(Desk& desk, const http::Request& request) {
  if (request.path.starts_with("/portal/")) return submit_portal(desk, request);
  if (const auto id = id_after(request.path, "/authenticate/"))
    return submit_challenge(desk, request, *id);
  if (const auto id = id_after(request.path, "/pay/", "/authenticate"))
    return submit_checkout_challenge(desk, request, *id);
  if (const auto id = id_after(request.path, "/pay/")) return submit_checkout(desk, request, *id);
  if (const auto id = id_after(request.path, "/invoice/"))
    return submit_invoice(desk, request, *id);
  if (const auto id = id_after(request.path, "/customers/", "/card"))
    return set_card(desk, request, *id);
  if (const auto id = id_after(request.path, "/customers/", "/dispute"))
    return dispute_payment(desk, request, *id);
  if (request.path == "/chaos/plan" || request.path == "/chaos/release" ||
      request.path == "/chaos/faults")
    return submit_chaos(desk, request);
  if (const auto id = id_after(request.path, "/disputes/"))
    return decide_dispute_of(desk, request, *id);
  return not_found(desk);
}

}  // namespace

Task<http::Response> answer_page(Desk& desk, http::Request& request) {
  if (request.method == http::Method::post && request.path == "/clock") {
    http::Response response = co_await submit_clock(desk, request);
    co_return response;
  }
  try {
    co_return request.method == http::Method::post ? answer_post(desk, request)
                                                   : answer_get(desk, request.path);
  } catch (const StripeError& error) {
    if (error.code == "resource_missing") co_return not_found(desk);
    throw;
  }
}

http::Response render_page(const Desk& desk, const Page& page, json::object model) {
  json::object whole = html::frame_model(frame_of(page));
  for (auto& member : model) whole[member.key()] = std::move(member.value());
  http::Response response =
      http::html(page.status, desk.views.render("simulator/" + page.name, json::value(whole)));
  response.headers.emplace_back("Content-Security-Policy", policy_of(page));
  response.headers.emplace_back("Cache-Control", "no-store");
  response.headers.emplace_back("X-Content-Type-Options", "nosniff");
  response.headers.emplace_back("Referrer-Policy", "same-origin");
  return response;
}

http::Response say(const Desk& desk, int status, const std::string& title, const std::string& text,
                   const html::Action& action) {
  return render_page(desk, {.name = "message", .title = title, .status = status},
                     {{"heading", title},
                      {"text", text},
                      {"way", json::object{{"label", action.label}, {"url", action.url}}}});
}

std::string origin_of(std::string_view url) {
  const std::size_t host = url.find("://");
  if (host == std::string_view::npos) return {};
  return std::string(url.substr(0, url.find_first_of("/?#", host + 3)));
}

std::string amount_text(std::int64_t minor, const std::string& currency) {
  return format_money(
      {.minor = minor, .currency = Currency::parse(currency).value_or(Currency::usd())});
}

std::string date_text(std::int64_t seconds) {
  return format_date(from_unix_seconds(seconds));
}

std::string time_text(std::int64_t seconds) {
  return format_date_time(from_unix_seconds(seconds));
}

std::string card_text(const json::object& payment_method) {
  const json::object& debit = object_of(payment_method, "sepa_debit");
  if (!debit.empty()) return fmt::format("IBAN ending in {}", text_of(debit, "last4"));
  const json::object& card = object_of(payment_method, "card");
  std::string brand = text_of(card, "brand");
  if (!brand.empty() && brand[0] >= 'a') brand[0] = static_cast<char>(brand[0] - 32);
  return fmt::format("{} ending in {}", brand, text_of(card, "last4"));
}

std::string status_text(std::string_view status) {
  std::string text(status);
  std::replace(text.begin(), text.end(), '_', ' ');
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 32);
  return text;
}

std::string price_text(const json::object& price) {
  const json::object& recurring = object_of(price, "recurring");
  if (recurring.empty()) return unit_text(price);
  const std::int64_t count = number_of(recurring, "interval_count", 1);
  const std::string interval = text_of(recurring, "interval");
  const bool tiered = text_of(price, "billing_scheme") == "tiered";
  const std::string amount = tiered ? "By tiers," : unit_text(price);
  return count == 1 ? fmt::format("{} a {}", amount, interval)
                    : fmt::format("{} every {} {}s", amount, count, interval);
}

}  // namespace freehold::simulator
