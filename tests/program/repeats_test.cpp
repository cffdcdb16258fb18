// What may be sent twice: every changing call of the API, and the forms that move money.
#include <doctest/doctest.h>

#include "core/json.hpp"
#include "tests/program/doors.hpp"

using namespace freehold;
using namespace freehold::program;

namespace {

// What a call takes, with a word that tells two of them apart.
std::string body_of(const Door& door, const std::string& word) {
  const std::string& path = door.route.path;
  if (path.ends_with("/billing_details")) return R"({"po_number": ")" + word + "\"}";
  if (path.ends_with("/audit_events"))
    return R"({"action":"product.sent","target_type":"report","target_id":")" + word + "\"}";
  if (path.ends_with("{tenant_id}/events"))
    return R"({"type":"product.sent","data":{"word":")" + word + "\"}}";
  if (path.ends_with("/cancellation")) return R"({"comment": ")" + word + "\"}";
  if (path.ends_with("/subscription"))
    return word == "twice" ? R"({"plan": "pro"})" : R"({"plan": "business"})";
  return R"({"title": ")" + word + "\"}";
}

std::string new_key() {
  static int count = 0;
  return fmt::format("repeat-{}", ++count);
}

http::Response call(const Door& door, const std::string& path, const std::string& key,
                    std::string_view text) {
  http::Request request = knock(door, path);
  request.add_header("Idempotency-Key", key);
  request.add_header("Content-Type", "application/json");
  request.body = text;
  return send(door, std::move(request));
}

// "409 idempotency_key_reused", "201 replayed"
std::string said(const http::Response& response) {
  if (response.content_type == "application/problem+json")
    return fmt::format("{} {}", response.status,
                       std::string(json::parse(response.body).at("code").as_string()));
  const bool replayed = response.header("Idempotency-Replayed") == "true";
  return fmt::format("{}{}", response.status, replayed ? " replayed" : "");
}

// A path on which the call succeeds: one brings back what was deleted, another deletes what is
// there.
std::string path_where_it_works(const Door& door, const std::string& key) {
  const auto names = parameters_of(door.route.path);
  if (names.empty()) return door.route.path;
  for (const std::string& victim : victims(neighbours().ours, names.front())) {
    const std::string path = filled(door.route.path, names.front(), victim);
    if (call(door, path, key, body_of(door, "twice")).ok()) return path;
  }
  return door.route.path;
}

std::string what_repeats_say(const Door& door) {
  const std::string key = new_key();
  const std::string path = path_where_it_works(door, key);
  const std::string body = body_of(door, "twice");
  const auto first = call(door, path, key, body);
  const auto again = call(door, path, key, body);
  const bool same = first.ok() && again.body == first.body && again.status == first.status;
  const auto reused = call(door, path, key, body_of(door, "another"));
  const auto bad = call(door, path, "k\xc3\xbc", body);
  return fmt::format("{}, {}, {}", same ? "the same" : said(first),
                     again.header("Idempotency-Replayed"), said(reused) + ", " + said(bad));
}

// What a form answers, and what the same form answers the second time.
std::string sent_twice(const std::string& path, FormFields fields) {
  Visitor& owner = neighbours().ours.owner;
  fields.emplace_back("idempotency_key", new_key());
  const std::string target = neighbours().ours.path(path);
  const auto first = owner.post(target, fields);
  const auto again = owner.post(target, fields);
  const bool same = first.header("Location") == again.header("Location");
  return fmt::format("{}, {}{}", said(first), said(again), same ? "" : " elsewhere");
}

int sent_to_stripe() {
  Neighbours& all = neighbours();
  return std::stoi(value(
      all.database,
      fmt::format("select count(*) from billing.command where tenant_id = '{}'", all.ours.tenant)));
}

}  // namespace

TEST_CASE("every changing call of the API is carried out once for a key") {
  std::string wrong;
  int calls = 0;
  for (const Door& door : doors(Changes::yes)) {
    // A batch of usage keeps no answer: each of its events has a key of its own.
    if (!door.is_api() || door.route.words.safe) continue;
    // On a trial nothing is paused.
    if (door.route.path.ends_with("/pause")) continue;
    ++calls;
    const std::string says = what_repeats_say(door);
    if (says != "the same, true, 409 idempotency_key_reused, 400 invalid_idempotency_key")
      wrong += fmt::format("{}: {}\n", door.name(), says);
  }
  CHECK(wrong == "");
  CHECK(calls > 4);
}

TEST_CASE("a billing form that is sent twice orders once") {
  Visitor& owner = neighbours().ours.owner;
  owner.get(neighbours().ours.path("/billing"));
  const int before = sent_to_stripe();
  CHECK(sent_twice("/billing/cancel", {}) == "303, 303 replayed");
  CHECK(sent_twice("/billing/cancel/undo", {}) == "303, 303 replayed");
  CHECK(sent_twice("/billing/change", {{"plan", "business"},
                                       {"interval", "month"},
                                       {"from", "freehold_pro_month_usd_v1"},
                                       {"amount", "0"}}) == "303, 303 replayed");
  CHECK(sent_twice("/billing/change", {{"plan", "pro"},
                                       {"interval", "month"},
                                       {"from", "freehold_business_month_usd_v1"},
                                       {"amount", "0"}}) == "303, 303 replayed");
  // Taking a cancellation back clears both fields in which Stripe may have it.
  CHECK(sent_to_stripe() == before + 5);
}
