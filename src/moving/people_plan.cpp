#include "moving/people_plan.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "core/json.hpp"
#include "identity/arrivals.hpp"

namespace freehold::moving {
namespace {

using tenancy::Role;

class Planner {
 public:
  Planner(const PeopleFile& file, const Known& known) : file_(file), known_(known) {
    plan_.mistakes = file.mistakes;
  }

  PeoplePlan plan() {
    for (const OrganisationLine& line : file_.organisations) take(line);
    for (const PersonLine& line : file_.people) take(line);
    for (const MembershipLine& line : file_.memberships) take(line);
    for (const OrganisationLine& line : file_.organisations) require_owner(line);
    collect();
    std::ranges::sort(plan_.mistakes, {}, &Mistake::line);
    std::ranges::sort(plan_.verdicts, {}, &Verdict::line);
    return std::move(plan_);
  }

 private:
  template <class... Args>
  void refuse(int line, fmt::format_string<Args...> why, Args&&... args) {
    plan_.mistakes.push_back({line, fmt::format(why, std::forward<Args>(args)...)});
  }
  template <class... Args>
  void say(int line, fmt::format_string<Args...> what, Args&&... args) {
    plan_.verdicts.push_back({line, fmt::format(what, std::forward<Args>(args)...)});
  }
  // Whether a name is used for the first time in the file; complains if not.
  bool is_first(std::map<std::string, int>& seen, const std::string& name, int line,
                std::string_view what) {
    const auto [at, fresh] = seen.emplace(name, line);
    if (!fresh) refuse(line, "{} {} stands in line {} already", what, name, at->second);
    return fresh;
  }

  void take(const OrganisationLine& line) {
    if (!is_first(organisation_lines_, line.external_id, line.line, "the organisation")) return;
    const bool is_new = !known_.organisations.contains(line.external_id);
    if (is_new && !line.slug.empty()) {
      if (!is_first(slug_lines_, line.slug, line.line, "the slug")) return;
      if (known_.slugs.contains(line.slug))
        return refuse(line.line, "the slug {} is taken here", line.slug);
    }
    PlannedOrganisation& planned = organisations_[line.external_id];
    if (is_new) planned.line = line;
  }

  void take(const PersonLine& line) {
    if (!is_first(person_lines_, line.external_id, line.line, "the person")) return;
    if (!is_first(address_lines_, line.email, line.line, "the email")) return;
    good_people_.insert(line.external_id);
    if (known_.people.contains(line.external_id)) {
      ++plan_.already_here;
      return say(line.line, "person {}: is here already", line.external_id);
    }
    const auto account = known_.addresses.find(line.email);
    if (account != known_.addresses.end()) users_[line.external_id] = account->second;
    PersonLine planned = line;
    if (!line.email_verified) planned.password_hash.clear();
    say(line.line, "person {}: {}", line.external_id, words_for(line));
    plan_.people.push_back(std::move(planned));
  }

  // Whoever set the password need not own the mailbox, unless somebody has made sure of it.
  std::string words_for(const PersonLine& line) const {
    if (known_.addresses.contains(line.email))
      return "has an account here, which stays as it is; the external id is noted";
    if (line.password_hash.empty()) return "new, without a password: sets one by mail";
    if (!line.email_verified)
      return "new; the email is not verified, so the password is left behind: sets one by mail";
    return "new, " + identity::describe_brought_hash(line.password_hash);
  }

  void take(const MembershipLine& line) {
    const std::string pair = line.person + " in " + line.organisation;
    if (!is_first(membership_lines_, pair, line.line, "the membership of")) return;
    if (!good_people_.contains(line.person) && !known_.people.contains(line.person))
      return refuse(line.line, "the person {} is not here and not in the file, or its line is bad",
                    line.person);
    const auto here = known_.organisations.find(line.organisation);
    if (here == known_.organisations.end() && !organisations_.contains(line.organisation))
      return refuse(line.line,
                    "the organisation {} is not here and not in the file, or its line is bad",
                    line.organisation);
    organisations_[line.organisation].members.push_back(line);
  }

  // A workspace without an owner could be entered by nobody who may manage it.
  void require_owner(const OrganisationLine& line) {
    const auto planned = organisations_.find(line.external_id);
    if (planned == organisations_.end() || planned->second.line.line != line.line) return;
    auto& members = planned->second.members;
    std::ranges::sort(members, {}, [](const MembershipLine& member) {
      return std::pair(member.role, member.line);
    });
    if (!members.empty() && members.front().role == Role::owner) return;
    refuse(line.line, "no good line of a membership makes anybody owner of the organisation {}",
           line.external_id);
    for (const MembershipLine& member : members)
      refuse(member.line, "the line of its organisation {} is bad", line.external_id);
    organisations_.erase(planned);
  }

  void collect() {
    for (const OrganisationLine& line : file_.organisations) {
      const auto planned = organisations_.find(line.external_id);
      if (planned == organisations_.end()) continue;
      const auto here = known_.organisations.find(line.external_id);
      if (here == known_.organisations.end()) {
        if (planned->second.line.line == line.line)
          say(line.line, "organisation {}: a new workspace, {}", line.external_id, line.name);
      } else if (organisation_lines_.at(line.external_id) == line.line) {
        ++plan_.already_here;
        say(line.line, "organisation {}: is here already, as {}", line.external_id,
            here->second.slug);
      }
    }
    for (auto& [external_id, planned] : organisations_) {
      const auto here = known_.organisations.find(external_id);
      if (here != known_.organisations.end()) planned.known = here->second.tenant_id;
      std::erase_if(planned.members,
                    [&](const MembershipLine& line) { return is_there(planned, line); });
      for (const MembershipLine& member : planned.members)
        say(member.line, "membership: {} becomes {} of {}", member.person, name_of(member.role),
            external_id);
      if (!planned.known || !planned.members.empty())
        plan_.organisations.push_back(std::move(planned));
    }
  }

  bool is_there(const PlannedOrganisation& organisation, const MembershipLine& line) {
    const auto user = user_of(line.person);
    const auto members =
        organisation.known ? known_.members.find(*organisation.known) : known_.members.end();
    if (!user || members == known_.members.end() || !members->second.contains(*user)) return false;
    ++plan_.already_here;
    say(line.line, "membership: {} is a member of {} already", line.person, line.organisation);
    return true;
  }

  std::optional<UserId> user_of(const std::string& person) const {
    const auto known = known_.people.find(person);
    if (known != known_.people.end()) return known->second;
    const auto user = users_.find(person);
    return user == users_.end() ? std::nullopt : std::optional(user->second);
  }

  const PeopleFile& file_;
  const Known& known_;
  PeoplePlan plan_ = {};
  std::map<std::string, PlannedOrganisation> organisations_ = {};
  std::set<std::string> good_people_ = {};
  std::map<std::string, UserId> users_ = {};  // of those whose address has an account
  std::map<std::string, int> organisation_lines_ = {};
  std::map<std::string, int> slug_lines_ = {};
  std::map<std::string, int> person_lines_ = {};
  std::map<std::string, int> address_lines_ = {};
  std::map<std::string, int> membership_lines_ = {};
};

}  // namespace

PeoplePlan plan_people(const PeopleFile& file, const Known& known) {
  return Planner(file, known).plan();
}

}  // namespace freehold::moving
