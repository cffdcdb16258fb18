// The list of tenants.
#include <doctest/doctest.h>

#include "staff/test_site.hpp"

using namespace freehold;
using namespace freehold::staff;

namespace {

// The names in the list, in its order.
std::string names(Site& site, const std::string& path) {
  const auto response = site.panel.get(path);
  CHECK(response.status == 200);
  std::string all;
  std::string_view rest = response.body;
  constexpr std::string_view mark = "class=\"table-link\" href=\"/tenants/tenant_";
  for (auto at = rest.find(mark); at != rest.npos; at = rest.find(mark)) {
    rest.remove_prefix(at);
    all += (all.empty() ? "" : ", ") + test::between(rest, ">", "</a>");
    rest.remove_prefix(mark.size());
  }
  return all;
}

// Where the link to the next page leads; empty on the last one.
std::string next_of(Site& site, const std::string& path) {
  const std::string page = site.panel.get(path).body;
  const auto end = page.find("\" rel=\"next\"");
  if (end == std::string::npos) return {};
  const auto start = page.rfind("href=\"", end) + 6;
  std::string link = page.substr(start, end - start);
  for (auto at = link.find("&amp;"); at != link.npos; at = link.find("&amp;"))
    link.replace(at, 5, "&");
  return link;
}

// Lines without a story: `count` tenants "Tenant 000"…, each active a second after the one before.
void fill(Site& site, int count) {
  site.world.rows(fmt::format(
      "with made as (insert into tenancy.tenant (tenant_id, slug, name, created_at) "
      "select gen_random_uuid(), 'tenant-' || to_char(n, 'FM000'), 'Tenant ' || to_char(n, "
      "'FM000'), "
      "now() from generate_series(0, {} - 1) n returning *) "
      "insert into staff.tenant_rollup (tenant_id, name, slug, plan_name, status, mrr, "
      "last_active_at, refreshed_at) select tenant_id, name, slug, 'Pro', "
      "case when right(name, 3)::int % 3 = 0 then 'active' else 'trial' end, "
      "(right(name, 3)::int % 7) * 100, "
      "'2026-11-01'::timestamptz + right(name, 3)::int * '1 second 1 microsecond'::interval, now() "
      "from made returning 1",
      count));
}

std::set<std::string> all_pages(Site& site, std::string path, std::vector<int>& sizes) {
  std::set<std::string> seen;
  while (!path.empty()) {
    std::string list = names(site, path);
    int size = 0;
    for (std::string_view rest = list; !rest.empty(); ++size) {
      const auto end = std::min(rest.find(", "), rest.size());
      CHECK_MESSAGE(seen.emplace(rest.substr(0, end)).second, rest.substr(0, end));
      rest.remove_prefix(std::min(end + 2, rest.size()));
    }
    sizes.push_back(size);
    path = next_of(site, path);
  }
  return seen;
}

}  // namespace

TEST_CASE("an empty installation says what will come, a search without a hit how to go on") {
  Site site;
  const std::string password = site.create("sam@example.com");
  site.log_in(site.panel, "sam@example.com", password);
  CHECK(site.page("/tenants")
            .find("No tenants yet The first one appears here when somebody signs "
                  "up.") != std::string::npos);
  CHECK(site.page("/tenants?q=acme").find("No tenant matches") != std::string::npos);
}

TEST_CASE("the list shows plan, revenue, members, status and activity, and its sums") {
  Site site;
  site.enter();
  site.workspace("northwind", "Northwind Labs");
  site.money.buy("4242424242424242");
  site.settle();
  site.advance(days(15));
  const std::string words = site.page("/tenants");
  CHECK(
      words.starts_with("Tenants 2 Monthly revenue $49.00 Yearly prices count a twelfth Paying 1 "
                        "Subscriptions in order Trials 0 Not paying yet Past due 0 $0.00 at risk "
                        "All 2 Trials 0 Past due 0 Limited 0 Paying 1 Free 1 Locked 0 "));
  CHECK(words.find("A Acme acme Pro $49.00 1 Active") != std::string::npos);
  CHECK(words.find("NL Northwind Labs northwind Free $0.00 1 Free") != std::string::npos);
  CHECK(names(site, "/tenants") == "Acme, Northwind Labs");
  CHECK(names(site, "/tenants?view=active") == "Acme");
  CHECK(names(site, "/tenants?view=free") == "Northwind Labs");
  CHECK(names(site, "/tenants?view=trial") == "");
  CHECK(names(site, "/tenants?view=nonsense") == "Acme, Northwind Labs");
}

TEST_CASE("a search finds any part of a name in any case, and the beginning of an address") {
  Site site;
  site.enter();
  site.workspace("zurich", "Zürich ÄRZTE & Söhne");
  CHECK(names(site, "/tenants?q=%C3%A4rzte") == "Zürich ÄRZTE &amp; Söhne");
  CHECK(names(site, "/tenants?q=%C3%84rzte") == "Zürich ÄRZTE &amp; Söhne");
  CHECK(names(site, "/tenants?q=+ZUR+") == "Zürich ÄRZTE &amp; Söhne");
  CHECK(names(site, "/tenants?q=urich") == "");
  CHECK(names(site, "/tenants?q=cm") == "Acme");
  CHECK(names(site, "/tenants?q=%25") == "");
  CHECK(names(site, "/tenants?q=ac&view=trial") == "Acme");
  CHECK(names(site, "/tenants?q=ac&view=active") == "");
  const auto page = site.panel.get("/tenants?q=%22%3E%3Cscript%3E");
  CHECK(page.body.find("<script>") == std::string::npos);
  CHECK(page.body.find("value=\"&quot;&gt;&lt;script&gt;\"") != std::string::npos);
}

TEST_CASE("pages of fifty hold every tenant once, in each order and with each filter") {
  Site site;
  const std::string password = site.create("sam@example.com");
  site.log_in(site.panel, "sam@example.com", password);
  fill(site, 120);
  for (const std::string path : {"/tenants", "/tenants?view=&sort=active"}) {
    std::vector<int> sizes;
    CHECK(all_pages(site, path, sizes).size() == 120);
    CHECK(sizes == std::vector{50, 50, 20});
  }
  std::vector<int> sizes;
  CHECK(all_pages(site, "/tenants?view=trial&q=tenant&sort=active", sizes).size() == 80);
  CHECK(sizes == std::vector{50, 30});
  CHECK(names(site, "/tenants?sort=active").starts_with("Tenant 119, Tenant 118, Tenant 117"));
  // An address that somebody changed is read as far as it makes sense.
  CHECK(site.panel.get("/tenants?after=tenant_x&value=1").status == 200);
  CHECK(site.panel.get("/tenants?sort=active&value=soon&after=" + to_string(site.money.tenant))
            .status == 200);
}
