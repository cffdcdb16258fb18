#include "billing/details.hpp"

#include "audit/audit.hpp"
#include "billing/commands.hpp"
#include "billing/customers.hpp"
#include "billing/json_fields.hpp"
#include "billing/tax_ids.hpp"
#include "core/async.hpp"
#include "core/json.hpp"
#include "egress/mime.hpp"
#include "tenancy/tenancy.hpp"

namespace freehold::billing {
namespace {

constexpr std::size_t most_emails = 10;
constexpr std::size_t longest_text = 200;       // bytes
constexpr std::size_t longest_po_number = 140;  // characters, as Stripe takes them

struct Row {
  std::int64_t version;
  std::string legal_name;
  std::string line1;
  std::string line2;
  std::string city;
  std::string state;
  std::string postal_code;
  std::string country;
  std::string tax_id_type;
  std::string tax_id;
  std::string po_number;
  std::vector<std::string> invoice_emails;
};
BOOST_DESCRIBE_STRUCT(Row, (),
                      (version, legal_name, line1, line2, city, state, postal_code, country,
                       tax_id_type, tax_id, po_number, invoice_emails))

const db::TenantQuery<Row> select_details{"billing.details", R"(
  select version, legal_name, line1, line2, city, state, postal_code, country, tax_id_type, tax_id,
         po_number, invoice_emails
    from billing.details
   where tenant_id = $1)"};

// Nothing when the version is another one by now: two who save at once meet here.
const db::TenantQuery<void, std::int64_t, std::string, std::string, std::string, std::string,
                      std::string, std::string, std::string, std::string, std::string, std::string,
                      std::vector<std::string>, Instant>
    upsert_details{"billing.save_details", R"(
  insert into billing.details as kept
         (tenant_id, version, legal_name, line1, line2, city, state, postal_code, country,
          tax_id_type, tax_id, po_number, invoice_emails, saved_at)
  values ($1, $2::int8 + 1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
      on conflict on constraint one_set_of_details_per_tenant
      do update set version = excluded.version, legal_name = excluded.legal_name,
                    line1 = excluded.line1, line2 = excluded.line2, city = excluded.city,
                    state = excluded.state, postal_code = excluded.postal_code,
                    country = excluded.country, tax_id_type = excluded.tax_id_type,
                    tax_id = excluded.tax_id, po_number = excluded.po_number,
                    invoice_emails = excluded.invoice_emails, saved_at = excluded.saved_at
              where kept.version = $2)"};

struct Ref {
  std::string tax_id_type;
  std::string tax_id;
  std::optional<std::string> tax_id_ref;
};
BOOST_DESCRIBE_STRUCT(Ref, (), (tax_id_type, tax_id, tax_id_ref))

const db::TenantQuery<Ref> lock_ref{"billing.lock_tax_id", R"(
  select tax_id_type, tax_id, tax_id_ref
    from billing.details
   where tenant_id = $1
     for update)"};

const db::TenantQuery<void, std::optional<std::string>> set_ref{"billing.set_tax_id", R"(
  update billing.details
     set tax_id_ref = $2
   where tenant_id = $1)"};

Details details_of(const Row& row) {
  return {.legal_name = row.legal_name,
          .address = {row.line1, row.line2, row.city, row.state, row.postal_code, row.country},
          .tax_id = {row.tax_id_type, row.tax_id},
          .po_number = row.po_number,
          .invoice_emails = row.invoice_emails,
          .version = row.version};
}

// --- Tidying

void trim(std::string& text) {
  const auto is_blank = [](unsigned char c) { return c <= ' '; };
  const auto from = std::ranges::find_if_not(text, is_blank);
  text.erase(text.begin(), from);
  while (!text.empty() && is_blank(static_cast<unsigned char>(text.back()))) text.pop_back();
}

std::size_t characters_of(std::string_view text) {
  return std::size_t(
      std::ranges::count_if(text, [](unsigned char c) { return (c & 0xC0) != 0x80; }));
}

void tidy_texts(Details& d, FieldErrors& errors) {
  const auto tidy_one = [&](const char* field, std::string& text) {
    trim(text);
    const auto is_control = [](unsigned char c) { return c < ' ' || c == 0x7F; };
    if (text.size() > longest_text)
      errors.push_back({field, fmt::format("is longer than {} bytes", longest_text)});
    if (std::ranges::any_of(text, is_control)) errors.push_back({field, "may have no line breaks"});
  };
  tidy_one("legal_name", d.legal_name);
  tidy_one("line1", d.address.line1);
  tidy_one("line2", d.address.line2);
  tidy_one("city", d.address.city);
  tidy_one("state", d.address.state);
  tidy_one("postal_code", d.address.postal_code);
  tidy_one("country", d.address.country);
  tidy_one("tax_id", d.tax_id.value);
  tidy_one("po_number", d.po_number);
  if (characters_of(d.po_number) > longest_po_number)
    errors.push_back({"po_number", fmt::format("is longer than {} characters", longest_po_number)});
}

void tidy_country(Details& d, FieldErrors& errors) {
  const std::string& code = d.address.country;
  const bool is_known = std::ranges::find(countries(), code, &Country::code) != countries().end();
  if (!code.empty() && !is_known) errors.push_back({"country", "is no country that we know"});
  const bool has_rest = !d.address.line1.empty() || !d.address.city.empty();
  if (code.empty() && has_rest) errors.push_back({"country", "An address needs its country"});
}

void tidy_tax_id_of(Details& d, FieldErrors& errors) {
  TaxId& id = d.tax_id;
  if (id.value.empty()) id.type.clear();
  if (id.value.empty()) return;
  const TaxIdKind* kind = find_tax_id_kind(id.type);
  if (kind == nullptr) {
    errors.push_back({"tax_id_type", "Choose what kind of tax id it is"});
    return;
  }
  const auto tidied = tidy_tax_id(*kind, id.value);
  if (tidied) id.value = *tidied;
  if (!tidied)
    errors.push_back({"tax_id", fmt::format("This is not a tax id of this kind; one looks like {}",
                                            example_of(*kind, id.value))});
}

void tidy_emails(Details& d, FieldErrors& errors) {
  for (std::string& email : d.invoice_emails) trim(email);
  std::erase(d.invoice_emails, std::string());
  std::vector<std::string> once;
  for (std::string& email : d.invoice_emails) {
    if (!egress::is_mail_address(email))
      errors.push_back({"invoice_emails", email + " is no mail address"});
    if (std::ranges::find(once, email) == once.end()) once.push_back(std::move(email));
  }
  d.invoice_emails = std::move(once);
  if (d.invoice_emails.size() > most_emails)
    errors.push_back({"invoice_emails", fmt::format("There may be {} of them", most_emails)});
}

// --- Telling Stripe

Params params_of(const Details& d, const std::string& workspace, const std::string& owner) {
  const std::string name = d.legal_name.empty() ? workspace : d.legal_name;
  Params params{{"name", name},
                {"email", d.invoice_emails.empty() ? owner : d.invoice_emails.front()}};
  if (d.address == PostalAddress{}) {
    params.emplace_back("address", "");
  } else {
    params.emplace_back("address[line1]", d.address.line1);
    params.emplace_back("address[line2]", d.address.line2);
    params.emplace_back("address[city]", d.address.city);
    params.emplace_back("address[state]", d.address.state);
    params.emplace_back("address[postal_code]", d.address.postal_code);
    params.emplace_back("address[country]", d.address.country);
  }
  if (d.po_number.empty()) {
    params.emplace_back("invoice_settings[custom_fields]", "");
  } else {
    params.emplace_back("invoice_settings[custom_fields][0][name]", "PO number");
    params.emplace_back("invoice_settings[custom_fields][0][value]", d.po_number);
  }
  return params;
}

Task<Uuid> order_customer_change(db::ControlTx& tx, std::string customer_id, Params params,
                                 Instant now) {
  const NewCommand command{new_uuid(now), std::string(kind::set_details),
                           "/v1/customers/" + customer_id, std::move(params)};
  const std::vector<std::string_view> replaced{kind::set_details};
  co_await supersede(tx, replaced);
  co_await store_command(tx, command, now);
  co_return command.id;
}

Task<Uuid> order_tax_id(db::ControlTx& tx, std::string customer_id, TaxId id, Instant now) {
  const NewCommand command{new_uuid(now),
                           std::string(kind::add_tax_id),
                           "/v1/customers/" + customer_id + "/tax_ids",
                           {{"type", id.type}, {"value", id.value}}};
  co_await store_command(tx, command, now);
  co_return command.id;
}

Task<> order_removal(db::ControlTx& tx, std::string customer_id, std::string tax_id, Instant now) {
  const NewCommand command{new_uuid(now),
                           std::string(kind::remove_tax_id),
                           "/v1/customers/" + customer_id + "/tax_ids/" + tax_id,
                           {},
                           "DELETE"};
  co_await store_command(tx, command, now - head_start);  // nobody waits for it
}

struct Orders {
  std::vector<Uuid> commands;
};

// What has to be told of the step from `before` to `after`; nothing without a customer.
Task<Orders> order_changes(db::ControlTx& tx, const Details& before, const Details& after,
                           Params params, Instant now) {
  Orders orders;
  const auto customer = co_await find_customer(tx);
  if (!customer || customer->deleted_at) co_return orders;
  orders.commands.push_back(
      co_await order_customer_change(tx, customer->customer_id, std::move(params), now));
  if (before.tax_id == after.tax_id) co_return orders;
  const std::vector<std::string_view> replaced{kind::add_tax_id};
  co_await supersede(tx, replaced);
  if (!after.tax_id.value.empty()) {
    orders.commands.push_back(co_await order_tax_id(tx, customer->customer_id, after.tax_id, now));
    co_return orders;
  }
  const auto ref = co_await tx.row(lock_ref);
  if (ref.tax_id_ref) co_await order_removal(tx, customer->customer_id, *ref.tax_id_ref, now);
  const std::optional<std::string> none;
  co_await tx.run(set_ref, none);
  co_return orders;
}

// Which fields changed, not what they say: they may be a person's.
std::vector<audit::Change> changes_between(const Details& a, const Details& b) {
  std::vector<audit::Change> changes;
  const auto note = [&](const char* field, bool is_same) {
    if (!is_same) changes.push_back({field, std::nullopt, std::nullopt});
  };
  note("legal_name", a.legal_name == b.legal_name);
  note("address", a.address == b.address);
  note("tax_id", a.tax_id == b.tax_id);
  note("po_number", a.po_number == b.po_number);
  note("invoice_emails", a.invoice_emails == b.invoice_emails);
  return changes;
}

Task<> write(db::ControlTx& tx, const Details& d) {
  const PostalAddress& a = d.address;
  const auto written = co_await tx.run(upsert_details, d.version, d.legal_name, a.line1, a.line2,
                                       a.city, a.state, a.postal_code, a.country, d.tax_id.type,
                                       d.tax_id.value, d.po_number, d.invoice_emails, tx.now());
  if (written == 0)
    throw Problem::conflict("details_changed",
                            "Somebody else has saved the billing details meanwhile. Look at what "
                            "they are now, then save again.");
}

Task<Saved> tell_stripe(Billing& billing, const Actor& actor, std::vector<Uuid> commands) {
  Saved saved;
  for (const Uuid command : commands) {
    const Outcome outcome = co_await carry_out(billing, actor, command);
    if (outcome.state == Outcome::State::pending) saved.ordered = Ordered::queued;
    if (outcome.state == Outcome::State::failed) saved.refused = outcome.error;
  }
  co_return saved;
}

}  // namespace

Task<Details> get_details(db::ControlRead& db) {
  const auto row = co_await db.find(select_details);
  co_return row ? details_of(*row) : Details{};
}

Task<std::vector<std::string>> invoice_emails(db::ControlRead& db) {
  const Details details = co_await get_details(db);
  co_return details.invoice_emails;
}

FieldErrors tidy(Details& details) {
  FieldErrors errors;
  tidy_texts(details, errors);
  tidy_country(details, errors);
  tidy_tax_id_of(details, errors);
  tidy_emails(details, errors);
  return errors;
}

Task<Saved> save_details(Billing& billing, const Actor& actor, Details details) {
  const FieldErrors errors = tidy(details);
  if (!errors.empty()) throw Problem::invalid(errors);
  db::ControlRead db = billing.database.control_read(actor);
  const std::string owner = co_await billing.owner_email(db);
  const Instant now = billing.clocks.machine.now();
  db::ControlTx tx = billing.database.control(actor);
  const Details before = co_await get_details(tx);
  auto changes = changes_between(before, details);
  if (changes.empty() && before.version == details.version)
    co_return Saved{.ordered = Ordered::carried_out, .refused = {}, .details = before};
  co_await write(tx, details);
  const tenancy::Tenant tenant = co_await tenancy::get_tenant(tx);
  audit::Act act{.action = "billing.details_changed",
                 .target_type = "tenant",
                 .target_id = to_string(tenant.id),
                 .changes = std::move(changes)};
  co_await audit::record(tx, std::move(act));
  const Orders orders =
      co_await order_changes(tx, before, details, params_of(details, tenant.name, owner), now);
  co_await tx.commit();
  Saved saved = co_await tell_stripe(billing, actor, orders.commands);
  details.version += 1;
  saved.details = std::move(details);
  co_return saved;
}

Task<> order_details(db::ControlTx& tx, std::string customer_id, Instant machine_now) {
  const Details details = co_await get_details(tx);
  if (details.version == 0) co_return;
  const tenancy::Tenant tenant = co_await tenancy::get_tenant(tx);
  Params params = params_of(details, tenant.name, "");
  std::erase_if(params,
                [](const auto& each) { return each.first == "email" && each.second == ""; });
  co_await order_customer_change(tx, customer_id, std::move(params), machine_now - head_start);
  if (details.tax_id.value.empty()) co_return;
  co_await order_tax_id(tx, std::move(customer_id), details.tax_id, machine_now - head_start);
}

Task<> keep_tax_id(db::ControlTx& tx, std::string answer, Instant machine_now) {
  const json::value object = json::parse(answer);
  const auto id = fields::text(fields::at(&object, "id"));
  const auto customer = fields::text(fields::at(&object, "customer"));
  const auto wanted = co_await tx.find(lock_ref);
  if (!id || !customer || !wanted) co_return;
  const bool is_wanted = fields::text(fields::at(&object, "type")) == wanted->tax_id_type &&
                         fields::text(fields::at(&object, "value")) == wanted->tax_id;
  if (!is_wanted) {
    co_await order_removal(tx, *customer, *id, machine_now);
    co_return;
  }
  if (wanted->tax_id_ref && *wanted->tax_id_ref != *id)
    co_await order_removal(tx, *customer, *wanted->tax_id_ref, machine_now);
  co_await tx.run(set_ref, id);
}

}  // namespace freehold::billing
