// Whatever becomes of webhooks, workers and answers, what comes of a customer's history is the
// same.
//
//   FREEHOLD_HISTORIES=100000        how many; 2,000 without it (200 under a sanitizer)
//   FREEHOLD_HISTORIES_FROM=2001     the seed of the first; 1 without it
//   FREEHOLD_HISTORY_SEED=17         only this one, with what came of it
#include <doctest/doctest.h>

#include <atomic>
#include <mutex>
#include <thread>

#include "billing/history_site.hpp"
#include "core/log.hpp"

using namespace freehold;
using namespace freehold::billing;

namespace {

constexpr unsigned lanes = 2;  // each with a database and a simulator of its own

// Each costs a sanitizer four times as much, and shows it the same code.
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr std::uint64_t usual = 200;
#else
constexpr std::uint64_t usual = 2000;
#endif

std::uint64_t number_of(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text != nullptr ? std::stoull(text) : otherwise;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

// Lines of one text that the other lacks, each with a sign.
std::string difference(const std::string& calm, const std::string& storm) {
  std::vector<std::string> here = lines_of(calm);
  std::vector<std::string> there = lines_of(storm);
  std::string text;
  for (const std::string& line : here) {
    const auto same = std::ranges::find(there, line);
    if (same == there.end()) {
      text += "  calm   " + line + "\n";
    } else {
      there.erase(same);
    }
  }
  for (const std::string& line : there) text += "  storm  " + line + "\n";
  return text;
}

// What differs when the history is lived calmly and in the seed's storm; empty: nothing.
std::string compare(HistorySite& site, const History& history, std::uint64_t seed) {
  const std::string calm = site.live(history, std::nullopt);
  const std::string storm = site.live(history, seed);
  return difference(calm, storm);
}

std::string report(HistorySite& site, std::uint64_t seed) {
  const History simplest = simplest_of(
      seed, [&](const History& history) { return !compare(site, history, seed).empty(); });
  return fmt::format("seed {}: {}\n  simplest: {}\n{}", seed, to_string(history_of(seed)),
                     to_string(simplest), compare(site, simplest, seed));
}

struct Run {
  std::uint64_t first = 1;
  std::uint64_t count = 0;
  std::atomic<std::uint64_t> next = 0;
  std::mutex mutex;
  std::vector<std::string> failures;
  HistorySite::Wear wear;
};

void live_lane(Run& run) {
  HistorySite site;
  for (std::uint64_t n = run.next++; n < run.count; n = run.next++) {
    const std::uint64_t seed = run.first + n;
    std::string failure;
    try {
      if (!compare(site, history_of(seed), seed).empty()) failure = report(site, seed);
    } catch (const std::exception& broken) {
      failure = fmt::format("seed {}: {}: {}\n", seed, to_string(history_of(seed)), broken.what());
    }
    const std::lock_guard lock(run.mutex);
    if (!failure.empty()) run.failures.push_back(failure);
    if (run.failures.size() >= 5) run.next = run.count;
  }
  const std::lock_guard lock(run.mutex);
  const HistorySite::Wear& wear = site.wear();
  run.wear.lost += wear.lost;
  run.wear.doubled += wear.doubled;
  run.wear.late += wear.late;
  run.wear.crashes += wear.crashes;
  run.wear.stalls += wear.stalls;
  run.wear.outages += wear.outages;
  run.wear.answers_lost += wear.answers_lost;
}

void live_all(Run& run) {
  std::vector<std::jthread> threads;
  for (unsigned n = 0; n < lanes; ++n) threads.emplace_back([&] { live_lane(run); });
}

}  // namespace

TEST_CASE("what comes of a history does not depend on how its webhooks came") {
  log::set_level(log::Level::error);
  Run run;
  run.count = number_of("FREEHOLD_HISTORIES", usual);
  run.first = number_of("FREEHOLD_HISTORIES_FROM", 1);
  if (const auto seed = number_of("FREEHOLD_HISTORY_SEED", 0); seed != 0) {
    HistorySite site;
    MESSAGE(fmt::format("{}\n{}", to_string(history_of(seed)),
                        site.live(history_of(seed), std::nullopt)));
    run.first = seed;
    run.count = 1;
  }
  live_all(run);
  for (const std::string& failure : run.failures) FAIL_CHECK(failure);
  MESSAGE(fmt::format(
      "{} histories: {} events lost, {} doubled, {} late; {} crashes, {} stalled workers, {} "
      "outages, {} answers lost",
      run.count, run.wear.lost, run.wear.doubled, run.wear.late, run.wear.crashes, run.wear.stalls,
      run.wear.outages, run.wear.answers_lost));
}

TEST_CASE("the comparison notices when a safeguard is taken away") {
  log::set_level(log::Level::error);
  constexpr std::uint64_t most = 400;
  for (const Sabotage sabotage :
       {Sabotage::no_fence, Sabotage::no_step_kept, Sabotage::no_sweep, Sabotage::new_keys}) {
    HistorySite site(sabotage);
    std::uint64_t seed = 1;
    std::string found;
    while (found.empty() && seed < most)
      if (found = compare(site, history_of(seed), seed); found.empty()) ++seed;
    MESSAGE(fmt::format("{}: seed {}, {}\n{}", boost::describe::enum_to_string(sabotage, "?"), seed,
                        to_string(history_of(seed)), found));
    CHECK_MESSAGE(!found.empty(), boost::describe::enum_to_string(sabotage, "?"),
                  " goes unnoticed");
  }
}
