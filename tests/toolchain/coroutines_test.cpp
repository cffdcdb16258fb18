// The forms of coroutine code that this program is written in, each with objects that notice being
// copied byte by byte, destroyed twice or forgotten. g++ 12 fails about a third of them; see
// cmake/compiler.cmake.
#include <doctest/doctest.h>

#include <array>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <tuple>
#include <variant>
#include <vector>

#include "task.hpp"

namespace {

using toolchain::hop;
using toolchain::Task;

// A string that knows which of its kind are alive, and counts every misuse.
class Name {
 public:
  Name(const char* text) : text_(std::string(text) + ", too long for the small buffer") { born(); }
  Name(const Name& other) : text_(other.text()) { born(); }
  Name(Name&& other) noexcept : text_(std::move(other.text_)) {
    other.check();
    born();
  }
  Name& operator=(const Name&) = default;
  ~Name() { misuses += alive.erase(this) == 1 ? 0 : 1; }

  const std::string& text() const {
    check();
    return text_;
  }
  bool is(const char* text) const { return this->text().starts_with(std::string(text) + ","); }

  static inline std::set<const void*> alive;
  static inline int misuses = 0;

 private:
  void born() { misuses += alive.insert(this).second ? 0 : 1; }
  void check() const { misuses += alive.contains(this) ? 0 : 1; }

