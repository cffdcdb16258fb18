#include "billing/tax_ids.hpp"

#include <algorithm>
#include <cctype>

namespace freehold::billing {
namespace {

// In a form 9 is a digit, a is a letter and # either; anything else stands for itself, and signs
// may be left out by whoever types the number.
// https://docs.stripe.com/billing/customer/tax-ids#supported-tax-id and, for eu_vat,
// https://taxation-customs.ec.europa.eu/system/files/2024-04/VIES-VAT-number-formats.pdf
constexpr std::string_view eu_vat =
    "DE999999999|ATU99999999|BE9999999999|BG999999999|BG9999999999|CY99999999a|CZ99999999|"
    "CZ999999999|CZ9999999999|DK99999999|EE999999999|EL999999999|ES#9999999#|FI99999999|"
    "FR##999999999|HR99999999999|HU99999999|IE9999999a|IE9999999aa|IE9a99999a|IT99999999999|"
    "LT999999999|LT999999999999|LU99999999|LV99999999999|MT99999999|NL#########B99|PL9999999999|"
    "PT999999999|RO99|RO999|RO9999|RO99999|RO999999|RO9999999|RO99999999|RO999999999|RO9999999999|"
    "SE999999999999|SI99999999|SK9999999999|XI999999999|XI999999999999";

constexpr TaxIdKind kinds[] = {
    {"ad_nrt", "a-999999-a"},
    {"ae_trn", "999999999999999"},
    {"al_tin", "a99999999a"},
    {"am_tin", "99999999"},
    {"ao_tin", "9999999999"},
    {"ar_cuit", "99-99999999-9"},
    {"au_abn", "99999999999"},
    {"au_arn", "999999999999"},
    {"aw_tin", "99999999"},
    {"az_tin", "9999999999"},
    {"ba_tin", "999999999999"},
    {"bb_tin", "9999999999999"},
    {"bd_bin", "999999999-9999"},
    {"bf_ifu", "99999999a"},
    {"bg_uic", "999999999"},
    {"bh_vat", "999999999999999"},
    {"bj_ifu", "9999999999999"},
    {"bo_tin", "999999999"},
    {"br_cnpj", "99.999.999/9999-99"},
    {"br_cpf", "999.999.999-99"},
    {"bs_tin", "999.999.999"},
    {"by_tin", "999999999"},
    {"ca_bn", "999999999"},
    {"ca_gst_hst", "999999999RT9999"},
    {"ca_pst_bc", "PST-9999-9999"},
    {"ca_pst_mb", "999999-9"},
    {"ca_pst_sk", "9999999"},
    {"ca_qst", "9999999999TQ9999"},
    {"cd_nif", "a9999999a"},
    {"ch_uid", "CHE-999.999.999 HR|CHE-999.999.999"},
    {"ch_vat", "CHE-999.999.999 MWST|CHE-999.999.999 TVA|CHE-999.999.999 IVA"},
    {"cl_tin", "99.999.999-#|9.999.999-#"},
    {"cm_niu", "a999999999999a"},
    {"cn_tin", "99#999999999999999|##################|999999999999999"},
    {"co_nit", "999.999.999-9"},
    {"cr_tin", "9-999-999999|9999999999"},
    {"cv_nif", "999999999"},
    {"cz_dic", "CZ99999999|CZ999999999|CZ9999999999"},
    {"de_stn", "9999999999|99999999999|9999999999999"},
    {"do_rcn", "999-9999999-9|999999999"},
    {"ec_ruc", "9999999999999"},
    {"eg_tin", "999999999"},
    {"es_cif", "a9999999#"},
    {"et_tin", "9999999999"},
    {"eu_oss_vat", "EU999999999"},
    {"eu_vat", eu_vat},
    {"gb_vat", "GB999999999|GB999999999999|GBGD999|GBHA999"},
    {"ge_vat", "999999999"},
    {"gn_nif", "999999999"},
    {"hk_br", "99999999"},
    {"hr_oib", "99999999999"},
    {"hu_tin", "99999999-9-99"},
    {"id_npwp", "999.999.999.9-999.999|99.999.999.9-999.999"},
    {"il_vat", "999999999"},
    {"in_gst", "99aaaaa9999a#a#"},
    {"is_vat", "999999|99999"},
    {"jp_cn", "9999999999999"},
    {"jp_rn", "99999"},
    {"jp_trn", "T9999999999999"},
    {"ke_pin", "a999999999a"},
    {"kg_tin", "99999999999999"},
    {"kh_tin", "9999-999999999"},
    {"kr_brn", "999-99-99999"},
    {"kz_bin", "999999999999"},
    {"la_tin", "999999999-999"},
    {"li_uid", "CHE999999999"},
    {"li_vat", "99999"},
    {"ma_vat", "99999999"},
    {"md_vat", "9999999"},
    {"me_pib", "99999999"},
    {"mk_vat", "MK9999999999999"},
    {"mr_nif", "99999999"},
    {"mx_rfc", "aaa999999###|aaaa999999###"},
    {"my_frp", "99999999"},
    {"my_itn", "a 9999999999|aa 99999999999"},
    {"my_sst", "a99-9999-99999999"},
    {"ng_tin", "99999999-9999"},
    {"no_vat", "999999999MVA"},
    {"no_voec", "9999999"},
    {"np_pan", "999999999"},
    {"nz_gst", "999999999|99999999"},
    {"om_vat", "OM9999999999"},
    {"pe_ruc", "99999999999"},
    {"ph_tin", "999999999999"},
    {"pl_nip", "9999999999"},
    {"ro_tin", "9999999999999"},
    {"rs_pib", "999999999"},
    {"ru_inn", "9999999999|999999999999"},
    {"ru_kpp", "999999999"},
    {"sa_vat", "999999999999999"},
    {"sg_gst", "a99999999a"},
    {"sg_uen", "999999999a|99999999a|a99aa9999a"},
    {"si_tin", "99999999"},
    {"sn_ninea", "99999999a9|9999999999"},
    {"sr_fin", "9999999999"},
    {"sv_nit", "9999-999999-999-9"},
    {"th_vat", "9999999999999"},
    {"tj_tin", "999999999"},
    {"tr_tin", "9999999999"},
    {"tw_vat", "99999999"},
    {"tz_vat", "99999999a"},
    {"ua_vat", "999999999|999999999999"},
    {"ug_tin", "9999999999"},
    {"us_ein", "99-9999999"},
    {"uy_ruc", "999999999999"},
    {"uz_tin", "999999999"},
    {"uz_vat", "999999999999"},
    {"ve_rif", "a-99999999-9"},
    {"vn_tin", "9999999999|9999999999999"},
    {"za_vat", "9999999999"},
    {"zm_tin", "9999999999"},
    {"zw_tin", "9999999999"},
};

bool is_sign(char c) {
  return c == ' ' || c == '-' || c == '.' || c == '/';
}

bool fits(char form, char c) {
  if (form == '9') return c >= '0' && c <= '9';
  if (form == '#') return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
  if (form == 'a') return c >= 'A' && c <= 'Z';
  return form == c;
}

// What is left of what a person typed when signs do not count.
std::string bare(std::string_view value) {
  std::string out;
  for (const char c : value)
    if (!is_sign(c)) out += char(std::toupper(static_cast<unsigned char>(c)));
  return out;
}

std::optional<std::string> in_form(std::string_view form, std::string_view typed) {
  std::string out;
  for (const char c : form) {
    if (is_sign(c)) {
      out += c;
      continue;
    }
    if (typed.empty() || !fits(c, typed.front())) return {};
    out += typed.front();
    typed.remove_prefix(1);
  }
  if (!typed.empty()) return {};
  return out;
}

template <class Each>
bool any_form(std::string_view forms, Each each) {
  while (!forms.empty()) {
    const auto end = std::min(forms.find('|'), forms.size());
    if (each(forms.substr(0, end))) return true;
    forms.remove_prefix(std::min(end + 1, forms.size()));
  }
  return false;
}

}  // namespace

std::span<const TaxIdKind> tax_id_kinds() {
  return kinds;
}

const TaxIdKind* find_tax_id_kind(std::string_view type) {
  const auto at = std::ranges::find(kinds, type, &TaxIdKind::type);
  return at == std::end(kinds) ? nullptr : at;
}

std::optional<std::string> tidy_tax_id(const TaxIdKind& kind, std::string_view value) {
  const std::string typed = bare(value);
  std::optional<std::string> tidied;
  any_form(kind.forms, [&](std::string_view form) {
    tidied = in_form(form, typed);
    return tidied.has_value();
  });
  return tidied;
}

std::string example_of(const TaxIdKind& kind, std::string_view given) {
  std::string_view chosen = kind.forms.substr(0, kind.forms.find('|'));
  const std::string country = bare(given).substr(0, 2);
  if (kind.type == "eu_vat" && country.size() == 2)
    any_form(kind.forms, [&](std::string_view form) {
      const bool is_it = form.starts_with(country);
      if (is_it) chosen = form;
      return is_it;
    });
  std::string example;
  char digit = '1';
  for (const char c : chosen) {
    if (c == '9' || c == '#') {
      example += digit;
      digit = digit == '9' ? '0' : char(digit + 1);
    } else {
      example += c == 'a' ? 'A' : c;
    }
  }
  return example;
}

}  // namespace freehold::billing
