// Whose customers the customers of a Stripe account are. Private to this module, for .cpp files.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "billing/account.hpp"
#include "billing/adoption.hpp"

namespace freehold::billing {

// Everything that says so is read once, before any customer is decided.
class Whose {
 public:
  struct Workspace {
    TenantId id;
    std::string slug;
  };

  Whose(Billing& billing, const AdoptionOrder& order) : billing_(billing), order_(order) {}

  // Throws StripeAway and StripeRefusal.
  Task<> prepare();

  const Account& account() const { return account_; }
  // Every customer of the account, those that the file names, and those that only subscriptions
  // name.
  std::set<std::string> customers() const;
  bool is_adopted(const std::string& customer) const { return known_.contains(customer); }

  // The workspace, with how it was found; or why none, or none for certain. Never a guess.
  std::optional<Workspace> workspace_of(const std::string& customer, Adopted& adopted) const;

 private:
  std::optional<Workspace> by_email(Adopted& adopted) const;
  Task<> find_known();
  Task<> know(std::string customer, TenantId tenant);
  Task<> find_given();
  Task<> find_by_external_ids();
  Task<> find_by_emails();
  Task<> find_owned(std::string email, UserId user);

  Billing& billing_;
  const AdoptionOrder& order_;
  Account account_ = {};
  std::map<std::string, Workspace> known_ = {};  // by customer, like the next two
  std::map<std::string, Workspace> given_ = {};
  std::map<std::string, Workspace> by_external_id_ = {};
  std::map<std::string, std::vector<Workspace>> by_email_ = {};
};

// The canonical form of a customer's address; empty: it has none.
std::string email_of(const json::value& customer);

}  // namespace freehold::billing
