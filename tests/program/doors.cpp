#include "tests/program/doors.hpp"

#include "app/parts.hpp"

namespace freehold::program {

std::string Door::name() const {
  return fmt::format("{} {}", http::name_of(route.method), route.path);
}

std::vector<Door> doors(Changes changes) {
  app::Node::Parts& parts = neighbours().program.parts();
  std::vector<Door> all;
  for (const auto& [router, listener] : {std::pair{&parts.public_router, Listener::product},
                                         std::pair{&parts.staff_router, Listener::staff}})
    for (const auto& route : router->routes())
      if (http::is_safe(route.method) == (changes == Changes::no)) all.push_back({route, listener});
  return all;
}

std::string unknown_id(const std::string& parameter) {
  Neighbours& all = neighbours();
  if (parameter == "slug") return all.ours.slug;
  if (parameter == "tenant_id") return to_string(all.ours.id());
  const auto at = parameter.rfind("_id");
  if (at == std::string::npos) return "unknown";
  return to_typeid(parameter.substr(0, at), new_uuid(all.program.machine().now()));
}

std::string path_of(const Door& door) {
  std::string path = door.route.path;
  for (const std::string& name : parameters_of(path)) {
    const bool can_be_made = name.ends_with("_id") && door.listener == Listener::product;
    path = filled(path, name,
                  can_be_made ? victims(neighbours().ours, name).front() : unknown_id(name));
  }
  return path;
}

http::Request knock(const Door& door, const std::string& target) {
  Neighbours& all = neighbours();
  if (door.route.access.kind == http::Access::Kind::product)
    return all.product.request(door.route.method, target);
  if (door.is_api()) return all.ours.call(door.route.method, target);
  Visitor& visitor = door.listener == Listener::staff ? all.staff : all.ours.owner;
  return visitor.request(door.route.method, target);
}

http::Response send(const Door& door, http::Request request) {
  Program& program = neighbours().program;
  return door.listener == Listener::staff ? program.ask_staff(std::move(request))
                                          : program.ask(std::move(request));
}

}  // namespace freehold::program
