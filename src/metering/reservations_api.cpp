// Reservations over HTTP, for a product's backend.
#include "core/async.hpp"
#include "core/json.hpp"
#include "http/operation.hpp"
#include "metering/entitlements_api.hpp"
#include "metering/reservations.hpp"

namespace freehold::metering {
namespace {

constexpr std::int64_t most_units = 1'000'000'000;
constexpr std::int64_t longest_hold = 3'600;  // seconds
constexpr std::int64_t usual_hold = 60;
constexpr std::size_t longest_key = 200;

struct ReservationBody {
  std::string meter;
  std::optional<std::int64_t> quantity;  // 1 when it is not said
  std::string idempotency_key;
  std::optional<std::int64_t> expires_in;  // seconds
};
BOOST_DESCRIBE_STRUCT(ReservationBody, (), (meter, quantity, idempotency_key, expires_in))

struct CommitmentBody {
  std::optional<std::int64_t> quantity;
};
BOOST_DESCRIBE_STRUCT(CommitmentBody, (), (quantity))

// --- What is said of it

Notes notes_on(const ReservationBody*) {
  return {"NewReservation",
          "Units to hold.",
          {{"meter", "Its key: `documents.api_calls`."},
           {"quantity", "How many.", {.least = 1, .most = most_units, .usual = 1}},
           {"idempotency_key",
            "Of your choice, at most 200 bytes: the same again holds nothing more and is answered "
            "with the same reservation.",
            {.least = 1, .most = longest_key}},
           {"expires_in",
            "After how many seconds it ends by itself.",
            {.least = 1, .most = longest_hold, .usual = usual_hold}}}};
}

Notes notes_on(const CommitmentBody*) {
  return {"Commitment",
          "How many of the held units were used.",
          {{"quantity",
            "The rest is given back. Without it, all were used.",
            {.least = 0, .most = most_units}}}};
}

Reservation some_reservation(ReservationState state) {
  return {.id = example_id<ReservationId>(),
          .meter = "documents.api_calls",
          .quantity = state == ReservationState::released ? 0 : 25,
          .state = state,
          .expires_at = example_time() + minutes(1)};
}

http::Operation holding(Schemas& schemas) {
  const ReservationBody body{"documents.api_calls", 25, "report-17", 60};
  return {.id = "create_reservation",
          .tag = &about_usage,
          .summary = "Hold units",
          .about =
              "For something that has not happened yet. Held units count against the limit, so "
              "that nobody else uses them. Refused with 402 `limit_reached` when there are not "
              "as many left.",
          .body = http::body_like(schemas, body),
          .answers = {http::answer_like(schemas, 201, "They are held.",
                                        some_reservation(ReservationState::held))},
          .refusals = {{"limit_reached"}}};
}

http::Operation committing(Schemas& schemas) {
  http::Body body = http::body_like(schemas, CommitmentBody{25});
  body.is_required = false;
  return {.id = "commit_reservation",
          .tag = &about_usage,
          .summary = "Use held units",
          .about = "Doing it twice is the same as doing it once.",
          .body = std::move(body),
          .answers = {http::answer_like(schemas, 200, "They are used.",
                                        some_reservation(ReservationState::committed))},
          .refusals = {{"reservation_ended"}}};
}

http::Operation releasing(Schemas& schemas) {
  return {.id = "release_reservation",
          .tag = &about_usage,
          .summary = "Give held units back",
          .about = "Doing it twice is the same as doing it once.",
          .answers = {http::answer_like(schemas, 200, "They are given back.",
                                        some_reservation(ReservationState::released))},
          .refusals = {{"reservation_ended"}}};
}

// --- Handlers

NewReservation draft_of(const Pages& pages, ReservationBody body) {
  FieldErrors errors;
  if (!declares_meter(pages.catalog, body.meter))
    errors.push_back({"meter", "No module declares this meter."});
  const std::int64_t units = body.quantity.value_or(1);
  if (units < 1 || units > most_units)
    errors.push_back({"quantity", "Send a number from 1 to 1,000,000,000."});
  if (body.idempotency_key.empty() || body.idempotency_key.size() > longest_key)
    errors.push_back({"idempotency_key", "Send 1 to 200 bytes."});
  const std::int64_t hold = body.expires_in.value_or(usual_hold);
  if (hold < 1 || hold > longest_hold)
    errors.push_back({"expires_in", "Send seconds from 1 to 3,600."});
  if (!errors.empty()) throw Problem::invalid(std::move(errors));
  return {std::move(body.meter), units, std::move(body.idempotency_key), seconds(hold)};
}

Task<http::Response> add(Pages& pages, http::Request& req, db::Database&) {
  auto body = read_json_document<ReservationBody>(req.body);
  NewReservation draft = draft_of(pages, std::move(body));
  const std::string meter = draft.meter;
  const auto snapshot = co_await pages.gates.snapshot(req.actor());
  const auto answer = co_await reserve(pages.database, req.actor(), *snapshot, std::move(draft));
  if (const auto* made = std::get_if<Reservation>(&answer)) co_return http::created(*made);
  throw limit_reached(
      std::get<Verdict>(answer), Meter{meter}, *snapshot, pages.catalog,
      fmt::format("{}/upgrade/{}", pages.base_url, to_string(req.actor().tenant())));
}

Task<http::Response> commit(Pages& pages, http::Request& req, db::Database&) {
  const auto id = req.id_of<ReservationId>("reservation_id");
  CommitmentBody body;
  if (!req.body.empty()) body = read_json_document<CommitmentBody>(req.body);
  const Reservation used =
      co_await commit_reservation(pages.database, req.actor(), id, body.quantity);
  co_return http::json(used);
}

Task<http::Response> release(Pages& pages, http::Request& req, db::Database&) {
  const auto id = req.id_of<ReservationId>("reservation_id");
  const Reservation released = co_await release_reservation(pages.database, req.actor(), id);
  co_return http::json(released);
}

}  // namespace

Notes notes_on(const Reservation*) {
  return {"Reservation",
          "Units of a meter that are held.",
          {{"id", "Its id."},
           {"meter", "The key of the meter."},
           {"quantity", "Units that are held, or in the end were used."},
           {"state", "Whether they are held, used or given back."},
           {"expires_at", "When it ends by itself while it is held."}}};
}

void reservation_routes(http::Router& at, Pages& pages) {
  auto with = at.with(pages);
  const std::string all = "/api/v1/tenants/{tenant_id}/reservations";
  // Each has a key in its body or is the same when it is done twice.
  const http::Words by_itself{.safe = true};
  with.post(all, add, http::product, described(holding, by_itself));
  with.post(all + "/{reservation_id}/commitment", commit, http::product,
            described(committing, by_itself));
  with.del(all + "/{reservation_id}", release, http::product, described(releasing, by_itself));
}

}  // namespace freehold::metering
