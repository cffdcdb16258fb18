#include "billing/adoption.hpp"

#include "billing/customers.hpp"
#include "billing/json_fields.hpp"
#include "billing/sync.hpp"
#include "billing/whose.hpp"
#include "core/async.hpp"

namespace freehold::billing {
namespace {

using entitlements::Standing;
using fields::at;
using fields::number;
using fields::text;

constexpr int requests_of_a_fetch = 4;

std::string in_words(const Standing& standing) {
  return fmt::format("{} on {} ({})", freehold::name_of(standing.access), standing.plan,
                     standing.source);
}

std::string price_in_words(const Mirror& mirror, const json::value& subscription) {
  const auto currency = Currency::parse(mirror.currency).value_or(Currency::usd());
  const json::value* price = at(&subscription, "items", "data", 0, "price");
  return fmt::format("{} a {}, {}", format_money({mirror.amount, currency}),
                     mirror.billing_interval, text(at(price, "id")).value_or("no price"));
}

class Adoption {
 public:
  Adoption(Billing& billing, const AdoptionOrder& order)
      : billing_(billing), order_(order), whose_(billing, order) {}

  Task<AdoptionReport> run() {
    co_await whose_.prepare();
    AdoptionReport report{
        .at = billing_.clocks.business.now(), .customers = {}, .unknown_prices = {}};
    for (const std::string& id : whose_.customers()) {
      Adopted adopted = decide(id);
      report.customers.push_back(std::move(adopted));
    }
    refuse_shared_workspaces(report);
    for (Adopted& adopted : report.customers) co_await examine(adopted);
    report.unknown_prices = std::move(unknown_);
    if (!order_.dry_run)
      for (Adopted& adopted : report.customers) co_await adopt(adopted);
    co_return report;
  }

 private:
  Adopted decide(const std::string& id) {
    const auto customer = whose_.account().customers.find(id);
    Adopted adopted{.customer = id};
    if (customer == whose_.account().customers.end()) {
      adopted.problems.emplace_back("it was deleted at Stripe, or never was there");
      return adopted;
    }
    adopted.email = email_of(customer->second);
    const auto workspace = whose_.workspace_of(id, adopted);
    if (workspace) workspaces_[id] = *workspace;
    return adopted;
  }

  // A workspace is one customer's. Who is it already, or by the file, wins; nobody else is guessed.
  void refuse_shared_workspaces(AdoptionReport& report) {
    std::map<TenantId, std::vector<Adopted*>> claims;
    for (Adopted& each : report.customers)
      if (workspaces_.contains(each.customer))
        claims[workspaces_.at(each.customer).id].push_back(&each);
    for (auto& [tenant, all] : claims) {
      if (all.size() > 1) std::erase_if(all, [this](Adopted* each) { return gives_way(*each); });
      if (all.size() < 2) continue;
      const auto certain = std::ranges::count_if(all, is_certain);
      for (Adopted* each : all) {
        if (certain == 1 && is_certain(each)) continue;
        std::string others;
        for (const Adopted* other : all)
          if (other != each) others += (others.empty() ? "" : ", ") + other->customer;
        each->problems.push_back(
            fmt::format("{} would be the workspace of {} too; say in the mapping file whose it is",
                        each->workspace, others));
      }
    }
  }

  // A customer that Freehold has made, and that never bought anything, is in nobody's way.
  bool gives_way(Adopted& adopted) const {
    const bool empty = whose_.is_adopted(adopted.customer) &&
                       !whose_.account().subscriptions.contains(adopted.customer);
    if (empty)
      adopted.notes.emplace_back(
          "another customer takes its place, because it has no subscription; it stays at Stripe");
    return empty;
  }

  static bool is_certain(const Adopted* adopted) {
    return adopted->how == "by the mapping file" || adopted->how == "it is its customer already";
  }

  Task<> examine(Adopted& adopted) {
    const auto workspace = workspaces_.find(adopted.customer);
    std::vector<Mirror> mirrors = read_subscriptions(adopted);
    if (workspace == workspaces_.end()) co_return;
    db::ControlRead db = billing_.database.control_read(worker_in(workspace->second.id));
    Facts known = co_await facts(db);
    if (known.last) adopted.access_now = in_words(*known.last);
    const bool other =
        !whose_.is_adopted(adopted.customer) && std::ranges::any_of(known.mirrors, is_live);
    if (other)
      adopted.problems.emplace_back(
          "the workspace has a subscription of another customer already; it keeps it");
    known.mirrors = std::move(mirrors);
    known.invoices = co_await unpaid_invoices(adopted.customer, known.mirrors);
    adopted.access_then = in_words(
        standing_of(known, billing_.policy, billing_.catalog, billing_.clocks.business.now()));
  }

