#include "html/form.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/json.hpp"

namespace freehold::html {

namespace {

std::string id_of(const Form& form, std::string_view field) {
  return fmt::format("{}-{}", form.id, field);
}

const FieldError* error_of(const Form& form, std::string_view field) {
  const auto found = std::find_if(form.errors.begin(), form.errors.end(),
                                  [&](const FieldError& e) { return e.field == field; });
  return found == form.errors.end() ? nullptr : &*found;
}

json::value described_by(const Field& field, std::string_view id, bool wrong) {
  std::string ids = field.hint ? fmt::format("{}-hint", id) : "";
  if (wrong) ids += fmt::format("{}{}-error", ids.empty() ? "" : " ", id);
  return ids.empty() ? json::value(nullptr) : json::value(ids);
}

json::array options_of(const Field& field) {
  json::array options;
  for (const Option& option : field.options)
    options.push_back(json::object{{"value", option.value},
                                   {"label", option.label},
                                   {"hint", to_json(option.hint)},
                                   {"chosen", option.value == field.value},
                                   {"disabled", option.disabled || field.disabled}});
  return options;
}

void add_kind(json::object& model, const Field& field) {
  const bool checkbox = field.kind == "checkbox";
  const bool radios = field.kind == "radios";
  const bool select = field.kind == "select";
  const bool textarea = field.kind == "textarea";
  model["is_checkbox"] = checkbox;
  model["is_radios"] = radios;
  model["is_select"] = select;
  model["is_textarea"] = textarea;
  model["is_labelled"] = !checkbox && !radios;
  model["is_input"] = !checkbox && !radios && !select && !textarea;
  model["is_password"] = field.kind == "password";
  model["type"] = field.kind;
}

json::object field_model(const Form& form, const Field& field) {
  const FieldError* error = error_of(form, field.name);
  const std::string id = id_of(form, field.name);
  json::object model;
  add_kind(model, field);
  model["id"] = id;
  model["name"] = field.name;
  model["label"] = field.label;
  model["value"] = field.kind == "password" ? std::string() : field.value;
  model["hint"] = to_json(field.hint);
  model["error"] = error == nullptr ? json::value(nullptr) : json::value(error->message);
  model["described_by"] = described_by(field, id, error != nullptr);
  model["autocomplete"] = to_json(field.autocomplete);
  model["placeholder"] = to_json(field.placeholder);
  model["prefix"] = to_json(field.prefix);
  model["inputmode"] = to_json(field.inputmode);
  model["max_length"] = to_json(field.max_length);
  model["rows"] = field.rows;
  model["optional"] = field.optional;
  model["required"] = !field.optional && !field.disabled;
  model["disabled"] = field.disabled;
  model["readonly"] = field.readonly;
  model["checked"] = field.checked;
  model["options"] = options_of(field);
  return model;
}

// Where the summary's link goes: to the field, of radios to the first one. An error that belongs to
// no field of the form has no link.
json::value href_of(const Form& form, std::string_view name) {
  for (const Field& field : form.fields)
    if (field.name == name)
      return json::value(
          fmt::format("#{}{}", id_of(form, name), field.kind == "radios" ? "-1" : ""));
  return nullptr;
}

// In the order of the fields, then those of the whole form.
json::array errors_of(const Form& form) {
  json::array errors;
  const auto add = [&](const FieldError& error) {
    errors.push_back(json::object{
        {"field", error.field}, {"message", error.message}, {"href", href_of(form, error.field)}});
  };
  for (const Field& field : form.fields)
    if (const FieldError* error = error_of(form, field.name)) add(*error);
  for (const FieldError& error : form.errors)
    if (href_of(form, error.field).is_null()) add(error);
  return errors;
}

}  // namespace

json::object form_model(const Form& form) {
  json::object model;
  model["id"] = form.id;
  model["action"] = form.action;
  model["submit"] = form.submit;
  model["busy"] = form.busy;
  model["tone"] = form.tone;
  model["cancel"] = to_json(form.cancel);
  model["errors"] = errors_of(form);
  model["has_errors"] = !form.errors.empty();
  json::array hidden;
  for (const auto& [name, value] : form.hidden)
    hidden.push_back(json::object{{"name", name}, {"value", value}});
  model["hidden"] = std::move(hidden);
  json::array fields;
  for (const Field& field : form.fields) {
    fields.push_back(field_model(form, field));
    model["field_" + field.name] = fields.back();
  }
  model["fields"] = std::move(fields);
  return model;
}

json::object form_data(const json::object& model) {
  json::object hidden;
  for (const json::value& item : model.at("hidden").as_array())
    hidden[item.at("name").as_string()] = item.at("value");
  json::array fields;
  for (const json::value& field : model.at("fields").as_array()) {
    json::object& data = fields.emplace_back(json::object{}).as_object();
    for (const std::string_view key : {"name", "label", "type", "value", "hint", "autocomplete",
                                       "max_length", "required", "disabled", "checked", "options"})
      data[key] = field.at(key);
  }
  json::array errors;
  for (const json::value& error : model.at("errors").as_array())
    errors.push_back(json::object{{"field", error.at("field")}, {"message", error.at("message")}});
  return {{"action", model.at("action")},
          {"submit", model.at("submit")},
          {"hidden", std::move(hidden)},
          {"fields", std::move(fields)},
          {"errors", std::move(errors)}};
}

json::object confirm_model(const Confirm& confirm) {
  json::object model;
  model["title"] = confirm.title;
  model["text"] = confirm.text;
  model["keep_label"] = confirm.keep_label;
  model["keep_url"] = confirm.keep_url;
  model["form"] = confirm.form ? json::value(form_model(*confirm.form)) : json::value(nullptr);
  return model;
}

}  // namespace freehold::html
