#include "html/catalogue/parts.hpp"

#include "core/json.hpp"

namespace freehold::html {

Form plain_form() {
  return {.id = "profile",
          .action = "#saved",
          .submit = "Save changes",
          .fields = {{.name = "name",
                      .label = "Workspace name",
                      .value = "Northwind Labs",
                      .autocomplete = "organization"},
                     {.name = "slug",
                      .label = "Address",
                      .value = "northwind",
                      .hint = "Old links keep working.",
                      .prefix = "freehold.dev/t/"},
                     {.name = "plan",
                      .label = "Language",
                      .kind = "select",
                      .value = "de",
                      .options = {{"en", "English"}, {"de", "Deutsch"}}},
                     {.name = "about",
                      .label = "About",
                      .kind = "textarea",
                      .value = "Boats.\n  And maps.",
                      .rows = 3,
                      .optional = true}},
          .cancel = Action{"Cancel", "#cancel"}};
}

Form wrong_form() {
  return {.id = "invite",
          .action = "#invited",
          .submit = "Send invitation",
          .busy = "Sending…",
          .fields = {{.name = "email",
                      .label = "Email",
                      .kind = "email",
                      .value = "ada@northwind",
                      .hint = "They get a link that is good for seven days.",
                      .autocomplete = "email"},
                     {.name = "role",
                      .label = "Role",
                      .kind = "radios",
                      .value = "",
                      .options = {{"member", "Member", "Writes documents"},
                                  {"viewer", "Viewer", "Reads documents"},
                                  {"admin", "Admin", "Only owners can make admins", true}}},
                     {.name = "notify",
                      .label = "Tell me when they join",
                      .kind = "checkbox",
                      .value = "yes",
                      .optional = true,
                      .checked = true}},
          .errors = {{"role", "Choose a role"},
                     {"email",
                      "Enter an email address in the correct format, like "
                      "name@example.com"}}};
}

Form more_form() {
  return {.id = "more",
          .action = "#more",
          .submit = "Change password",
          .fields = {{.name = "owner", .label = "Owner", .value = "Maya Okafor", .readonly = true},
                     {.name = "region",
                      .label = "Data location",
                      .value = "Europe",
                      .hint = "It is fixed when the workspace is made.",
                      .disabled = true},
                     {.name = "password",
                      .label = "New password",
                      .kind = "password",
                      .hint = "At least 12 characters",
                      .autocomplete = "new-password"},
                     {.name = "terms",
                      .label = "Log out everywhere else",
                      .kind = "checkbox",
                      .value = "yes",
                      .hint = "Three other sessions end."}}};
}

Confirm delete_workspace() {
  return {.title = "Delete workspace “Northwind Labs”?",
          .text =
              "All 25 documents and 12 memberships go. You can restore the workspace for 30 "
              "days, until 22 December 2026. The Team subscription ends today without a refund.",
          .keep_label = "Keep workspace",
          .keep_url = "#keep",
          .form = Form{
              .id = "delete",
              .action = "#deleted",
              .submit = "Delete workspace",
              .busy = "Deleting…",
              .tone = "danger",
              .fields = {
                  {.name = "slug", .label = "Type northwind to confirm", .autocomplete = "off"}}}};
}

Form signup_form(bool wrong) {
  Form form{
      .id = "signup",
      .action = "/signup",
      .submit = "Create workspace",
      .busy = "Creating…",
      .fields = {{.name = "email", .label = "Work email", .kind = "email", .autocomplete = "email"},
                 {.name = "password",
                  .label = "Password",
                  .kind = "password",
                  .hint = "At least 12 characters",
                  .autocomplete = "new-password"},
                 {.name = "workspace",
                  .label = "Workspace name",
                  .hint = "Your address will be freehold.dev/t/northwind-labs",
                  .autocomplete = "organization"}}};
  if (!wrong) return form;
  form.fields[0].value = "maya@northwind";
  form.fields[2].value = "Northwind Labs";
  form.errors = {{"email", "Enter an email address in the correct format, like name@example.com"},
                 {"password", "Use at least 12 characters for the password"}};
  return form;
}

}  // namespace freehold::html
