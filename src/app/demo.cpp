#include "app/demo.hpp"

#include <iterator>
#include <sstream>

#include "app/parts.hpp"
#include "core/async.hpp"
#include "core/json.hpp"
#include "identity/signup.hpp"
#include "metering/metering.hpp"

namespace freehold::app {
namespace {

constexpr int story_days = int(demo_began / days(1));
constexpr std::string_view good_card = "4242424242424242";

struct Act {
  std::string_view slug;
  int day;  // days before today
  enum class Kind { sign_up, member, buy, make_key, invite, card_fails } kind;
  std::size_t person = 0;  // of demo_people
};

using Kind = Act::Kind;
constexpr std::array acts{
    Act{"northwind-labs", 125, Kind::sign_up, 0}, Act{"northwind-labs", 124, Kind::member, 1},
    Act{"northwind-labs", 118, Kind::buy},        Act{"northwind-labs", 101, Kind::make_key},
    Act{"northwind-labs", 90, Kind::member, 2},   Act{"northwind-labs", 2, Kind::invite},
    Act{"copper-kettle", 47, Kind::sign_up, 4},   Act{"copper-kettle", 46, Kind::buy},
    Act{"copper-kettle", 12, Kind::card_fails},   Act{"lighthouse-studio", 5, Kind::sign_up, 3},
};

// What a workspace does on ordinary days.
struct Habit {
  std::string_view slug;
  int since;           // days before today
  int calls_a_day;     // on a working day
  int documents_each;  // a document every so many days
};
constexpr std::array habits{
    Habit{"northwind-labs", 124, 260, 3},
    Habit{"copper-kettle", 46, 90, 6},
    Habit{"lighthouse-studio", 5, 40, 2},
};

struct Text {
  std::string_view title;
  std::string_view body;
  std::string_view tags;  // separated by spaces
};
constexpr std::array texts{
    Text{"Onboarding a new customer",
         "What we promise in the first week: a named contact, access on the first day, and a call "
         "on the fifth. Write down what surprised them.",
         "handbook customers"},
    Text{"Notes from the quarterly review",
         "Revenue is on plan, churn is below two percent. Support answers within four hours; the "
         "goal for next quarter is two.",
         "review numbers"},
    Text{
        "How we name releases",
        "A release has a number and a sentence. The sentence says what a customer can do that they "
        "could not do before.",
        "engineering handbook"},
    Text{"Incident report: slow search",
         "Search took eleven seconds for one workspace because its index was being rebuilt. We now "
         "rebuild beside the old one and switch.",
         "incident engineering"},
    Text{"Price list for partners", "Partners buy by the year and get one month in six for free.",
         "sales"},
    Text{"Interview guide",
         "Ask for the last time they solved the problem, not for what they would like to have.",
         "research handbook"},
    Text{"Harbour project: scope",
         "Four weeks, two people, one pilot customer. Out of scope: the mobile app.",
         "harbour planning"},
    Text{"Checklist before a launch",
         "Status page, rollback, who is on call, what we say if it goes wrong.",
         "engineering checklist"},
    Text{"Support macros for billing questions",
         "Say what was charged, for which days, and where to see the invoice. Never ask for a card "
         "number.",
         "support billing"},
    Text{"Roadmap for the winter",
         "One theme: the first ten minutes of a new customer. Everything else waits.", "planning"},
    Text{"Meeting with the pilot customer",
         "They import every night and would pay for alerts. Their security team wants the audit "
         "log as a file.",
         "customers harbour"},
    Text{"On-call rota",
         "A week each, handed over on Mondays with a written note. Whoever was woken starts late.",
         "engineering"},
};

// The same every time: a demo that somebody describes looks as they described it.
int wobble(int day, int calls) {
  const std::uint32_t mixed = std::uint32_t(day) * 2654435761U;
  return calls * (70 + int(mixed >> 24U) % 60) / 100;
}

bool is_weekend(Instant at) {
  constexpr std::int64_t day = 24 * 3600;
  const auto weekday = (to_unix_seconds(at) / day + 4) % 7;  // 1970 began on a Thursday
  return weekday == 0 || weekday == 6;
}

class Story {
 public:
  Story(Node& node, simulator::Host& host, const simulator::SharedClock& clock)
      : node_(node), parts_(node.parts()), host_(host), end_(clock.base().now()) {}

