// What `freehold` can be told to do. Each returns the process's exit status.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/settings.hpp"
#include "own_tables/own_tables.hpp"

namespace freehold::app {

struct UpOptions {
  std::string var = "var";
  int port = 8080;          // of the product; the staff panel and the simulator take the next two
  std::string plans = {};   // a file like plans.toml; empty: the built-in one
  std::string assets = {};  // a checkout to read templates and assets from
  std::string templates = {};  // a folder with templates in place of the built-in ones
  std::string gateway = {};    // a file with [gateway]; empty: nothing is passed on
  std::string product = {};    // the address of a product of one's own; empty: none
  bool demo = true;            // the three demo workspaces
};
int up(const UpOptions& options);

// The Stripe simulator alone. Throws std::runtime_error for an endpoint that is not on this
// machine.
struct SimulatorOptions {
  int port = 8082;
  std::string journal = {};     // a file; empty: nothing survives the process
  std::string forward_to = {};  // a webhook endpoint that exists from the start
  std::string webhook_secret = "whsec_simulator";
  std::string final_action = "cancel";
  std::uint64_t seed = 0;  // 0: drawn
};
int run_simulator(const SimulatorOptions& options);

int serve(const Settings& settings);
int work(const Settings& settings);
int migrate(const Settings& settings);
int doctor(const Settings& settings);
// Prints where our copy is not what Stripe says: 1 when there is such a place.
int print_drift(const Settings& settings, bool repair);
// Moves the customers of earlier versions of a plan to the one that is sold.
int move_plan(const Settings& settings, const std::string& plan, bool dry_run);

// Which failed webhooks are meant; what is empty does not matter. Times are dates or RFC 3339.
struct WebhookRequest {
  std::string event = {};
  std::string customer = {};
  std::string type = {};
  std::string reason = {};
  std::string since = {};
  std::string until = {};
  bool all = false;
  bool dry_run = false;
  std::string because = {};  // of discarding
};
int discard_webhooks(const Settings& settings, const WebhookRequest& request);
int replay_webhooks(const Settings& settings, const WebhookRequest& request);
// Prints which workspaces' data will be deleted, since they have no plan any more, and when; unless
// it is a dry run, deletes what is due.
int purge(const Settings& settings, bool dry_run);
int sync_plans(const Settings& settings, bool dry_run);
// Prints the password, which is shown once.
int create_staff(const Settings& settings, const std::string& email);
// Tables of a product's own, in any database: need no settings. `protect` prints the SQL that is
// missing, and runs it if told to.
int protect_tables(const own_tables::Request& request, bool apply);
int examine_tables(const own_tables::Examination& examination);

// People and organisations of another system, from a file.
struct PeopleRequest {
  std::string file = {};
  std::string source = "import";  // the other system, in a word
  bool dry_run = false;
  bool skip_bad = false;
};
int import_people(const Settings& settings, const PeopleRequest& request);

// Everything, into a folder and out of one. `product` is the database of a product's own protected
// tables: an export holds them too, an import fills only them.
struct FolderRequest {
  std::string folder = {};
  std::string product = {};
};
int export_everything(const Settings& settings, const FolderRequest& request);
int import_everything(const Settings& settings, const FolderRequest& request);

// Customers of a Stripe account that was there before.
struct AdoptionRequest {
  std::string source = "import";
  std::string metadata_key = "external_id";
  std::string map = {};     // a CSV of customers and workspaces
  std::string report = {};  // kept as JSON, and compared with the one before
  bool dry_run = false;
};
int adopt_stripe(const Settings& settings, const AdoptionRequest& request);

// A product to begin with, in a folder that is empty or not there yet: "node", "nextjs" or
// "python".
int init_product(const std::string& kind, const std::string& folder);

// Templates: the built-in ones, and an owner's folder in place of some of them. Need no servers.
int list_templates(const Settings& settings);
// What is wrong with the folder's; without one, with our own, which `./dev lint` asks for.
int lint_templates(const std::string& folder);
// The names that an override may ask its model for.
int print_template_names(const std::string& name);
// Built-in ones, to be changed; what is there is left alone.
int copy_templates(const std::vector<std::string>& names, const std::string& folder);

// Keys of the product: the secret is printed once.
int create_key(const Settings& settings, const std::string& name);
int list_keys(const Settings& settings);
int revoke_key(const Settings& settings, const std::string& id);
// Withdraws every key that signs who is asking, and begins with a new one.
int replace_signing_key(const Settings& settings);
// Every route of both listeners, with who may call it. Needs no servers and no settings.
std::string routes_table();
// The document of the API, OpenAPI 3.1. Needs neither, too.
std::string openapi_document();

}  // namespace freehold::app
