// Lives histories through, many on one database and one simulator: calmly, where each event comes
// at once and the worker never fails, or in a storm, where events are lost, doubled, late and out
// of order, Stripe goes away, answers are lost, and workers die or stall between any two steps.
#pragma once

#include <random>

#include "billing/history.hpp"
#include "billing/sync.hpp"
#include "billing/test_site.hpp"

namespace freehold::billing {

// A safeguard of the product that is taken away, to see that the comparison notices.
enum class Sabotage {
  none,
  no_fence,      // who lost the lease writes all the same
  no_step_kept,  // what was reminded of is forgotten
  no_sweep,      // lost events are never looked for
  new_keys,      // a command that is sent again has another idempotency key
};
BOOST_DESCRIBE_ENUM(Sabotage, none, no_fence, no_step_kept, no_sweep, new_keys)

class HistorySite {
 public:
  explicit HistorySite(Sabotage sabotage = Sabotage::none);

  // Everything that came of it, in lines: what each act answered, standing, copy, invoices, card,
  // reminders, news, and what there is at Stripe. Ids are left out.
  std::string live(const History& history, std::optional<std::uint64_t> storm);

  // How often something went wrong in all storms so far.
  struct Wear {
    int lost = 0, doubled = 0, late = 0, crashes = 0, stalls = 0, outages = 0, answers_lost = 0;
  };
  const Wear& wear() const { return wear_; }

 private:
  struct Weather {  // in percent, but for crashes: how many an act may see
    int lost = 0, doubled = 0, late = 0, shuffled = 0, crash = 0, stall = 0, outage = 0, answer = 0;
  };
  struct Late {
    std::string body;
    Instant at;
  };
  struct Stalled {
    Lease lease;
    Truth truth;
  };

  void begin(std::optional<std::uint64_t> storm);
  void sign_up();
  std::string perform(const Step& step);
  std::string buy(const Step& step);
  std::string buy_in_two_tabs(const Step& step);
  std::string at_stripe(const Step& step);
  std::string use_card(const std::string& token);
  std::string pay_open_invoice();
  std::string buy_another();
  std::string refund();
  std::string at_subscription(const std::string& method, const std::string& form);
  std::string at_open_invoice(const std::string& what);
  std::string wait(const Step& step);

  // Through what may befall the product in the storm, again until it is done or refused.
  std::string by_product(const test::World::Work& work);
  std::string open_checkout(const Step& step, std::string& url);
  std::string pay_checkout(const Step& step, const std::string& url);

  bool chance(int percent);
  void meet_call(bool carried_out);
  void recover();
  void begin_outage();
  void end_outage();
  void take_mail();
  void post(const std::string& body);
  void deliver_late();
  bool gets_through(const test::World::Work& work);
  void sweep_if_due();
  bool has_work() const;
  void work();
  void stall();
  void end_stalls();
  void settle();
  void advance(Instant to);
  std::optional<Instant> next_stop();
  std::string outcome();

  // "" when there is none.
  std::string customer();
  std::string newest(const std::string& list);

  Site site_;
  Sabotage sabotage_;
  std::string fresh_;  // the simulator with prices and nothing else
  Instant start_;
  std::optional<std::mt19937_64> storm_ = {};
  Weather weather_ = {};
  int crashes_left_ = 0;
  std::vector<Late> late_ = {};
  std::vector<Stalled> stalled_ = {};
  std::optional<Instant> sweep_at_ = {};
  Wear wear_ = {};
};

}  // namespace freehold::billing
