#include "tests/program/product.hpp"

#include "app/parts.hpp"
#include "core/async.hpp"

namespace freehold::program {
namespace {

Task<> make_key(app::Node::Parts& parts, std::string& key) {
  auto tx = parts.database.identity();
  const auto made = co_await access::create_product_key(tx, "tests", parts.clocks.machine.now());
  co_await tx.commit();
  key = made.secret.reveal();
}

}  // namespace

Product::Product(Program& program) : program_(program) {
  program.run([&] { return make_key(program.parts(), key); });
}

http::Request Product::request(http::Method method, const std::string& target,
                               const std::string& json) const {
  http::Request request;
  request.method = method;
  request.set_target(target);
  request.ip = "203.0.113.9";
  request.host = "localhost:8080";
  request.add_header("Authorization", "Bearer " + key);
  if (!json.empty()) request.add_header("Content-Type", "application/json");
  request.body = json;
  return request;
}

http::Response Product::get(const std::string& target) {
  return program_.ask(request(http::Method::get, target));
}

http::Response Product::post(const std::string& target, const std::string& json) {
  return program_.ask(request(http::Method::post, target, json));
}

http::Response Product::hold(TenantId tenant, const std::string& once, int quantity) {
  return post(
      "/api/v1/tenants/" + to_string(tenant) + "/reservations",
      fmt::format(R"({{"meter":"documents.api_calls","quantity":{},"idempotency_key":"{}"}})",
                  quantity, once));
}

}  // namespace freehold::program
