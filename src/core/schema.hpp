// JSON Schema (2020-12) of described structs, by the rules of to_json and read_json (json.hpp), so
// that what is documented is what is sent and taken. A struct becomes a component under the name
// that its notes give it (notes.hpp).
#pragma once

#include "core/json.hpp"
#include "core/notes.hpp"

namespace freehold {

enum class Use {
  answer,   // every member is there, an empty optional as null; more may come with a later version
  request,  // optionals and lists may be left out, and nothing else may be added
};

namespace detail {

json::object typed(std::string_view type, std::string_view format = {});
json::object id_schema(std::string_view prefix);
json::object nullable(json::object schema);
json::object money_schema();

// A struct's schema while its members are added. Throws std::logic_error, which stops the start,
// for a member without a note and for a note without a member.
class StructSchema {
 public:
  StructSchema(const Notes& notes, Use use);
  void add_object(std::string_view object);
  void add(std::string_view member, json::object schema, bool is_required);
  json::object finish();

 private:
  const Notes& notes_;
  Use use_;
  json::object properties_;
  json::array required_;
  std::size_t said_ = 0;
};

}  // namespace detail

// Collects the structs that a document speaks of.
class Schemas {
 public:
  // The schema of a value; of a struct a reference to its component.
  template <class T>
  json::object of(Use use);

  const json::object& components() const { return components_; }

 private:
  template <class T>
  json::object struct_of(Use use);
  // Throws std::logic_error when another struct has the name.
  json::object refer(const std::string& name, json::object schema);

  json::object components_;
};

template <class T>
json::object Schemas::of(Use use) {
  using namespace detail;
  if constexpr (std::same_as<T, json::value>) {
    return {};
  } else if constexpr (std::same_as<T, json::object>) {
    return typed("object");
  } else if constexpr (std::same_as<T, bool>) {
    return typed("boolean");
  } else if constexpr (std::integral<T>) {
    return typed("integer", sizeof(T) > 4 ? "int64" : "int32");
  } else if constexpr (std::floating_point<T>) {
    return typed("number");
  } else if constexpr (std::convertible_to<T, std::string_view>) {
    return typed("string");
  } else if constexpr (std::same_as<T, Instant>) {
    return typed("string", "date-time");
  } else if constexpr (std::same_as<T, Money>) {
    return refer("Money", money_schema());
  } else if constexpr (is_id<T>) {
    return id_schema(T::prefix);
  } else if constexpr (is_optional<T>) {
    return nullable(of<typename T::value_type>(use));
  } else if constexpr (is_vector<T>) {
    json::object schema = typed("array");
    schema["items"] = of<typename T::value_type>(use);
    return schema;
  } else if constexpr (is_map<T>) {
    json::object schema = typed("object");
    schema["additionalProperties"] = of<typename T::mapped_type>(use);
    return schema;
  } else if constexpr (DescribedEnum<T>) {
    json::object schema = typed("string");
    json::array& names = schema["enum"].emplace_array();
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<T>>(
        [&](auto d) { names.emplace_back(d.name); });
    return schema;
  } else {
    static_assert(DescribedStruct<T>, "describe the struct with BOOST_DESCRIBE_STRUCT");
    return struct_of<T>(use);
  }
}

template <class T>
json::object Schemas::struct_of(Use use) {
  using namespace detail;
  const Notes notes = notes_on(static_cast<const T*>(nullptr));
  StructSchema schema(notes, use);
  if constexpr (Resource<T>) {
    if (use == Use::answer) schema.add_object(T::object);
  }
  boost::mp11::mp_for_each<Members<T>>([&](auto member) {
    using Field = std::remove_cvref_t<decltype(std::declval<T&>().*member.pointer)>;
    if constexpr (is_optional<Field> && Sparse<T>) {
      schema.add(member.name, of<typename Field::value_type>(use), false);
    } else {
      const bool may_be_left_out = is_optional<Field> || is_vector<Field>;
      schema.add(member.name, of<Field>(use), use == Use::answer || !may_be_left_out);
    }
  });
  const bool is_sent = use == Use::request && !notes.sent_as.empty();
  return refer(is_sent ? notes.sent_as : notes.name, schema.finish());
}

// What examples are made of: an id that looks like one, and an instant.
template <class SomeId>
SomeId example_id() {
  return {parse_uuid("01a2b7e4-3f5c-7d10-9c41-6f2a8be0d317").value()};
}
Instant example_time();

}  // namespace freehold
