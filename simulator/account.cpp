#include "simulator/account.hpp"

namespace freehold::simulator {

namespace {

constexpr std::string_view account_id = "acct_1FreeholdSimulator";
constexpr std::int64_t opened = 1'767'225'600;  // 1 January 2026

json::object nulls(std::string_view names) {
  json::object object;
  set_all(object, names, nullptr);
  return object;
}

json::object business_profile() {
  json::object profile = nulls(
      "estimated_worker_count mcc minority_owned_business_designation product_description "
      "support_email support_phone support_url url");
  profile["annual_revenue"] = nulls("amount currency fiscal_year_end");
  profile["name"] = "Freehold simulator";
  profile["support_address"] = nulls("city country line1 line2 postal_code state");
  return profile;
}

// Nothing is asked of it.
json::object requirements() {
  json::object none = nulls("current_deadline disabled_reason");
  set_all(none, "alternatives currently_due errors eventually_due past_due pending_verification",
          json::array{});
  return none;
}

json::object settings() {
  return {
      {"bacs_debit_payments", nulls("display_name service_user_number")},
      {"branding", nulls("icon logo primary_color secondary_color")},
      {"card_issuing", json::object{{"tos_acceptance", nulls("date ip")}}},
      {"card_payments",
       json::object{{"decline_on", json::object{{"avs_failure", true}, {"cvc_failure", true}}},
                    {"statement_descriptor_prefix", nullptr},
                    {"statement_descriptor_prefix_kana", nullptr},
                    {"statement_descriptor_prefix_kanji", nullptr}}},
      {"dashboard", json::object{{"display_name", "Freehold simulator"}, {"timezone", "Etc/UTC"}}},
      {"invoices", nulls("default_account_tax_ids hosted_payment_method_save")},
      {"payments",
       nulls("statement_descriptor statement_descriptor_kana statement_descriptor_kanji "
             "statement_descriptor_prefix_kana statement_descriptor_prefix_kanji")},
      {"payouts", json::object{{"debit_negative_balances", true},
                               {"schedule", json::object{{"delay_days", 2}, {"interval", "daily"}}},
                               {"statement_descriptor", nullptr}}},
      {"sepa_debit_payments", json::object{}}};
}

}  // namespace

json::value retrieve_account(State&, Params&) {
  const std::string id(account_id);
  return json::object{
      {"id", id},
      {"object", "account"},
      {"business_profile", business_profile()},
      {"business_type", nullptr},
      {"capabilities", json::object{{"card_payments", "active"}, {"transfers", "active"}}},
      {"charges_enabled", true},
      {"controller", json::object{{"type", "account"}}},
      {"country", "US"},
      {"created", opened},
      {"default_currency", "usd"},
      {"details_submitted", true},
      {"email", "simulator@example.com"},
      {"external_accounts", list_object({}, "/v1/accounts/" + id + "/external_accounts")},
      {"future_requirements", requirements()},
      {"metadata", json::object{}},
      {"payouts_enabled", true},
      {"requirements", requirements()},
      {"settings", settings()},
      {"tos_acceptance", nulls("date ip user_agent")},
      {"type", "standard"}};
}

}  // namespace freehold::simulator
