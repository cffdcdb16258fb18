// Taking in people and organisations: looks up what is here, plans, and carries the plan out.
#include <algorithm>

#include "core/async.hpp"
#include "core/json.hpp"
#include "identity/arrivals.hpp"
#include "moving/moving.hpp"
#include "moving/people_plan.hpp"

namespace freehold::moving {
namespace {

constexpr std::size_t batch = 500;

Actor importer_in(TenantId tenant) {
  return ActorMint::job(tenant, "people.import");
}

// Parts of at most `batch` of a set.
std::vector<std::vector<std::string>> batches_of(const std::set<std::string>& all) {
  std::vector<std::vector<std::string>> parts;
  for (const std::string& each : all) {
    if (parts.empty() || parts.back().size() == batch) parts.emplace_back();
    parts.back().push_back(each);
  }
  return parts;
}

Task<> look_up_organisations(const PeopleImport& import, const PeopleFile& file, Known& known) {
  std::set<std::string> ids;
  for (const OrganisationLine& line : file.organisations) ids.insert(line.external_id);
  for (const MembershipLine& line : file.memberships) ids.insert(line.organisation);
  for (const auto& part : batches_of(ids)) {
    auto found = co_await tenancy::find_by_external_ids(import.database, import.source, part);
    for (tenancy::CameFrom& each : found) known.organisations[each.external_id] = std::move(each);
  }
  for (const OrganisationLine& line : file.organisations) {
    if (line.slug.empty()) continue;
    const auto taken = co_await tenancy::find_by_slug(import.database, line.slug);
    if (taken) known.slugs.insert(line.slug);
  }
}

Task<> look_up_people(const PeopleImport& import, const PeopleFile& file, Known& known) {
  std::set<std::string> ids;
  std::set<std::string> emails;
  for (const PersonLine& line : file.people) {
    ids.insert(line.external_id);
    emails.insert(line.email);
  }
  for (const MembershipLine& line : file.memberships) ids.insert(line.person);
  db::IdentityRead db = import.database.identity_read();
  for (const auto& part : batches_of(ids)) {
    const auto found = co_await identity::known_arrivals(db, import.source, part);
    for (const auto& each : found) known.people[each.external_id] = each.user_id;
  }
  for (const auto& part : batches_of(emails)) {
    const auto found = co_await identity::known_addresses(db, part);
    for (const auto& each : found) known.addresses[each.email] = each.user_id;
  }
}

Task<> look_up_members(const PeopleImport& import, const PeopleFile& file, Known& known) {
  for (const MembershipLine& line : file.memberships) {
    const auto organisation = known.organisations.find(line.organisation);
    if (organisation == known.organisations.end()) continue;
    const TenantId tenant = organisation->second.tenant_id;
    if (known.members.contains(tenant)) continue;
    db::ControlRead db = import.database.control_read(importer_in(tenant));
    const auto members = co_await tenancy::members(db);
    for (const tenancy::Membership& member : members) known.members[tenant].insert(member.user_id);
  }
}

// Carries a plan out.
class Intake {
 public:
  Intake(const PeopleImport& import, PeoplePlan plan, std::map<std::string, UserId> people)
      : import_(import),
        plan_(std::move(plan)),
        users_(std::move(people)),
        all_(int(plan_.people.size() + plan_.organisations.size())) {}

  Task<> run() {
    for (std::size_t at = 0; at < plan_.people.size(); at += batch) {
      const std::size_t end = std::min(at + batch, plan_.people.size());
      co_await take_in_people(at, end);
    }
    for (const PlannedOrganisation& organisation : plan_.organisations) {
      if (organisation.known) {
        co_await add_members(organisation);
      } else {
        co_await make_workspace(organisation);
      }
      advance(1);
    }
  }

 private:
  Task<> take_in_people(std::size_t from, std::size_t to) {
    db::IdentityTx tx = import_.database.identity();
    for (std::size_t i = from; i < to; ++i) {
      const PersonLine& line = plan_.people[i];
      identity::Arrival arrival{import_.source, line.external_id, line.email, line.name, {}};
      if (!line.password_hash.empty()) arrival.hash = line.password_hash;
      users_[line.external_id] = co_await identity::take_in(tx, arrival, import_.clocks);
    }
    co_await tx.commit();
    advance(int(to - from));
  }

