// Billing details, Stripe's portal and another card: what is kept here, what Stripe is told, and
// what becomes of it when Stripe or somebody else gets in between.
#include "billing/details.hpp"

#include <doctest/doctest.h>

#include "billing/tax_ids.hpp"
#include "billing/test_site.hpp"
#include "core/async.hpp"
#include "core/json.hpp"

namespace freehold::billing {
namespace {

constexpr const char* details_url = "/t/acme/billing/details";
constexpr const char* card_url = "/t/acme/billing/card";

std::string customer_id(Site& site) {
  std::string id = site.world.rows("select customer_id from billing.customer");
  id.pop_back();
  return id;
}

// What Stripe's customer says: "Acme GmbH, 10969 Berlin DE, PO 4711, finance@x, eu_vat
// DE811907980".
std::string at_stripe(Site& site) {
  const std::string path = "/v1/customers/" + customer_id(site);
  const json::value customer = json::parse(site.ask("GET", path));
  const json::value ids = json::parse(site.ask("GET", path + "/tax_ids"));
  std::string text(customer.at("name").as_string());
  if (customer.at("address").is_object())
    text += fmt::format(", {} {}", customer.at("address").at("city").as_string().c_str(),
                        customer.at("address").at("country").as_string().c_str());
  const json::value& fields = customer.at("invoice_settings").at("custom_fields");
  if (fields.is_array())
    text += fmt::format(", {} {}", fields.at(0).at("name").as_string().c_str(),
                        fields.at(0).at("value").as_string().c_str());
  text += fmt::format(", {}", customer.at("email").as_string().c_str());
  for (const json::value& id : ids.at("data").as_array())
    text += fmt::format(", {} {}", id.at("type").as_string().c_str(),
                        id.at("value").as_string().c_str());
  return text;
}

std::string form(const std::string& version, const std::string& more = "") {
  return "version=" + version +
         "&legal_name=Acme+GmbH&line1=Lindenstr.+4&postal_code=10969&city=Berlin&country=DE"
         "&tax_id_type=eu_vat&tax_id=de+811+907+980&po_number=4711"
         "&invoice_emails=finance%40acme.example%0D%0Abooks%40acme.example" +
         more;
}

std::string kept(Site& site) {
  return site.world.rows(
      "select version, legal_name, country, tax_id_type, tax_id, po_number, invoice_emails, "
      "tax_id_ref is not null from billing.details");
}

std::string tidied(std::string_view type, std::string_view value) {
  const TaxIdKind* kind = find_tax_id_kind(type);
  REQUIRE(kind != nullptr);
  return tidy_tax_id(*kind, value).value_or("-");
}

}  // namespace

TEST_CASE("a tax id has the form of its kind, whatever signs were typed") {
  CHECK(tidied("eu_vat", "de 811.907-980") == "DE811907980");
  CHECK(tidied("eu_vat", "ATU12345678") == "ATU12345678");
  CHECK(tidied("eu_vat", "NL123456789B01") == "NL123456789B01");
  CHECK(tidied("eu_vat", "IE1234567FA") == "IE1234567FA");
  CHECK(tidied("eu_vat", "US123456789") == "-");
  CHECK(tidied("eu_vat", "DE81190798") == "-");
  CHECK(tidied("gb_vat", "gb 123 4567 89") == "GB123456789");
  CHECK(tidied("us_ein", "123456789") == "12-3456789");
  CHECK(tidied("us_ein", "12-34567890") == "-");
  CHECK(tidied("ch_vat", "CHE123456789MWST") == "CHE-123.456.789 MWST");
  CHECK(tidied("ch_vat", "CHE-123.456.789") == "-");
  CHECK(tidied("br_cnpj", "12345678000195") == "12.345.678/0001-95");
  CHECK(tidied("no_vat", "123456789mva") == "123456789MVA");
  CHECK(tidied("jp_trn", "T1234567891234") == "T1234567891234");
  for (const TaxIdKind& kind : tax_id_kinds()) {
    CHECK_MESSAGE(tidy_tax_id(kind, example_of(kind)) == example_of(kind), std::string(kind.type));
    CHECK_FALSE(tidy_tax_id(kind, "").has_value());
    CHECK_FALSE(tidy_tax_id(kind, example_of(kind) + "1234567890123456789").has_value());
  }
}

TEST_CASE("billing details are kept, told to Stripe, and stand on the next invoice") {
  Site site;
  site.sign_up();
  CHECK(at_stripe(site) == "Acme, ada@example.com");
  CHECK(site.page(details_url, form("0")) == "303 /t/acme/billing/details?done=details");
  site.settle();
  CHECK(kept(site) ==
        "1 Acme GmbH DE eu_vat DE811907980 4711 {finance@acme.example,books@acme.example} t\n");
  CHECK(at_stripe(site) ==
        "Acme GmbH, Berlin DE, PO number 4711, finance@acme.example, eu_vat DE811907980");
  CHECK(site.world
            .rows("select changes from audit.event where action = "
                  "'billing.details_changed'")
            .contains("po_number"));
  CHECK_FALSE(site.world.rows("select * from audit.event").contains("DE811907980"));

  site.advance(days(20));
  site.buy("4242424242424242");
  CHECK(site.world.rows("select bill_to->>'name', bill_to->'tax_ids'->0->>'value', "
                        "custom_fields->0->>'value' from billing.invoice_detail") ==
        "Acme GmbH DE811907980 4711\n");
}

TEST_CASE("another tax id takes the place of the one before, and none leaves none") {
  Site site;
  site.sign_up();
  site.page(details_url, form("0"));
  site.settle();
  site.page(details_url, "version=1&legal_name=Acme&tax_id_type=gb_vat&tax_id=GB123456789");
  site.settle();
  CHECK(at_stripe(site) == "Acme, ada@example.com, gb_vat GB123456789");
  site.page(details_url, "version=2&legal_name=");
  site.settle();
  CHECK(at_stripe(site) == "Acme, ada@example.com");
}

TEST_CASE("mistakes are said at their fields, and nothing is saved") {
  Site site;
  site.sign_up();
  const std::string page = site.page(
      details_url,
      "version=0&line1=Street+1&tax_id_type=eu_vat&tax_id=DE12&invoice_emails=nobody&country=");
  CHECK(page.starts_with("422"));
  CHECK(kept(site) == "");
}

TEST_CASE("who saves what somebody else has saved meanwhile is told, and loses nothing") {
  Site site;
  site.sign_up();
  site.page(details_url, form("0"));
  CHECK(site.page(details_url, form("0", "&state=BE")).starts_with("409"));
  CHECK(kept(site).starts_with("1 Acme GmbH"));
  CHECK(site.page(details_url, form("1", "&state=BE")) ==
        "303 /t/acme/billing/details?done=details");
  CHECK(kept(site).starts_with("2 Acme GmbH"));
}

TEST_CASE("details that were saved while Stripe was away, or before it knew us, arrive there") {
  Site site;
  site.stripe_is_down = true;
  site.sign_up();
  CHECK(site.page(details_url, form("0")) == "303 /t/acme/billing/details?done=details");
  site.stripe_is_down = false;
  site.world.machine().advance(hours(2));
  site.settle();
  site.settle();
  CHECK(at_stripe(site) ==
        "Acme GmbH, Berlin DE, PO number 4711, finance@acme.example, eu_vat DE811907980");

  site.stripe_is_down = true;
  CHECK(site.page(details_url, form("1", "&state=BE")) ==
        "303 /t/acme/billing/details?result=queued");
  CHECK(site.page(details_url + std::string("?result=queued"))
            .contains("Stripe does not know it yet"));
}

TEST_CASE("the portal is opened, and its address is kept nowhere") {
  Site site;
  site.sign_up();
  const std::string answer = site.page("/t/acme/billing/portal", "csrf_token=x");
  CHECK(answer.starts_with("303 http://stripe.test/portal/bps_1"));
  const std::string session = answer.substr(answer.rfind('/') + 1);
  CHECK_FALSE(site.world.rows("select to_jsonb(c) from billing.command c").contains(session));
  CHECK_FALSE(site.world.rows("select to_jsonb(e) from audit.event e").contains(session));

  site.stripe_is_down = true;
  CHECK(site.page("/t/acme/billing/portal", "csrf_token=x") ==
        "303 /t/acme/billing/details?result=portal_away");
  CHECK(site.page(details_url + std::string("?result=portal_away")).contains("not answering"));
}

TEST_CASE("a new card is charged on every level from then on, and pays what is open") {
  Site site;
  site.sign_up();
  site.advance(days(20));
  site.buy("4242424242424242");
  const std::string failing = "/_sim/customers/" + customer_id(site) + "/fail_card";
  site.ask("POST", failing, "decline_code=expired_card");
  site.advance(days(40));
  CHECK(site.standing().starts_with("pro limited"));
  CHECK(site.page(card_url).contains("The open invoice of $49.00 is then paid with it at once"));

  const std::string opened = site.page(card_url, "csrf_token=x");
  REQUIRE(opened.starts_with("303 http://stripe.test/"));
  CHECK(site.page(card_url + std::string("/return")) == "303 /t/acme/billing/card?result=waiting");
  site.stripe_side.pay_checkout(opened.substr(opened.rfind('/') + 1), "5555555555554444");
  CHECK(site.page(card_url + std::string("/return")) == "303 /t/acme/billing/card?done=card");
  CHECK(site.page(card_url + std::string("/return")) == "303 /t/acme/billing/card");
  site.settle();
  CHECK(site.world.rows("select brand, last4 from billing.payment_method") == "mastercard 4444\n");
  CHECK(site.world.rows("select count(*) from billing.invoice where status = 'open'") == "0\n");
  CHECK(site.standing().starts_with("pro full"));
}

TEST_CASE("a card that was entered is taken over although nobody came back") {
  Site site;
  site.sign_up();
  const std::string opened = site.page(card_url, "csrf_token=x");
  site.stripe_side.pay_checkout(opened.substr(opened.rfind('/') + 1), "4242424242424242");
  site.stripe_is_down = true;
  CHECK(site.page(card_url).contains("No card is stored"));
  CHECK(site.page(card_url, "csrf_token=x") == "303 /t/acme/billing/card?result=away");
  site.stripe_is_down = false;
  CHECK(site.page(card_url) == "303 /t/acme/billing/card?done=card");
  CHECK(site.page(card_url).contains("Visa •••• 4242"));
}

}  // namespace freehold::billing
