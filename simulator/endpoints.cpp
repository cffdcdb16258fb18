#include "simulator/endpoints.hpp"

#include "simulator/account.hpp"
#include "simulator/authentication.hpp"
#include "simulator/balance.hpp"
#include "simulator/checkout.hpp"
#include "simulator/coupons.hpp"
#include "simulator/credit_grants.hpp"
#include "simulator/credit_notes.hpp"
#include "simulator/customers.hpp"
#include "simulator/deliveries.hpp"
#include "simulator/discounts.hpp"
#include "simulator/disputes.hpp"
#include "simulator/entitlements.hpp"
#include "simulator/events.hpp"
#include "simulator/faults.hpp"
#include "simulator/invoice_items.hpp"
#include "simulator/invoices.hpp"
#include "simulator/meters.hpp"
#include "simulator/payment_intents.hpp"
#include "simulator/payment_methods.hpp"
#include "simulator/payments.hpp"
#include "simulator/portal.hpp"
#include "simulator/prices.hpp"
#include "simulator/products.hpp"
#include "simulator/refunds.hpp"
#include "simulator/schedules.hpp"
#include "simulator/settings.hpp"
#include "simulator/setup_intents.hpp"
#include "simulator/subscriptions.hpp"
#include "simulator/taxes.hpp"
#include "simulator/test_clocks.hpp"
#include "simulator/webhook_endpoints.hpp"