  Task<> make_workspace(const PlannedOrganisation& organisation) {
    const OrganisationLine& line = organisation.line;
    const int tries = line.slug.empty() ? tenancy::most_slugs_tried : 1;
    for (int attempt = 0; attempt < tries; ++attempt) {
      const std::string slug =
          line.slug.empty() ? tenancy::slug_for(line.name, attempt) : line.slug;
      const bool made = co_await try_to_make(organisation, slug);
      if (made) co_return;
    }
    throw std::runtime_error(fmt::format(
        "line {}: no free address was found for the organisation {}", line.line, line.external_id));
  }

  // False: the slug is taken.
  Task<bool> try_to_make(const PlannedOrganisation& organisation, std::string slug) {
    const OrganisationLine& line = organisation.line;
    try {
      const TenantId id = TenantId::make(import_.clocks.business.now());
      db::ControlTx tx = import_.database.control_of_new_tenant(importer_in(id));
      const tenancy::NewTenant draft{id, std::move(slug), line.name,
                                     users_.at(organisation.members.front().person),
                                     tenancy::ExternalId{import_.source, line.external_id}};
      co_await tenancy::create_tenant(tx, draft);
      co_await import_.start_billing(tx);
      for (std::size_t i = 1; i < organisation.members.size(); ++i)
        co_await add(tx, organisation.members[i]);
      co_await tx.commit();
    } catch (const db::ConstraintViolation& violation) {
      if (violation.constraint != "slugs_are_taken_once") throw;
      co_return false;
    }
    co_return true;
  }

  Task<> add_members(const PlannedOrganisation& organisation) {
    db::ControlTx tx = import_.database.control(importer_in(*organisation.known));
    for (const MembershipLine& member : organisation.members) co_await add(tx, member);
    co_await tx.commit();
  }

  // Two external ids may be one account: the first role counts.
  Task<> add(db::ControlTx& tx, const MembershipLine& member) {
    const UserId user = users_.at(member.person);
    const auto there = co_await tenancy::find_member(tx, user);
    if (!there) co_await tenancy::add_member(tx, user, member.role);
  }

  void advance(int by) {
    done_ += by;
    if (import_.progress) import_.progress(done_, all_);
  }

  const PeopleImport& import_;
  PeoplePlan plan_;
  std::map<std::string, UserId> users_;
  int done_ = 0;
  int all_;
};

void report(const PeopleImport& import, const PeoplePlan& plan) {
  auto verdict = plan.verdicts.begin();
  const auto say_verdicts_before = [&](int line) {
    for (; import.dry_run && verdict != plan.verdicts.end() && verdict->line < line; ++verdict)
      import.say(fmt::format("line {}: {}", verdict->line, verdict->what));
  };
  for (const Mistake& mistake : plan.mistakes) {
    say_verdicts_before(mistake.line);
    import.say(fmt::format("line {}: BAD: {}", mistake.line, mistake.reason));
  }
  say_verdicts_before(most_lines + 2);
}

}  // namespace

Task<PeopleOutcome> import_people(const PeopleImport& import, const PeopleFile& file) {
  Known known;
  co_await look_up_organisations(import, file, known);
  co_await look_up_people(import, file, known);
  co_await look_up_members(import, file, known);
  PeoplePlan plan = plan_people(file, known);
  report(import, plan);
  PeopleOutcome outcome{.people = int(plan.people.size()),
                        .workspaces = int(plan.organisations.size()),
                        .already_here = plan.already_here,
                        .bad = int(plan.mistakes.size()),
                        .refused = !plan.mistakes.empty() && !import.skip_bad};
  if (import.dry_run || outcome.refused) co_return outcome;
  Intake intake(import, std::move(plan), std::move(known.people));
  co_await intake.run();
  co_return outcome;
}

}  // namespace freehold::moving