  Task<> play();

 private:
  Task<> do_act(Act act);
  Task<> sign_up(const DemoPerson& person);
  Task<> join(const DemoPerson& person);
  Task<> buy(const DemoPerson& owner);
  Task<> make_key(const DemoPerson& owner);
  Task<> invite(const DemoPerson& owner);
  Task<> let_card_fail(const DemoPerson& owner);
  Task<> live(const Habit& habit, int day);
  Task<> write(const Habit& habit, int day);
  Task<UserId> open_account(const DemoPerson& person);
  Task<Actor> actor_of(const DemoPerson& person);
  static const DemoPerson& owner_of(std::string_view slug);

  Node& node_;
  Node::Parts& parts_;
  simulator::Host& host_;
  Instant end_;
  std::size_t written_ = 0;
  std::optional<identity::PasswordHash> password_;
};

const DemoPerson& Story::owner_of(std::string_view slug) {
  return *std::ranges::find_if(demo_people, [slug](const DemoPerson& person) {
    return person.slug == slug && person.role == "owner";
  });
}

Task<UserId> Story::open_account(const DemoPerson& person) {
  if (!password_) password_ = co_await parts_.passwords.hash(std::string(demo_password));
  identity::NewAccount draft{std::string(person.email), std::string(person.name), *password_};
  db::IdentityTx tx = parts_.database.identity();
  const auto user = co_await identity::open_account(tx, std::move(draft), parts_.clocks);
  co_await tx.commit();
  if (!user) throw std::runtime_error(fmt::format("{} has an account already", person.email));
  co_return *user;
}

Task<Actor> Story::actor_of(const DemoPerson& person) {
  std::optional<identity::Person> known;
  {
    db::IdentityRead db = parts_.database.identity_read();
    known = co_await identity::find_person_by_email(db, std::string(person.email));
  }
  Origin origin{"demo", "192.0.2.10", "Demo"};
  const UserId user = known.value().id;
  auto actor = co_await parts_.gatekeeper.person(std::string(person.slug), user, std::move(origin));
  co_return actor.value();
}

Task<> Story::sign_up(const DemoPerson& person) {
  const UserId user = co_await open_account(person);
  onboarding::NewWorkspace draft{std::string(person.workspace), user,
                                 Origin{"demo", "192.0.2.10", "Demo"}};
  co_await onboarding::open_workspace(parts_.onboarding, std::move(draft));
}

Task<> Story::join(const DemoPerson& person) {
  const Actor owner = co_await actor_of(owner_of(person.slug));
  const UserId user = co_await open_account(person);
  db::ControlTx tx = parts_.database.control(owner);
  co_await tenancy::add_member(tx, user, parse_enum<tenancy::Role>(person.role).value());
  co_await tx.commit();
}

Task<> Story::buy(const DemoPerson& owner) {
  const Actor actor = co_await actor_of(owner);
  const catalog::Price price = parts_.catalog.find("pro")->prices.front();
  const std::string page =
      co_await billing::open_checkout(parts_.billing, actor, std::string(owner.slug), price);
  host_.pay_checkout(page.substr(page.rfind('/') + 1), std::string(good_card));
}

Task<> Story::make_key(const DemoPerson& owner) {
  const Actor actor = co_await actor_of(owner);
  db::ControlTx tx = parts_.database.control(actor);
  access::NewKey draft{.name = "Nightly report", .role = tenancy::Role::viewer, .expires_at = {}};
  co_await access::create_key(tx, std::move(draft));
  co_await tx.commit();
}

Task<> Story::invite(const DemoPerson& owner) {
  const Actor actor = co_await actor_of(owner);
  db::ControlTx tx = parts_.database.control(actor);
  co_await access::invite(tx, "lena@northwind.example", tenancy::Role::member);
  co_await tx.commit();
}

Task<> Story::let_card_fail(const DemoPerson& owner) {
  const Actor actor = co_await actor_of(owner);
  std::optional<billing::SyncState> customer;
  {
    db::ControlRead db = parts_.database.control_read(actor);
    customer = co_await billing::find_sync(db);
  }
  host_.call({.method = "POST",
              .target = fmt::format("/_sim/customers/{}/fail_card", customer.value().customer_id)});
}

Task<> Story::do_act(Act act) {
  switch (act.kind) {
    case Kind::sign_up:
      co_await sign_up(demo_people[act.person]);
      break;
    case Kind::member:
      co_await join(demo_people[act.person]);
      break;
    case Kind::buy:
      co_await buy(owner_of(act.slug));
      break;
    case Kind::make_key:
      co_await make_key(owner_of(act.slug));
      break;
    case Kind::invite:
      co_await invite(owner_of(act.slug));
      break;
    case Kind::card_fails:
      co_await let_card_fail(owner_of(act.slug));
      break;
  }
}

std::vector<std::string> words_of(std::string_view text) {
  std::istringstream stream{std::string(text)};
  return {std::istream_iterator<std::string>(stream), {}};
}

Task<> Story::live(const Habit& habit, int day) {
  const Actor owner = co_await actor_of(owner_of(habit.slug));
  const auto snapshot = co_await parts_.gates.snapshot(owner);
  const bool weekend = is_weekend(parts_.clocks.business.now());
  co_await staff::note_activity(parts_.staff, owner);
  const int calls = wobble(day, weekend ? habit.calls_a_day / 6 : habit.calls_a_day);
  co_await metering::consume(parts_.database, owner, *snapshot, documents::api_calls, calls,
                             fmt::format("demo:{}:{}", habit.slug, day));
  if (!weekend && day % habit.documents_each == 0) co_await write(habit, day);
}

// Northwind's two writers take turns; elsewhere the owner writes alone.
Task<> Story::write(const Habit& habit, int day) {
  const bool second = habit.slug == owner_of("northwind-labs").slug && day % 2 == 0 && day < 120;
  const Actor author = co_await actor_of(second ? demo_people[1] : owner_of(habit.slug));
  const auto snapshot = co_await parts_.gates.snapshot(author);
  const Text& text = texts[written_ % texts.size()];
  std::string title(text.title);
  if (written_++ >= texts.size())
    title += fmt::format(" ({})", format_date(parts_.clocks.business.now()));
  documents::Draft draft{std::move(title), std::string(text.body), words_of(text.tags)};
  const documents::Terms terms{*snapshot, parts_.catalog, ""};
  db::DataTx tx = parts_.database.data(author);
  co_await documents::create(tx, terms, std::move(draft));
  co_await tx.commit();
}

Task<> Story::play() {
  for (int day = story_days; day > 0; --day) {
    for (const Act& act : acts) {
      if (act.day == day) co_await do_act(act);
    }
    for (const Habit& habit : habits) {
      if (day <= habit.since) co_await live(habit, day);
    }
    co_await node_.settle();
    // Each day within its own date, in working hours.
    const Instant midnight = start_of(date_of(end_ - days(day - 1)));
    co_await host_.advance(day == 1 ? end_ : midnight + hours(8 + day * 5 % 9));
    co_await node_.settle();
  }
}

}  // namespace

Task<std::string> play_demo(Node& node, simulator::Host& host,
                            const simulator::SharedClock& clock) {
  Story story(node, host, clock);
  co_await story.play();
  co_return co_await staff::create(node.parts().staff, std::string(demo_staff));
}

}  // namespace freehold::app
