#include "tests/program/neighbours.hpp"

#include <functional>

#include "core/json.hpp"

namespace freehold::program {
namespace {

app::Settings patient_settings(const std::string& database) {
  app::Settings settings = settings_for(database);
  settings.stripe_url = fmt::format("http://127.0.0.1:{}", free_port());
  return settings;
}

// Called before anybody signs up.
Program& patient(Program& program) {
  program.set_pace(seconds(5));
  return program;
}

std::string typeid_of(Workspace& workspace, std::string_view prefix, const std::string& sql) {
  const std::string uuid = value(workspace.database, sql);
  return to_typeid(prefix, parse_uuid(uuid).value());
}

std::string newest(Workspace& workspace, std::string_view prefix, std::string_view table,
                   std::string_view order) {
  return typeid_of(workspace, prefix,
                   fmt::format("select id from {} where tenant_id = '{}' order by {} desc limit 1",
                               table, workspace.tenant, order));
}

std::string next_name(const Workspace& workspace) {
  static int count = 0;
  return fmt::format("{}{}", workspace.slug == "theirs" ? their_word : "tabby", ++count);
}

using Victims = std::vector<std::string>;

Victims documents(Workspace& workspace) {
  Victims made;
  for (const char* state : {"alive", "deleted"}) {
    const std::string draft = fmt::format(R"({{"title": "{} {}"}})", next_name(workspace), state);
    const auto answer = workspace.api(http::Method::post, "/api/v1/documents", draft);
    const std::string id(json::parse(answer.body).at("id").as_string());
    made.push_back(id);
  }
  workspace.api(http::Method::del, "/api/v1/documents/" + made.back());
  return made;
}

Victims keys(Workspace& workspace) {
  workspace.owner.get(workspace.path("/developers/keys"));
  workspace.owner.post(workspace.path("/developers/keys"),
                       {{"name", next_name(workspace)}, {"role", "member"}, {"expiry", "90"}});
  return {newest(workspace, "key", "access.api_key", "created_at")};
}

Victims invitations(Workspace& workspace) {
  workspace.owner.get(workspace.path("/team/invitations"));
  workspace.owner.post(workspace.path("/team/invitations"),
                       {{"email", next_name(workspace) + "@asked.example"}, {"role", "member"}});
  return {newest(workspace, "invitation", "access.invitation", "created_at")};
}

Victims memberships(Workspace& workspace) {
  join(workspace, next_name(workspace) + "@joined.example", "member");
  return {newest(workspace, "membership", "tenancy.membership", "joined_at")};
}

Victims sessions(Workspace& workspace) {
  Visitor again(workspace.program);
  again.get("/login");
  again.post("/login", {{"email", workspace.email}, {"password", password}});
  return {typeid_of(workspace, "session",
                    fmt::format("select s.id from identity.session s join identity.account a using "
                                "(user_id) where a.email = '{}' order by s.created_at desc limit 1",
                                workspace.email))};
}

// The name of a secret, which is not the secret: that opens what it is for, whoever has it.
Victims tokens(Workspace& workspace) {
  return {to_typeid("token", new_uuid(workspace.program.machine().now())), workspace.tenant};
}

Victims reservations(Workspace& workspace) {
  const auto held = neighbours().product.hold(workspace.id(), next_name(workspace), 25);
  return {std::string(json::parse(held.body).at("id").as_string())};
}

Victims tenants(Workspace& workspace) {
  return {to_string(workspace.id())};
}

Victims slugs(Workspace& workspace) {
  return {workspace.slug};
}

Victims operations(Workspace&) {
  return {"list_documents"};
}

Victims codes(Workspace&) {
  return {"limit_reached"};
}

Victims files(Workspace&) {
  return {"app.css"};
}

Victims invoices(Workspace& workspace) {
  const auto column = [&](const char* name) {
    return value(workspace.database,
                 fmt::format("select {} from billing.invoice where tenant_id = '{}' and number is "
                             "not null order by created_at limit 1",
                             name, workspace.tenant));
  };
  return {column("stripe_id"), column("number")};
}

const std::map<std::string, std::function<Victims(Workspace&)>> factories{
    {"invoice", invoices},
    {"document_id", documents},
    {"key_id", keys},
    {"invitation_id", invitations},
    {"membership_id", memberships},
    {"session_id", sessions},
    {"token", tokens},
    {"reservation_id", reservations},
    {"tenant_id", tenants},
    {"slug", slugs},
    {"file", files},
    {"operation", operations},
    {"code", codes},
};

}  // namespace

Neighbours::Neighbours()
    : scratch(new_database()),
      database(scratch.admin()),
      settings(patient_settings(database)),
      program(settings),
      stripe(settings),
      ours(sign_up(patient(program), database, "owner@ours.example", "Ours")),
      theirs(sign_up(program, database, their_word + "@theirs.example", "Theirs")),
      staff(staff_member(program, "isolation@staff.example")),
      product(program) {
  furnish(ours, stripe, staff, "tabby");
  furnish(theirs, stripe, staff, their_word);
  product.hold(ours.id(), "tabby");
  product.hold(theirs.id(), their_word);
}

Neighbours& neighbours() {
  static Neighbours made;
  return made;
}

std::vector<std::string> victims(Workspace& workspace, const std::string& parameter) {
  const auto at = factories.find(parameter);
  if (at == factories.end())
    throw std::runtime_error(
        fmt::format("nobody knows how to make a {{{}}}: add it to "
                    "tests/program/neighbours.cpp",
                    parameter));
  return at->second(workspace);
}

std::vector<std::string> parameters_of(std::string_view path) {
  std::vector<std::string> names;
  for (auto at = path.find('{'); at != std::string_view::npos; at = path.find('{', at + 1))
    names.emplace_back(path.substr(at + 1, path.find('}', at) - at - 1));
  return names;
}

std::string filled(std::string path, const std::string& parameter, const std::string& value) {
  const std::string mark = "{" + parameter + "}";
  const auto at = path.find(mark);
  if (at != std::string::npos) path.replace(at, mark.size(), value);
  return path;
}

}  // namespace freehold::program
