// Every act that the program writes down can be found by the audit page's filter.
#include <doctest/doctest.h>

#include <set>
#include <sstream>

#include "tests/program/neighbours.hpp"
#include "tests/support/source_files.hpp"

using namespace freehold;
using namespace freehold::program;

namespace {

// The words that stand after `mark` in the text and look like an act: "member.role_changed".
void collect_acts(std::string_view text, std::string_view mark, std::set<std::string>& acts) {
  for (auto at = text.find(mark); at != std::string_view::npos; at = text.find(mark, at + 1)) {
    const std::string word = between(text.substr(at), mark, "\"");
    const bool is_act = word.find_first_not_of("abcdefghijklmnopqrstuvwxyz_.") == word.npos;
    if (is_act && word.contains('.')) acts.insert(word);
  }
}

// As they are written in the source: `.action = "…"`, or by the functions that make acts.
std::set<std::string> acts_in_source() {
  std::set<std::string> acts;
  for (const char* folder : {"src", "product"}) {
    for (const std::string& path : test::sources_below(folder)) {
      if (!path.ends_with(".cpp") || path.ends_with("_test.cpp")) continue;
      const std::string text = test::read_source(path);
      for (const char* mark : {".action = \"", "act_of(\"", "record_change(tx, \""})
        collect_acts(text, mark, acts);
    }
  }
  return acts;
}

std::string kind_of(const std::string& act) {
  return act.substr(0, act.find('.') + 1);
}

}  // namespace

TEST_CASE("the audit page's filter has a kind for every act that the program writes down") {
  Workspace& ours = neighbours().ours;
  const std::string page = ours.owner.get(ours.path("/audit")).body;
  std::string missing;
  for (const std::string& act : acts_in_source())
    if (!page.contains("<option value=\"" + kind_of(act) + "\"")) missing += act + "\n";
  CHECK(missing == "");
}

TEST_CASE("every act that was written down is one of those in the source") {
  const std::set<std::string> acts = acts_in_source();
  std::istringstream written(
      rows(neighbours().database, "select distinct action from audit.event"));
  std::string unknown;
  int known = 0;
  for (std::string act; std::getline(written, act);) {
    if (acts.contains(act) || act.starts_with("product.")) {  // a product says what it likes there
      ++known;
    } else {
      unknown += act + "\n";
    }
  }
  CHECK(unknown == "");
  CHECK(known > 8);
}