  std::string text_;
};

struct Person {
  Name name;
  int age = 30;
  Name city = "Oslo";
};

Task<Name> make(const char* text) {
  co_await hop();
  co_return Name(text);
}

Task<bool> answer(bool value) {
  co_await hop();
  co_return value;
}

Task<int> number(int value) {
  co_await hop();
  co_return value;
}

Task<Name> by_value(Name name) {
  co_await hop();
  co_return name;
}

Task<Name> by_reference(const Name& name) {
  co_await hop();
  co_return name;
}

Task<Name> name_of(Person person) {
  co_await hop();
  co_return person.city.is("Oslo") ? person.name : person.city;
}

Task<Name> name_of_reference(const Person& person) {
  co_await hop();
  co_return person.name;
}

Task<Name> name_of_rvalue(Person&& person) {
  co_await hop();
  co_return std::move(person.name);
}

Task<std::optional<Name>> find(bool exists) {
  co_await hop();
  if (!exists) co_return std::nullopt;
  co_return Name("found");
}

Task<int> count(std::vector<Name> names) {
  co_await hop();
  for (const Name& name : names) static_cast<void>(name.text());
  co_return static_cast<int>(names.size());
}

template <class... Arguments>
Task<int> count_arguments(Arguments... arguments) {
  co_await hop();
  const auto kept = std::make_tuple(std::move(arguments)...);
  co_return static_cast<int>(std::tuple_size_v<decltype(kept)>);
}

Task<int> fail_with(Name name) {
  co_await hop();
  throw std::runtime_error(name.text());
}

// Runs one form and tells the whole outcome: its answer, and that nothing was misused or forgotten.
template <class Form>
bool holds(Form form) {
  Name::misuses = 0;
  bool right = false;
  {
    Task<bool> task = form();
    right = task.run();
  }
  return right && Name::misuses == 0 && Name::alive.empty();
}

TEST_CASE("temporaries in an awaiting statement live until its end, once") {
  CHECK(holds([]() -> Task<bool> { co_return (co_await by_value(Name("Ada"))).is("Ada"); }));
  CHECK(holds([]() -> Task<bool> { co_return (co_await by_reference(Name("Ada"))).is("Ada"); }));
  CHECK(holds([]() -> Task<bool> { co_return co_await count({Name("Ada"), Name("Bo")}) == 2; }));
  CHECK(holds([]() -> Task<bool> {
    co_return co_await count_arguments(Name("Ada"), std::string("a string"), 3) == 3;
  }));
}

TEST_CASE("aggregate temporaries in an awaiting statement") {
  CHECK(holds([]() -> Task<bool> { co_return (co_await name_of({Name("Ada")})).is("Ada"); }));
  CHECK(holds([]() -> Task<bool> {
    co_return (co_await name_of(Person{.name = "Ada", .age = 36})).is("Ada");
  }));
  CHECK(holds([]() -> Task<bool> {
    co_return (co_await name_of_reference(Person{.name = "Ada"})).is("Ada");
  }));
  CHECK(holds([]() -> Task<bool> {
    co_return (co_await name_of_rvalue(Person{.name = "Ada"})).is("Ada");
  }));
  CHECK(holds([]() -> Task<bool> {
    Person ada{.name = "Ada"};
    co_return (co_await name_of(std::move(ada))).is("Ada");
  }));
}

TEST_CASE("an aggregate whose member is awaited") {
  CHECK(holds([]() -> Task<bool> {
    const Person ada{.name = co_await make("Ada"), .age = co_await number(36)};
    co_return ada.name.is("Ada") && ada.age == 36 && ada.city.is("Oslo");
  }));
  CHECK(holds([]() -> Task<bool> {
    co_return (co_await name_of(Person{.name = co_await make("Ada")})).is("Ada");
  }));
  CHECK(holds([]() -> Task<bool> {
    const std::array<Name, 2> both{co_await make("Ada"), co_await make("Bo")};
    co_return both[0].is("Ada") && both[1].is("Bo");
  }));
}

TEST_CASE("a choice between awaits") {
  CHECK(holds([]() -> Task<bool> {
    const bool first = co_await answer(true);
    const Name name = first ? co_await make("Ada") : co_await make("Bo");
    co_return name.is("Ada");
  }));
  CHECK(holds([]() -> Task<bool> {
    const bool first = co_await answer(false);
    const Name name = co_await (first ? make("Ada") : make("Bo"));
    co_return name.is("Bo");
  }));
  CHECK(holds([]() -> Task<bool> {
    const bool first = co_await answer(false);
    const Name name = first ? co_await make("Ada") : Name("Bo");
    co_return name.is("Bo");
  }));
  CHECK(holds([]() -> Task<bool> {
    const Name bo("Bo");
    const bool first = co_await answer(false);
    const Name name = first ? co_await by_value(Name("Ada")) : bo;
    co_return name.is("Bo");
  }));
}

TEST_CASE("short circuits leave the temporaries of the other side alone") {
  CHECK(holds([]() -> Task<bool> {
    co_return !(co_await answer(false) && (co_await by_value(Name("Ada"))).is("Ada"));
  }));
  CHECK(holds([]() -> Task<bool> {
    co_return co_await answer(true) && (co_await by_value(Name("Ada"))).is("Ada") &&
        (co_await by_reference(Name("Bo"))).is("Bo");
  }));
}

TEST_CASE("awaits in the heads of statements") {
  CHECK(holds([]() -> Task<bool> {
    if (const auto name = co_await find(true); name) co_return name->is("found");
    co_return false;
  }));
  CHECK(holds([]() -> Task<bool> {
    int rounds = 0;
    while (const auto name = co_await find(rounds < 3)) rounds += name->is("found") ? 1 : 9;
    co_return rounds == 3;
  }));
  CHECK(holds([]() -> Task<bool> {
    int rounds = 0;
    for (Name name = co_await make("Ada"); co_await answer(rounds < 3);
         name = co_await make("Bo")) {
      rounds += name.is(rounds == 0 ? "Ada" : "Bo") ? 1 : 9;
    }
    co_return rounds == 3;
  }));
  CHECK(holds([]() -> Task<bool> {
    switch (co_await number(2)) {
      case 2:
        co_return (co_await make("Ada")).is("Ada");
      default:
        co_return false;
    }
  }));
}

TEST_CASE("a range that is awaited, or waits in its body") {
  CHECK(holds([]() -> Task<bool> {
    int seen = 0;
    for (const Name& name : std::vector<Name>{"Ada", "Bo"}) {
      co_await hop();
      seen += name.is("Ada") ? 1 : 10;
    }
    co_return seen == 11;
  }));
  CHECK(holds([]() -> Task<bool> {
    const auto both = []() -> Task<std::pair<Name, Name>> {
      co_await hop();
      co_return std::pair<Name, Name>("Ada", "Bo");
    };
    const auto [ada, bo] = co_await both();
    co_return ada.is("Ada") && bo.is("Bo");
  }));
}

TEST_CASE("several awaits in one expression") {
  CHECK(holds([]() -> Task<bool> {
    const auto together = [](Name a, Name b) { return a.text() + b.text(); };
    const std::string text = together(co_await make("Ada"), co_await make("Bo"));
    co_return text.starts_with("Ada,");
  }));
  CHECK(holds([]() -> Task<bool> {
    const std::string text = "to " + (co_await make("Ada")).text() + (co_await make("Bo")).text();
    co_return text.starts_with("to Ada,");
  }));
  CHECK(holds([]() -> Task<bool> {
    const auto owned = std::make_unique<Name>(co_await by_value(Name("Ada")));
    co_return owned->is("Ada");
  }));
}

// The house forbids capturing lambdas as coroutines, because what they capture dies with the
// lambda; where the lambda outlives the coroutine the compiler must still get them right.
TEST_CASE("lambda coroutines") {
  CHECK(holds([]() -> Task<bool> {
    const auto greet = [name = Name("Ada")]() -> Task<Name> {
      co_await hop();
      co_return name;
    };
    co_return (co_await greet()).is("Ada");
  }));
  CHECK(holds([]() -> Task<bool> {
    const auto greet = [](auto name, Name other = "Bo") -> Task<bool> {
      co_await hop();
      co_return name.is("Ada") && other.is("Bo");
    };
    co_return co_await greet(Name("Ada"));
  }));
}

TEST_CASE("exceptions pass awaits, and their temporaries are destroyed on the way") {
  CHECK(holds([]() -> Task<bool> {
    std::string message;
    try {
      co_await fail_with(Name("Ada"));
    } catch (const std::runtime_error& failure) {
      message = failure.what();
    }
    co_await hop();
    co_return message.starts_with("Ada,");
  }));
}

TEST_CASE("optionals, pairs and variants as arguments and results") {
  CHECK(holds([]() -> Task<bool> {
    const auto both = [](std::optional<Name> a, std::pair<Name, int> b) -> Task<bool> {
      co_await hop();
      co_return a->is("Ada") && b.first.is("Bo") && b.second == 1;
    };
    co_return co_await both(Name("Ada"), {Name("Bo"), 1});
  }));
  CHECK(holds([]() -> Task<bool> {
    const auto choose = []() -> Task<std::variant<int, Person>> {
      co_await hop();
      co_return Person{.name = "Ada"};
    };
    const auto chosen = co_await choose();
    co_return std::get<Person>(chosen).name.is("Ada");
  }));
}

TEST_CASE("a frame destroyed while it is suspended destroys what it holds") {
  Name::misuses = 0;
  {
    const auto wait = [](Name name) -> Task<bool> {
      const Person person{.name = name};
      co_await hop();
      co_return person.name.is("Ada");
    };
    Task<bool> task = wait(Name("Ada"));
    static_cast<void>(task.await_suspend(std::noop_coroutine()).resume());
    toolchain::waiting.clear();
  }
  CHECK(Name::misuses == 0);
  CHECK(Name::alive.empty());
}

Task<int> depth(int levels) {
  if (levels == 0) co_return 0;
  const int below = co_await depth(levels - 1);
  co_return below + 1;
}

TEST_CASE("a hundred thousand nested awaits do not grow the stack") {
  CHECK(depth(100'000).run() == 100'000);
}

}  // namespace
