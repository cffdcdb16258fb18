// What modules bring, held against what the program does.
#include <doctest/doctest.h>

#include <set>

#include "app/modules.hpp"
#include "app/parts.hpp"
#include "core/json.hpp"
#include "program.hpp"

using namespace freehold;
using namespace freehold::program;

TEST_CASE("every event that a job waits for or a first step needs is declared by a module") {
  std::set<std::string_view> declared;
  for (const Module& module : app::all_modules())
    for (const DeclaredEvent& event : module.events) declared.insert(event.type.key);

  const auto database = new_database();
  Program program(settings_for(database.admin()));
  std::string undeclared;
  for (const auto& subscription : app::all_work(program.parts()).subscriptions)
    if (!declared.contains(subscription.on.key)) undeclared += subscription.on.key;
  for (const auto& step : program.parts().onboarding.steps)
    if (!declared.contains(step.done_by.key)) undeclared += step.done_by.key;
  CHECK(undeclared == "");
}