namespace freehold::simulator {

namespace {

// The names of parameters are those of API version 2026-10-28.endive.
constexpr Endpoint table[] = {
    {"POST", "/v1/customers", create_customer,
     "address balance business_name cash_balance description email individual_name "
     "invoice_prefix invoice_settings metadata name next_invoice_sequence payment_method "
     "phone preferred_locales shipping source tax tax_exempt tax_id_data test_clock "
     "validate"},
    {"GET", "/v1/customers", list_customers, "created email test_clock"},
    {"GET", "/v1/customers/{id}", retrieve_customer},
    {"POST", "/v1/customers/{id}", update_customer,
     "address balance business_name cash_balance default_source description email "
     "individual_name invoice_prefix invoice_settings metadata name next_invoice_sequence "
     "phone preferred_locales shipping source tax tax_exempt validate"},
    {"DELETE", "/v1/customers/{id}", delete_customer},
    {"GET", "/v1/customers/{id}/payment_methods", list_customer_payment_methods,
     "allow_redisplay type"},
    {"POST", "/v1/customers/{id}/balance_transactions", create_balance_transaction,
     "amount currency description metadata"},
    {"GET", "/v1/customers/{id}/balance_transactions", list_balance_transactions,
     "created invoice"},
    {"GET", "/v1/customers/{customerId}/balance_transactions/{id}", retrieve_balance_transaction},
    {"POST", "/v1/customers/{customerId}/balance_transactions/{id}", update_balance_transaction,
     "description metadata"},
    {"POST", "/v1/customers/{id}/tax_ids", create_tax_id, "type value"},
    {"GET", "/v1/customers/{id}/tax_ids", list_tax_ids},
    {"GET", "/v1/customers/{customerId}/tax_ids/{id}", retrieve_tax_id},
    {"DELETE", "/v1/customers/{customerId}/tax_ids/{id}", delete_tax_id},
    {"POST", "/v1/tax_rates", create_tax_rate,
     "active country description display_name inclusive jurisdiction metadata percentage state "
     "tax_type"},
    {"GET", "/v1/tax_rates", list_tax_rates, "active created inclusive"},
    {"GET", "/v1/tax_rates/{id}", retrieve_tax_rate},
    {"POST", "/v1/tax_rates/{id}", update_tax_rate,
     "active country description display_name jurisdiction metadata state tax_type"},
    {"POST", "/v1/products", create_product,
     "active default_price_data description id images marketing_features metadata name "
     "package_dimensions shippable statement_descriptor tax_code tax_details type "
     "unit_label url"},
    {"GET", "/v1/products", list_products, "active created ids shippable type url"},
    {"GET", "/v1/products/{id}", retrieve_product},
    {"POST", "/v1/products/{id}", update_product,
     "active default_price description images marketing_features metadata name "
     "package_dimensions shippable statement_descriptor tax_code tax_details unit_label "
     "url"},
    {"DELETE", "/v1/products/{id}", delete_product},
    {"POST", "/v1/products/{id}/features", create_product_feature, "entitlement_feature"},
    {"GET", "/v1/products/{id}/features", list_product_features},
    {"GET", "/v1/products/{productId}/features/{id}", retrieve_product_feature},
    {"DELETE", "/v1/products/{productId}/features/{id}", delete_product_feature},
    {"POST", "/v1/entitlements/features", create_feature, "lookup_key metadata name"},
    {"GET", "/v1/entitlements/features", list_features, "archived lookup_key"},
    {"GET", "/v1/entitlements/features/{id}", retrieve_feature},
    {"POST", "/v1/entitlements/features/{id}", update_feature, "active metadata name"},
    {"GET", "/v1/entitlements/active_entitlements", list_active_entitlements, "customer"},
    {"GET", "/v1/entitlements/active_entitlements/{id}", retrieve_active_entitlement},
    {"POST", "/v1/prices", create_price,
     "active billing_scheme currency currency_options custom_unit_amount lookup_key "
     "metadata nickname product product_data recurring tax_behavior tiers tiers_mode "
     "transfer_lookup_key transform_quantity unit_amount unit_amount_decimal"},
    {"GET", "/v1/prices", list_prices,
     "active created currency lookup_keys product recurring type"},
    {"GET", "/v1/prices/{id}", retrieve_price},
    {"POST", "/v1/prices/{id}", update_price,
     "active currency_options lookup_key metadata nickname tax_behavior "
     "transfer_lookup_key"},
    {"POST", "/v1/payment_methods", create_payment_method,
     "acss_debit affirm afterpay_clearpay alipay allow_redisplay alma amazon_pay "
     "au_becs_debit bacs_debit bancontact billie billing_details bizum blik boleto card "
     "cashapp crypto custom customer customer_balance eps fpx giropay grabpay ideal "
     "interac_present kakao_pay klarna konbini kr_card link mb_way metadata mobilepay "
     "multibanco naver_pay nz_bank_account oxxo p24 pay_by_bank payco payment_method "
     "paynow paypal paypay payto pix promptpay radar_options revolut_pay samsung_pay "
     "satispay scalapay sepa_debit sequra sofort sunbit swish twint type upi "
     "us_bank_account wechat_pay zip"},
    {"GET", "/v1/payment_methods", list_payment_methods,
     "allow_redisplay customer customer_account type"},
    {"GET", "/v1/payment_methods/{id}", retrieve_payment_method},
    {"POST", "/v1/payment_methods/{id}/attach", attach_payment_method, "customer customer_account"},
    {"POST", "/v1/payment_methods/{id}/detach", detach_payment_method},
    {"POST", "/v1/checkout/sessions", create_session,
     "adaptive_pricing after_expiration allow_promotion_codes allowed_payment_method_types "
     "automatic_tax billing_address_collection branding_settings cancel_url "
     "client_reference_id consent_collection currency custom_fields custom_text customer "
     "customer_account customer_creation customer_email customer_update discounts "
     "excluded_payment_method_types expires_at integration_identifier invoice_creation "
     "line_items locale managed_payments metadata mode name_collection optional_items "
     "origin_context payment_intent_data payment_method_collection "
     "payment_method_configuration payment_method_data payment_method_options permissions "
     "phone_number_collection redirect_on_completion return_url "
     "saved_payment_method_options setup_intent_data shipping_address_collection "
     "shipping_options submit_type subscription_data success_url tax_id_collection ui_mode "
     "wallet_options"},
    {"GET", "/v1/checkout/sessions", list_sessions,
     "created customer customer_account customer_details payment_intent payment_link "
     "status subscription"},
    {"GET", "/v1/checkout/sessions/{id}", retrieve_session},
    {"POST", "/v1/checkout/sessions/{id}/expire", expire_session},
    {"GET", "/v1/checkout/sessions/{id}/line_items", list_session_line_items},
    {"GET", "/v1/setup_intents", list_setup_intents,
     "attach_to_self created customer customer_account payment_method"},
    {"GET", "/v1/setup_intents/{id}", retrieve_setup_intent, "client_secret"},
    {"POST", "/v1/setup_intents", create_setup_intent,
     "allowed_payment_method_types attach_to_self automatic_payment_methods confirm "
     "confirmation_token customer customer_account description excluded_payment_method_types "
     "flow_directions mandate_data metadata on_behalf_of payment_method "
     "payment_method_configuration payment_method_data payment_method_options return_url "
     "single_use usage use_stripe_sdk"},
    {"POST", "/v1/setup_intents/{id}", update_setup_intent,
     "allowed_payment_method_types attach_to_self customer customer_account description "
     "excluded_payment_method_types flow_directions metadata payment_method "
     "payment_method_configuration payment_method_data payment_method_options"},
    {"POST", "/v1/setup_intents/{id}/confirm", confirm_setup_intent,
     "allowed_payment_method_types confirmation_token mandate_data payment_method "
     "payment_method_data payment_method_options return_url use_stripe_sdk"},
    {"POST", "/v1/setup_intents/{id}/cancel", cancel_setup_intent, "cancellation_reason"},
    {"POST", "/v1/subscriptions", create_subscription,
     "add_invoice_items application_fee_percent automatic_tax backdate_start_date "
     "billing_cycle_anchor billing_cycle_anchor_config billing_mode billing_schedules "
     "billing_thresholds cancel_at cancel_at_period_end collection_method currency "
     "customer customer_account days_until_due default_payment_method default_source "
     "default_tax_rates description discounts invoice_settings items metadata off_session "
     "on_behalf_of payment_behavior payment_settings pending_invoice_item_interval "
     "proration_behavior transfer_data trial_end trial_from_plan trial_period_days "
     "trial_settings"},
    {"GET", "/v1/subscriptions", list_subscriptions,
     "automatic_tax collection_method created current_period_end current_period_start "
     "customer customer_account plan price status test_clock"},
    {"GET", "/v1/subscriptions/{id}", retrieve_subscription},
    {"POST", "/v1/subscriptions/{id}", update_subscription,
     "add_invoice_items application_fee_percent automatic_tax billing_cycle_anchor "
     "billing_schedules billing_thresholds cancel_at cancel_at_period_end "
     "cancellation_details collection_method days_until_due default_payment_method "
     "default_source default_tax_rates description discounts invoice_settings items "
     "metadata off_session on_behalf_of pause_collection payment_behavior payment_settings "
     "pending_invoice_item_interval proration_behavior proration_date transfer_data "
     "trial_end trial_from_plan trial_settings"},
    {"DELETE", "/v1/subscriptions/{id}", cancel_subscription,
     "cancellation_details invoice_now prorate"},
    {"POST", "/v1/subscriptions/{id}/pause", pause_subscription,
     "bill_for invoicing_behavior type"},
    {"POST", "/v1/subscriptions/{id}/resume", resume_subscription,
     "billing_cycle_anchor payment_behavior proration_behavior proration_date"},
    {"GET", "/v1/subscription_items", list_subscription_items, "subscription"},
    {"GET", "/v1/subscription_items/{id}", retrieve_subscription_item},
    {"POST", "/v1/subscription_items", create_subscription_item,
     "billing_thresholds current_trial discounts metadata payment_behavior plan price price_data "
     "proration_behavior proration_date quantity subscription tax_rates"},
    {"POST", "/v1/subscription_items/{id}", update_subscription_item,
     "billing_thresholds current_trial discounts metadata off_session payment_behavior plan price "
     "price_data proration_behavior proration_date quantity tax_rates"},
    {"DELETE", "/v1/subscription_items/{id}", delete_subscription_item,
     "clear_usage payment_behavior proration_behavior proration_date"},
    {"DELETE", "/v1/subscriptions/{id}/discount", delete_subscription_discount},
    {"POST", "/v1/subscription_schedules", create_schedule,
     "billing_mode customer customer_account default_settings end_behavior from_subscription "
     "metadata pause_schedules phases start_date"},
    {"GET", "/v1/subscription_schedules", list_schedules,
     "canceled_at completed_at created customer customer_account released_at scheduled"},
    {"GET", "/v1/subscription_schedules/{id}", retrieve_schedule},
    {"POST", "/v1/subscription_schedules/{id}", update_schedule,
     "default_settings end_behavior metadata pause_schedules phases proration_behavior"},
    {"POST", "/v1/subscription_schedules/{id}/cancel", cancel_schedule, "invoice_now prorate"},
    {"POST", "/v1/subscription_schedules/{id}/release", release_schedule, "preserve_cancel_date"},
    {"POST", "/v1/invoiceitems", create_invoice_item,
     "amount currency customer customer_account description discountable discounts invoice "
     "metadata period price_data pricing quantity quantity_decimal subscription tax_behavior "
     "tax_code tax_rates unit_amount_decimal"},
    {"GET", "/v1/invoiceitems", list_invoice_items,
     "created customer customer_account invoice pending"},
    {"GET", "/v1/invoiceitems/{id}", retrieve_invoice_item},
    {"POST", "/v1/invoiceitems/{id}", update_invoice_item,
     "amount description discountable discounts invoicing_rules metadata period price_data "
     "pricing quantity quantity_decimal tax_behavior tax_code tax_rates unit_amount_decimal"},
    {"DELETE", "/v1/invoiceitems/{id}", delete_invoice_item},
    {"POST", "/v1/refunds", create_refund,
     "amount charge currency customer instructions_email metadata origin payment_intent reason "
     "refund_application_fee reverse_transfer"},
    {"GET", "/v1/refunds", list_refunds, "charge created payment_intent"},
    {"GET", "/v1/refunds/{id}", retrieve_refund},
    {"POST", "/v1/refunds/{id}", update_refund, "metadata"},
    {"POST", "/v1/credit_notes", create_credit_note,
     "amount credit_amount effective_at email_type invoice lines memo metadata "
     "out_of_band_amount reason refund_amount refunds shipping_cost"},
    {"GET", "/v1/credit_notes", list_credit_notes, "created customer customer_account invoice"},
    {"GET", "/v1/credit_notes/preview", preview_credit_note,
     "amount credit_amount effective_at email_type invoice lines memo metadata "
     "out_of_band_amount reason refund_amount refunds shipping_cost"},
    {"GET", "/v1/credit_notes/preview/lines", list_previewed_lines,
     "amount credit_amount effective_at email_type invoice lines memo metadata "
     "out_of_band_amount reason refund_amount refunds shipping_cost"},
    {"GET", "/v1/credit_notes/{id}", retrieve_credit_note},
    {"POST", "/v1/credit_notes/{id}", update_credit_note, "memo metadata"},
    {"POST", "/v1/credit_notes/{id}/void", void_credit_note},
    {"GET", "/v1/credit_notes/{id}/lines", list_credit_note_lines},
    {"POST", "/v1/billing_portal/configurations", create_portal_configuration,
     "business_profile default_return_url features login_page metadata name"},
    {"GET", "/v1/billing_portal/configurations", list_portal_configurations, "active is_default"},
    {"GET", "/v1/billing_portal/configurations/{id}", retrieve_portal_configuration},
    {"POST", "/v1/billing_portal/configurations/{id}", update_portal_configuration,
     "active business_profile default_return_url features login_page metadata name"},
    {"POST", "/v1/billing_portal/sessions", create_portal_session,
     "configuration customer customer_account flow_data locale on_behalf_of return_url"},
    {"POST", "/v1/test_helpers/test_clocks", create_test_clock, "frozen_time name"},
    {"GET", "/v1/test_helpers/test_clocks", list_test_clocks},
    {"GET", "/v1/test_helpers/test_clocks/{id}", retrieve_test_clock},
    {"DELETE", "/v1/test_helpers/test_clocks/{id}", delete_test_clock},
    {"POST", "/v1/test_helpers/test_clocks/{id}/advance", advance_test_clock, "frozen_time"},
    {"POST", "/v1/coupons", create_coupon,
     "amount_off applies_to currency currency_options duration duration_in_months id "
     "max_redemptions metadata name percent_off redeem_by"},
    {"GET", "/v1/coupons", list_coupons, "created"},
    {"GET", "/v1/coupons/{id}", retrieve_coupon},
    {"POST", "/v1/coupons/{id}", update_coupon, "currency_options metadata name"},
    {"DELETE", "/v1/coupons/{id}", delete_coupon},
    {"POST", "/v1/promotion_codes", create_promotion_code,
     "active code customer customer_account expires_at max_redemptions metadata promotion "
     "restrictions"},
    {"GET", "/v1/promotion_codes", list_promotion_codes,
     "active code coupon created customer customer_account"},
    {"GET", "/v1/promotion_codes/{id}", retrieve_promotion_code},
    {"POST", "/v1/promotion_codes/{id}", update_promotion_code, "active metadata restrictions"},
    {"POST", "/v1/billing/meters", create_meter,
     "customer_mapping default_aggregation display_name event_name event_time_window "
     "value_settings"},
    {"GET", "/v1/billing/meters", list_meters, "status"},
    {"GET", "/v1/billing/meters/{id}", retrieve_meter},
    {"POST", "/v1/billing/meters/{id}", update_meter, "display_name"},
    {"POST", "/v1/billing/meters/{id}/deactivate", deactivate_meter},
    {"POST", "/v1/billing/meters/{id}/reactivate", reactivate_meter},
    {"GET", "/v1/billing/meters/{id}/event_summaries", list_event_summaries,
     "customer end_time start_time value_grouping_window"},
    {"POST", "/v1/billing/meter_events", create_meter_event,
     "event_name identifier payload timestamp"},
    {"POST", "/v1/billing/meter_event_adjustments", adjust_meter_event, "cancel event_name type"},
    {"POST", "/v1/billing/credit_grants", create_credit_grant,
     "amount applicability_config category customer customer_account effective_at expires_at "
     "metadata name priority"},
    {"GET", "/v1/billing/credit_grants", list_credit_grants, "customer customer_account"},
    {"GET", "/v1/billing/credit_grants/{id}", retrieve_credit_grant},
    {"POST", "/v1/billing/credit_grants/{id}", update_credit_grant, "expires_at metadata"},
    {"POST", "/v1/billing/credit_grants/{id}/expire", expire_credit_grant},
    {"POST", "/v1/billing/credit_grants/{id}/void", void_credit_grant},
    {"GET", "/v1/billing/credit_balance_summary", retrieve_credit_summary,
     "customer customer_account filter"},
    {"GET", "/v1/billing/credit_balance_transactions", list_credit_transactions,
     "credit_grant customer customer_account"},
    {"GET", "/v1/billing/credit_balance_transactions/{id}", retrieve_credit_transaction},
    {"POST", "/v1/invoices/create_preview", create_preview,
     "automatic_tax currency customer customer_account customer_details discounts invoice_items "
     "issuer on_behalf_of preview_mode schedule schedule_details subscription "
     "subscription_details"},
    {"GET", "/v1/invoices", list_invoices,
     "collection_method created customer customer_account due_date status subscription"},
    {"GET", "/v1/invoices/{id}", retrieve_invoice},
    {"GET", "/v1/invoices/{id}/lines", list_invoice_lines},
    {"POST", "/v1/invoices", create_invoice,
     "account_tax_ids application_fee_amount auto_advance automatic_tax "
     "automatically_finalizes_at collection_method currency custom_fields customer "
     "customer_account days_until_due default_payment_method default_source default_tax_rates "
     "description discounts due_date effective_at footer from_invoice issuer metadata number "
     "on_behalf_of payment_settings pending_invoice_items_behavior rendering shipping_cost "
     "shipping_details statement_descriptor subscription transfer_data"},
    {"DELETE", "/v1/invoices/{id}", delete_invoice},
    {"POST", "/v1/invoices/{id}", update_invoice,
     "account_tax_ids application_fee_amount auto_advance automatic_tax "
     "automatically_finalizes_at collection_method custom_fields days_until_due "
     "default_payment_method default_source default_tax_rates description discounts due_date "
     "effective_at footer issuer metadata number on_behalf_of payment_settings rendering "
     "shipping_cost shipping_details statement_descriptor transfer_data"},
    {"POST", "/v1/invoices/{id}/send", mail_invoice},
    {"POST", "/v1/invoices/{id}/pay", pay_invoice,
     "forgive mandate off_session paid_out_of_band payment_method source"},
    {"POST", "/v1/invoices/{id}/finalize", finalize_invoice, "auto_advance"},
    {"POST", "/v1/invoices/{id}/void", void_invoice},
    {"POST", "/v1/invoices/{id}/mark_uncollectible", mark_invoice_uncollectible},
    {"GET", "/v1/invoice_payments", list_invoice_payments, "created invoice payment status"},
    {"GET", "/v1/invoice_payments/{id}", retrieve_invoice_payment},
    {"GET", "/v1/payment_intents", list_payment_intents, "created customer customer_account"},
    {"GET", "/v1/payment_intents/{id}", retrieve_payment_intent, "client_secret"},
    {"POST", "/v1/payment_intents", create_payment_intent,
     "allowed_payment_method_types amount amount_details application_fee_amount "
     "automatic_payment_methods capture_method confirm confirmation_method confirmation_token "
     "currency customer customer_account description error_on_requires_action "
     "excluded_payment_method_types hooks mandate mandate_data metadata off_session on_behalf_of "
     "payment_details payment_method payment_method_configuration payment_method_data "
     "payment_method_options radar_options receipt_email return_url setup_future_usage shipping "
     "statement_descriptor statement_descriptor_suffix transfer_data transfer_group "
     "use_stripe_sdk"},
    {"POST", "/v1/payment_intents/{id}", update_payment_intent,
     "allowed_payment_method_types amount amount_details application_fee_amount capture_method "
     "currency customer customer_account description excluded_payment_method_types hooks metadata "
     "payment_details payment_method payment_method_configuration payment_method_data "
     "payment_method_options receipt_email setup_future_usage shipping statement_descriptor "
     "statement_descriptor_suffix transfer_data transfer_group"},
    {"POST", "/v1/payment_intents/{id}/cancel", cancel_payment_intent_call, "cancellation_reason"},
    {"POST", "/v1/payment_intents/{id}/confirm", confirm_payment_intent,
     "allowed_payment_method_types amount_details amount_to_confirm capture_method "
     "confirmation_token error_on_requires_action excluded_payment_method_types hooks mandate "
     "mandate_data off_session "
     "payment_details payment_method payment_method_data payment_method_options "
     "radar_options receipt_email return_url setup_future_usage shipping "
     "use_stripe_sdk"},
    {"GET", "/v1/charges", list_charges, "created customer payment_intent transfer_group"},
    {"GET", "/v1/charges/{id}", retrieve_charge},
    {"POST", "/v1/charges/{id}", update_charge,
     "customer description fraud_details metadata receipt_email shipping transfer_group"},
    {"GET", "/v1/disputes", list_disputes, "charge created payment_intent"},
    {"GET", "/v1/disputes/{id}", retrieve_dispute},
    {"POST", "/v1/disputes/{id}", update_dispute,
     "evidence intended_submission_method metadata submit"},
    {"POST", "/v1/disputes/{id}/close", close_dispute},
    {"GET", "/v1/account", retrieve_account},
    {"GET", "/v1/balance", retrieve_balance},
    {"GET", "/v1/events", list_events, "created delivery_success type types"},
    {"GET", "/v1/events/{id}", retrieve_event},
    {"POST", "/v1/webhook_endpoints", create_endpoint,
     "api_version connect description enabled_events metadata url"},
    {"GET", "/v1/webhook_endpoints", list_endpoints},
    {"GET", "/v1/webhook_endpoints/{id}", retrieve_endpoint},
    {"POST", "/v1/webhook_endpoints/{id}", update_endpoint,
     "description disabled enabled_events metadata url"},
    {"DELETE", "/v1/webhook_endpoints/{id}", delete_endpoint},
    {"GET", "/_sim/webhooks/plan", show_webhook_plan},
    {"POST", "/_sim/webhooks/plan", set_webhook_plan},
    {"POST", "/_sim/webhooks/release", release_webhooks},
    {"GET", "/_sim/webhooks/deliveries", list_deliveries},
    {"POST", "/_sim/webhook_endpoints/{id}/roll", roll_secret},
    {"GET", "/_sim/faults", list_faults},
    {"POST", "/_sim/faults", add_fault},
    {"DELETE", "/_sim/faults", clear_faults},
    {"GET", "/_sim/settings", show_settings},
    {"POST", "/_sim/settings", set_settings},
    {"POST", "/_sim/charges/{id}/dispute", dispute_charge},
    {"POST", "/_sim/customers/{id}/dispute", dispute_customer},
    {"POST", "/_sim/disputes/{id}/decide", decide_dispute},
    {"POST", "/_sim/customers/{id}/fail_card", fail_card},
    {"POST", "/_sim/customers/{id}/fix_card", fix_card},
};

}  // namespace

std::span<const Endpoint> endpoints() {
  return table;
}

}  // namespace freehold::simulator
