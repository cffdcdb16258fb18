#include <doctest/doctest.h>

#include <boost/json.hpp>

#include "html/form.hpp"

using namespace freehold;
using namespace freehold::html;

namespace {

Form form_with(FieldErrors errors) {
  return {
      .id = "signup",
      .action = "/signup",
      .submit = "Create workspace",
      .fields = {{.name = "email",
                  .label = "Email",
                  .kind = "email",
                  .value = "maya@",
                  .hint = "We write to it."},
                 {.name = "password", .label = "Password", .kind = "password", .value = "secret"},
                 {.name = "role",
                  .label = "Role",
                  .kind = "radios",
                  .value = "member",
                  .optional = true,
                  .options = {{"member", "Member"}, {"admin", "Admin"}}}},
      .errors = std::move(errors)};
}

// One line per error of the summary.
std::string summary_of(const Form& form) {
  std::string lines;
  const json::object model = form_model(form);
  for (const json::value& error : model.at("errors").as_array())
    lines += fmt::format("{} -> {}\n", std::string_view(error.at("message").as_string()),
                         json::serialize(error.at("href")));
  return lines;
}

}  // namespace

TEST_CASE("the error summary links to the fields in their order, then says what fits no field") {
  CHECK(summary_of(form_with({{"role", "Choose a role"},
                              {"", "The invitation has expired"},
                              {"email", "Enter an email address"},
                              {"plan", "This plan has ended"}})) ==
        "Enter an email address -> \"#signup-email\"\n"
        "Choose a role -> \"#signup-role-1\"\n"
        "The invitation has expired -> null\n"
        "This plan has ended -> null\n");
  CHECK_FALSE(form_model(form_with({})).at("has_errors").as_bool());
}

TEST_CASE("a field is described by its hint and its error") {
  const auto described = [](FieldErrors errors) {
    return json::serialize(
        form_model(form_with(std::move(errors))).at("field_email").at("described_by"));
  };
  CHECK(described({}) == "\"signup-email-hint\"");
  CHECK(described({{"email", "Wrong"}}) == "\"signup-email-hint signup-email-error\"");
  const json::object model = form_model(form_with({{"password", "Too short"}}));
  CHECK(model.at("field_password").at("described_by") == "signup-password-error");
  CHECK(model.at("field_role").at("described_by").is_null());
}

TEST_CASE("values are kept, passwords are not") {
  const json::object model = form_model(form_with({{"password", "Too short"}}));
  CHECK(model.at("field_email").at("value") == "maya@");
  CHECK(model.at("field_password").at("value") == "");
  CHECK(json::serialize(model.at("field_role").at("options")) ==
        R"([{"value":"member","label":"Member","hint":null,"chosen":true,"disabled":false},)"
        R"({"value":"admin","label":"Admin","hint":null,"chosen":false,"disabled":false}])");
}

TEST_CASE("fields are required unless they are optional or disabled") {
  const json::object model = form_model(form_with({}));
  CHECK(model.at("field_email").at("required").as_bool());
  CHECK_FALSE(model.at("field_role").at("required").as_bool());
}
