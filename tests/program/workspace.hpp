// A customer's workspace, made through the product's own pages, with one of everything in it.
#pragma once

#include <string>

#include "core/actor.hpp"
#include "tests/program/stripe.hpp"
#include "tests/program/visitor.hpp"

namespace freehold::program {

inline const std::string password = "tractor-violet-42-lamp";

struct Workspace {
  Program& program;
  std::string database;  // the superuser's way in
  std::string email;     // the owner's
  std::string slug;
  std::string tenant;  // as a UUID
  Visitor owner;       // logged in
  std::string api_key;

  std::string path(std::string_view below) const { return "/t/" + slug + std::string(below); }
  TenantId id() const { return {parse_uuid(tenant).value()}; }
  // A call of the API with the key.
  http::Request call(http::Method method, const std::string& path,
                     const std::string& json = "") const;
  http::Response api(http::Method method, const std::string& path, const std::string& json = "");
};

// Signs up, follows the link in the mail, and makes an API key.
Workspace sign_up(Program& program, const std::string& database, const std::string& email,
                  const std::string& name);

// The link in the newest letter to this address, as a path.
std::string mailed_path(const std::string& database, const std::string& email);

// A member who came by an invitation; their browser, logged in.
Visitor join(Workspace& workspace, const std::string& email, const std::string& role);

// Documents, a deleted one, an open invitation, a member, a paid subscription, usage beyond a
// warning, overrides by staff: a row in every table, nearly. `word` stands in all of their names.
void furnish(Workspace& workspace, Stripe& stripe, Visitor& staff, const std::string& word);

// A member of staff gives the workspace this: "plan business", or "limit documents.api_calls" =
// "100".
void set_override(const Workspace& workspace, Visitor& staff, const std::string& subject,
                  const std::string& to);

// A limit or the limit of a meter: "6", "unlimited". Holds when it returns.
void override_limit(const Workspace& workspace, Visitor& staff, const std::string& key,
                    const std::string& limit);

// Makes the catalogue's prices known to Stripe, as `freehold plans sync` does.
void sync_prices(Program& program);
// Chooses a plan; the address of the checkout page.
std::string order(Workspace& workspace, const std::string& plan);
// Pays for Pro on the hosted page, and waits until the webhooks have made it so.
void buy(Workspace& workspace, Stripe& stripe);
// "pro full subscription\n": plan, access, source.
std::string standing(const Workspace& workspace);

// Makes an account of the staff panel and logs in.
Visitor staff_member(Program& program, const std::string& email);

}  // namespace freehold::program
