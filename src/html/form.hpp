// Forms: what was asked, what was answered, what was wrong with it. The same struct makes the page
// at first and again after a refusal (422), with the values kept and an error summary after the
// rules of https://design-system.service.gov.uk/components/error-summary.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/json_fwd.hpp"
#include "core/problem.hpp"
#include "html/parts.hpp"

namespace freehold::html {

struct Option {
  std::string value;
  std::string label;
  std::optional<std::string> hint = {};  // radios only
  bool disabled = false;
};

// `kind` of a field: any type of <input> that holds text (text, email, password, number, url, tel,
// search, date), or textarea, select, radios, checkbox.
struct Field {
  std::string name;
  std::string label;
  std::string kind = "text";
  std::string value = {};  // a password is never sent back
  std::optional<std::string> hint = {};
  std::optional<std::string> autocomplete = {};  // a token of WCAG 1.3.5, "email"
  std::optional<std::string> placeholder = {};
  std::optional<std::string> prefix = {};  // "freehold.dev/t/" before the input
  std::optional<std::string> inputmode = {};
  std::optional<int> max_length = {};
  int rows = 4;
  bool optional = false;
  bool disabled = false;
  bool readonly = false;
  bool checked = false;  // checkbox
  std::vector<Option> options = {};
};

struct Form {
  std::string id;  // unique in the page; ids of its fields begin with it
  std::string action;
  std::string submit;            // verb and object: "Create workspace"
  std::string busy = "Saving…";  // while it is being sent
  std::string tone = "primary";  // of the button: primary or danger
  std::vector<Field> fields = {};
  std::vector<std::pair<std::string, std::string>> hidden = {};
  FieldErrors errors = {};
  std::optional<Action> cancel = {};
};

// The model of {{#form}}{{>FORM}}{{/form}}. Each field is also there by its name, for pages that
// place them themselves: {{#field_email}}{{>FIELD}}{{/field_email}}.
json::object form_model(const Form& form);

// What a program needs of that model: {action, submit, hidden{}, fields[], errors[]}.
json::object form_data(const json::object& model);

// The model of {{#confirm}}{{>CONFIRM}}{{/confirm}}: a dialog, and the same as a page. `title`
// names the object, `text` the consequences in numbers; the safe way out is a link and has the
// focus.
struct Confirm {
  std::string title;
  std::string text;
  std::string keep_label;  // "Keep workspace"
  std::string keep_url;
  std::optional<Form> form = {};  // nothing: it cannot be done, and `text` says why
};
json::object confirm_model(const Confirm& confirm);

}  // namespace freehold::html