  std::vector<Mirror> read_subscriptions(Adopted& adopted) {
    std::vector<Mirror> mirrors;
    const auto all = whose_.account().subscriptions.find(adopted.customer);
    if (all == whose_.account().subscriptions.end()) return mirrors;
    int live = 0;
    for (const json::value& object : all->second) {
      try {
        mirrors.push_back(read_subscription(object, billing_.clocks.business.now()));
      } catch (const std::runtime_error& unreadable) {
        adopted.problems.emplace_back(unreadable.what());
        continue;
      }
      const Mirror& mirror = mirrors.back();
      if (!is_live(mirror)) continue;
      ++live;
      describe(adopted, mirror, object);
    }
    if (live > 1)
      adopted.notes.push_back(
          fmt::format("{} live subscriptions: the better one counts, and all are charged", live));
    return mirrors;
  }

  void describe(Adopted& adopted, const Mirror& mirror, const json::value& object) {
    const bool known = knows_price(mirror, billing_.catalog);
    adopted.subscriptions.push_back(fmt::format(
        "{}: {}, {}, {}", mirror.stripe_id, mirror.status, price_in_words(mirror, object),
        known ? "plan " + plan_of(mirror, billing_.catalog) : "unknown plan"));
    if (!known) {
      adopted.problems.push_back(
          fmt::format("{} has a price that no plan knows; write it into legacy_prices of its plan",
                      mirror.stripe_id));
      note_unknown(mirror, object);
    }
    const json::value* items = at(&object, "items", "data");
    const std::size_t count = items != nullptr && items->is_array() ? items->as_array().size() : 0;
    if (count > 1)
      adopted.notes.push_back(
          fmt::format("{} has {} items: the first says which plan it is", mirror.stripe_id, count));
    const auto quantity = number(at(&object, "items", "data", 0, "quantity")).value_or(1);
    if (quantity != 1)
      adopted.notes.push_back(
          fmt::format("{} has a quantity of {}: Stripe charges for it, and a plan's limits do not "
                      "follow from it",
                      mirror.stripe_id, quantity));
  }

  void note_unknown(const Mirror& mirror, const json::value& object) {
    const json::value* price = at(&object, "items", "data", 0, "price");
    const auto product = whose_.account().products.find(text(at(price, "product")).value_or(""));
    std::string line =
        fmt::format("{} ({})", price_in_words(mirror, object),
                    product == whose_.account().products.end() ? "no product" : product->second);
    if (std::ranges::find(unknown_, line) == unknown_.end()) unknown_.push_back(std::move(line));
  }

  // Grace is counted from the invoice that was not paid.
  Task<std::vector<Invoice>> unpaid_invoices(std::string customer,
                                             const std::vector<Mirror>& mirrors) {
    std::vector<Invoice> invoices;
    if (std::ranges::find(mirrors, "past_due", &Mirror::status) == mirrors.end())
      co_return invoices;
    const Params which{{"customer", std::move(customer)}, {"limit", "100"}};
    Stripe stripe = billing_.stripe.in_bulk();
    const json::value list = co_await stripe.get("/v1/invoices", which);
    for (const json::value& object : fields::data_of(list))
      invoices.push_back(read_invoice(object));
    co_return invoices;
  }

  Task<> adopt(Adopted& adopted) {
    if (!adopted.problems.empty() || whose_.is_adopted(adopted.customer)) co_return;
    const Actor actor = worker_in(workspaces_.at(adopted.customer).id);
    db::ControlTx tx = billing_.database.control(actor);
    const bool mapped = co_await adopt_customer(tx, adopted.customer);
    if (!mapped) {
      adopted.problems.emplace_back(
          "meanwhile the workspace has a subscription of another customer");
      co_return;
    }
    co_await tx.commit();
    co_await billing_.stripe.wait_in_bulk(requests_of_a_fetch);
    const bool fetched = co_await sync_now(billing_, actor);
    if (!fetched) adopted.notes.emplace_back("Stripe did not answer; a worker fetches it later");
    db::ControlRead db = billing_.database.control_read(actor);
    const auto standing = co_await entitlements::find_standing(db);
    if (standing) adopted.access_now = in_words(*standing);
  }

  Billing& billing_;
  const AdoptionOrder& order_;
  Whose whose_;
  std::map<std::string, Whose::Workspace> workspaces_ = {};  // by customer
  std::vector<std::string> unknown_ = {};
};

}  // namespace

Task<AdoptionReport> adopt_account(Billing& billing, const AdoptionOrder& order) {
  Adoption adoption(billing, order);
  co_return co_await adoption.run();
}

}  // namespace freehold::billing
