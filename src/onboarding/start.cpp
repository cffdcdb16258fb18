// /t/{slug}/start: the first steps, put away and taken out again by those who manage the workspace.
#include "core/async.hpp"
#include "core/json.hpp"
#include "onboarding/pages.hpp"

namespace freehold::onboarding {
namespace {

constexpr http::Words always{.while_limited = true};

Task<http::Response> show_start(Onboarding& onboarding, http::Request& req) {
  const Around around = co_await look_around(onboarding, req);
  html::Frame frame = frame_around(onboarding, req, around);
  frame.title = "Get started";
  frame.breadcrumbs = {{.label = "Get started"}};
  const html::Checklist steps = first_steps(onboarding, req, around.progress);
  const bool may = req.actor().can(access::permissions::workspace_manage);
  const bool dismissed = around.progress.dismissed;
  json::object page{{"checklist", to_json(steps)},
                    {"plan_words", plan_words(*around.snapshot)},
                    {"all_done", steps.done_count == steps.count},
                    {"dismissed", dismissed},
                    {"dismiss_url", may && !dismissed ? json::value(place(req, "/start/dismissal"))
                                                      : json::value(nullptr)},
                    {"reopen_url", may && dismissed ? json::value(place(req, "/start/reopening"))
                                                    : json::value(nullptr)},
                    {"home_url", place(req, "")}};
  co_return show(onboarding, "onboarding/start", frame, std::move(page));
}

Task<http::Response> put_away(http::Request& req, db::ControlTx& tx) {
  co_await dismiss(tx);
  co_return http::see_other(place(req, ""));
}

Task<http::Response> take_out(http::Request& req, db::ControlTx& tx) {
  co_await reopen(tx);
  co_return http::see_other(place(req, "/start"));
}

// To what was wished at sign-up, where the step has something to do with it.
WishedStep way_of(const Step& step, const identity::Wish& wish) {
  std::optional<WishedStep> wished;
  if (step.for_wish && !wish.plan.empty()) wished = step.for_wish(wish);
  return wished.value_or(WishedStep{step.text, step.action, step.path});
}

}  // namespace

html::Checklist first_steps(const Onboarding& onboarding, const http::Request& req,
                            const Progress& progress) {
  std::vector<html::Step> steps{{.title = "Confirm your email", .text = "", .done = true}};
  for (const Step& step : onboarding.steps) {
    if (step.permission && !req.actor().can(*step.permission)) continue;
    const WishedStep way = way_of(step, progress.wish);
    steps.push_back({.title = step.title,
                     .text = way.text,
                     .done = progress.is_done(step.key),
                     .action = html::Action{.label = way.action, .url = place(req, way.path)}});
  }
  return html::checklist_of("First steps", std::move(steps));
}

void start_routes(http::Router& at, Onboarding& onboarding) {
  using access::permissions::workspace_manage;
  at.with(onboarding).get("/t/{slug}/start", show_start, http::member, always);
  at.post("/t/{slug}/start/dismissal", put_away, workspace_manage, always);
  at.post("/t/{slug}/start/reopening", take_out, workspace_manage, always);
}

}  // namespace freehold::onboarding
