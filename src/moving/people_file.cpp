#include "moving/people_file.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <span>

#include "core/json.hpp"
#include "identity/arrivals.hpp"
#include "identity/identity.hpp"
#include "moving/moving.hpp"
#include "moving/records.hpp"

namespace freehold::moving {
namespace {

constexpr std::size_t longest_external_id = 200;

constexpr std::array<std::string_view, 3> organisation_fields{"external_id", "name", "slug"};
constexpr std::array<std::string_view, 5> person_fields{"external_id", "email", "email_verified",
                                                        "name", "password_hash"};
constexpr std::array<std::string_view, 3> membership_fields{"organisation", "person", "role"};

// Reads one record's values and collects what is wrong with them.
class Reader {
 public:
  explicit Reader(const Values& values) : values_(values) {}

  std::string text(std::string_view name) const {
    const auto found = values_.find(name);
    return found == values_.end() ? std::string() : found->second;
  }

  std::string external_id(std::string_view name) {
    std::string id = text(name);
    if (id.empty()) object("{} is missing", name);
    if (id.size() > longest_external_id) object("{} is longer than 200 bytes", name);
    return id;
  }

  std::string name_of_person(std::string_view email) {
    std::string name = text("name");
    if (name.empty())
      name = std::string(email.substr(0, std::min(email.find('@'), std::size_t(80))));
    check(identity::name_mistake("the name", name));
    return name;
  }

  std::string name_of_organisation() {
    std::string name = text("name");
    check(identity::name_mistake("the name", name));
    return name;
  }

  std::string slug() {
    std::string slug = text("slug");
    const auto mistake = slug.empty() ? std::nullopt : tenancy::slug_mistake(slug);
    if (mistake) object("the slug {} cannot be one: {}", slug, *mistake);
    return slug;
  }

  std::string email() {
    const std::string written = text("email");
    const auto canonical = identity::canonical_email(written);
    if (!canonical) object("the email {} is no address that mail can reach", written);
    return canonical.value_or("");
  }

  bool truth(std::string_view name) {
    const std::string value = text(name);
    if (!value.empty() && value != "true" && value != "false")
      object("{} is {}, and neither true nor false", name, value);
    return value == "true";
  }

  std::string password_hash() {
    std::string hash = text("password_hash");
    if (!hash.empty()) check(identity::brought_hash_mistake(hash));
    return hash;
  }

  tenancy::Role role() {
    const auto role = parse_enum<tenancy::Role>(text("role"));
    if (!role) object("the role {} is none of owner, admin, member, viewer", text("role"));
    return role.value_or(tenancy::Role::viewer);
  }

  // A value that nobody has asked for is likely a mistyped one.
  void refuse_others(std::span<const std::string_view> known) {
    for (const auto& [name, value] : values_) {
      if (value.empty() || name == "type" || std::ranges::find(known, name) != known.end())
        continue;
      object("{} is no field of this type of line", name);
    }
  }

  const std::string& mistakes() const { return mistakes_; }

 private:
  void check(const std::optional<std::string>& mistake) {
    if (mistake) object("{}", *mistake);
  }
  template <class... Args>
  void object(fmt::format_string<Args...> why, Args&&... args) {
    if (!mistakes_.empty()) mistakes_ += "; ";
    mistakes_ += fmt::format(why, std::forward<Args>(args)...);
  }

  const Values& values_;
  std::string mistakes_;
};

// The members of a line are read in the order in which people would look for them.
std::string read_organisation(int line, Reader& from, PeopleFile& into) {
  OrganisationLine read{.line = line,
                        .external_id = from.external_id("external_id"),
                        .name = from.name_of_organisation(),
                        .slug = from.slug()};
  from.refuse_others(organisation_fields);
  if (from.mistakes().empty()) into.organisations.push_back(std::move(read));
  return from.mistakes();
}

std::string read_person(int line, Reader& from, PeopleFile& into) {
  PersonLine read{.line = line,
                  .external_id = from.external_id("external_id"),
                  .email = from.email(),
                  .email_verified = from.truth("email_verified"),
                  .name = {},
                  .password_hash = from.password_hash()};
  if (!read.email.empty()) read.name = from.name_of_person(read.email);
  from.refuse_others(person_fields);
  if (from.mistakes().empty()) into.people.push_back(std::move(read));
  return from.mistakes();
}

std::string read_membership(int line, Reader& from, PeopleFile& into) {
  MembershipLine read{.line = line,
                      .organisation = from.external_id("organisation"),
                      .person = from.external_id("person"),
                      .role = from.role()};
  from.refuse_others(membership_fields);
  if (from.mistakes().empty()) into.memberships.push_back(std::move(read));
  return from.mistakes();
}

std::string read_line(const Record& record, PeopleFile& into) {
  Reader from(record.values);
  const std::string type = from.text("type");
  if (type == "organisation" || type == "organization")
    return read_organisation(record.line, from, into);
  if (type == "person") return read_person(record.line, from, into);
  if (type == "membership") return read_membership(record.line, from, into);
  return type.empty()
             ? "the type is missing: organisation, person or membership"
             : fmt::format("the type {} is none of organisation, person, membership", type);
}

}  // namespace

std::map<std::string, std::string> read_customers(std::string_view text) {
  Records records = read_records(text);
  std::string mistakes;
  for (const Mistake& mistake : records.mistakes)
    mistakes += fmt::format("line {}: {}\n", mistake.line, mistake.reason);
  std::map<std::string, std::string> found;
  for (const Record& record : records.records) {
    const Reader from(record.values);
    const std::string customer = from.text("customer");
    const std::string workspace = from.text("workspace");
    if (customer.empty() || workspace.empty()) {
      mistakes += fmt::format("line {}: customer or workspace is missing\n", record.line);
    } else if (!found.emplace(customer, workspace).second) {
      mistakes +=
          fmt::format("line {}: the customer {} stands here twice\n", record.line, customer);
    }
  }
  if (!mistakes.empty()) throw std::runtime_error("the mapping file:\n" + mistakes);
  return found;
}

PeopleFile read_people(std::string_view text) {
  Records records = read_records(text);
  PeopleFile found;
  found.mistakes = std::move(records.mistakes);
  for (const Record& record : records.records) {
    std::string mistake = read_line(record, found);
    if (!mistake.empty()) found.mistakes.push_back({record.line, std::move(mistake)});
  }
  std::ranges::sort(found.mistakes, {}, &Mistake::line);
  return found;
}

}  // namespace freehold::moving
