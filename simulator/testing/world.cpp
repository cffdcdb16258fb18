#include "simulator/testing/world.hpp"

#include <fmt/format.h>

#include "simulator/state.hpp"

namespace freehold::simulator {

namespace {

const Headers keys = {{"Authorization", "Bearer sk_test_sim_tests"}};

}  // namespace

std::string Reply::header(std::string_view name) const {
  for (const auto& [key, value] : headers)
    if (key == name) return value;
  return {};
}

std::string Reply::outcome() const {
  if (status == 200) return "200";
  const json::object& error = object_of(body, "error");
  std::string out = fmt::format("{} {}", status, text_of(error, "type"));
  for (const std::string_view key : {"code", "decline_code", "param"})
    if (const std::string value = text_of(error, key); !value.empty()) out += " " + value;
  return out + ": " + text_of(error, "message");
}

World::World(Config config)
    : base(*parse_rfc3339("2026-01-31T09:00:00Z")),
      clock(base),
      simulator(std::move(config), clock) {}

Reply World::get(const std::string& target, const Headers& headers) {
  Call call{.method = "GET", .target = target, .headers = keys};
  call.headers.insert(call.headers.begin(), headers.begin(), headers.end());
  const Answer answer = simulator.call(call);
  return {answer.status, json::parse(answer.body).as_object(), answer.headers, answer.fate};
}

Reply World::post(const std::string& path, const std::string& form, const Headers& headers) {
  Call call{.method = "POST", .target = path, .headers = keys, .body = form};
  call.headers.insert(call.headers.begin(), headers.begin(), headers.end());
  const Answer answer = simulator.call(call);
  json::object body;
  if (!answer.body.empty()) body = json::parse(answer.body).as_object();
  return {answer.status, std::move(body), answer.headers, answer.fate};
}

Reply World::del(const std::string& path, const std::string& form) {
  return control("DELETE", path, form);
}

Reply World::control(const std::string& method, const std::string& path, const std::string& form) {
  const Answer answer =
      simulator.call({.method = method, .target = path, .headers = keys, .body = form});
  return {answer.status, json::parse(answer.body).as_object(), answer.headers, answer.fate};
}

std::string World::price(int cents, const std::string& interval) {
  return post("/v1/prices", fmt::format("currency=usd&unit_amount={}&recurring[interval]={}"
                                        "&product_data[name]=Pro",
                                        cents, interval))
      .id();
}

std::string World::customer(const std::string& card) {
  if (card.empty()) return post("/v1/customers", "email=ada@example.com&name=Ada").id();
  const std::string id = post("/v1/customers", "email=ada@example.com&name=Ada").id();
  const Reply method = post("/v1/payment_methods/" + card + "/attach", "customer=" + id);
  post("/v1/customers/" + id, "invoice_settings[default_payment_method]=" + method.id());
  return id;
}

std::string World::subscribe(const std::string& customer, const std::string& more) {
  std::string form = "customer=" + customer;
  if (more.find("items[") == std::string::npos) form += "&items[0][price]=" + price();
  return post("/v1/subscriptions", form + (more.empty() ? "" : "&" + more)).id();
}

std::string World::status(const std::string& id) {
  return text_of(subscription(id), "status");
}

json::object World::latest_invoice(const std::string& id) {
  return get("/v1/invoices/" + text_of(subscription(id), "latest_invoice")).body;
}

std::string World::news() {
  std::string out;
  simulator.look([&](State& state) {
    std::size_t number = 0;
    for (const auto& [order, event] : state.store.all(kind::event))
      if (++number > heard_) out += text_of(event.shown, "type") + "\n";
    heard_ = number;
  });
  return out;
}

std::string World::diary(Duration until) {
  std::string lines;
  const Instant begin = clock.now();
  news();
  while (simulator.step(begin + until)) {
    const std::string heard = news();
    if (heard.empty()) continue;
    const auto minutes = (clock.now() - begin) / std::chrono::minutes(1);
    lines += fmt::format("{}d {}h {}m\n", minutes / 1440, minutes / 60 % 24, minutes % 60);
    for (std::size_t at = 0; at < heard.size(); at = heard.find('\n', at) + 1)
      lines += "  " + heard.substr(at, heard.find('\n', at) - at) + "\n";
  }
  return lines;
}

void World::fail_card(const std::string& customer, const std::string& decline_code) {
  control("POST", "/_sim/customers/" + customer + "/fail_card", "decline_code=" + decline_code);
}

std::string World::deliver(int status) {
  std::string out;
  for (;;) {
    const std::vector<Delivery> due = simulator.take_deliveries();
    if (due.empty()) return out;
    for (const Delivery& delivery : due) {
      out += delivery.event_type + "\n";
      simulator.record(delivery.id, {.status = status});
    }
  }
}

}  // namespace freehold::simulator
