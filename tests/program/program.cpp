#include "tests/program/program.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include <boost/asio/post.hpp>
#include <future>
#include <thread>

#include "app/modules.hpp"
#include "app/parts.hpp"
#include "core/async.hpp"
#include "core/crypto.hpp"
#include "core/log.hpp"
#include "core/scope.hpp"

namespace freehold::program {
namespace {

const SystemClock system_clock;

Task<> fulfil(std::function<Task<>()> work, std::promise<void>& done) {
  try {
    co_await work();
    done.set_value();
  } catch (...) {
    done.set_exception(std::current_exception());
  }
}

Task<> begin_work(app::Node& node) {
  node.work();
  co_return;
}

Task<> answer(http::Edge& edge, http::Request& request, http::Response& response) {
  response = co_await edge.answer(request);
}

}  // namespace

test::ScratchDatabase new_database() {
  return test::ScratchDatabase(app::all_migrations());
}

int free_port() {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* any = reinterpret_cast<sockaddr*>(&address);
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const bool bound = ::bind(socket, any, size) == 0 && ::getsockname(socket, any, &size) == 0;
  ::close(socket);
  if (!bound) throw std::runtime_error("no free port");
  return ntohs(address.sin_port);
}

void wait_until(const std::function<bool()>& holds) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!holds()) {
    if (std::chrono::steady_clock::now() > end) throw std::runtime_error("it did not come to pass");
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

app::Settings settings_for(const std::string& database) {
  app::Settings settings = app::read_settings("", {}, false).settings;
  settings.redis_url = "";
  settings.database.url = database;
  settings.database = test::through_pooler(settings.database);
  settings.admin_url = test::as_host_admin(database);
  settings.base_url = base_url;
  settings.staff_base_url = staff_base_url;
  settings.public_listener.listen = fmt::format("127.0.0.1:{}", free_port());
  settings.staff_listener.listen = "127.0.0.1:0";
  settings.worker_listener.listen = "";
  settings.master_key = Secret(to_base64(Bytes(32, 'k')));
  settings.stripe_url = "http://127.0.0.1:1";  // nobody listens there
  settings.stripe_key = Secret("sk_test_sim_program");
  settings.stripe_webhook_secrets = {Secret("whsec_program")};
  return settings;
}

struct Program::State {
  explicit State(const app::Settings& settings)
      : node(runtime, settings, Clocks{business, machine}, {}),
        contract(node.parts().reference.openapi),
        scope(runtime.executor(0)) {}

  simulator::SharedClock business{system_clock};
  simulator::SharedClock machine{system_clock};
  Duration pace{0};
  Runtime runtime{2, 2};
  app::Node node;
  Contract contract;
  Scope scope;
  std::jthread thread;
};

Program::Program(app::Settings settings) {
  log::set_level(log::Level::error);
  state_ = std::make_unique<State>(settings);
  state_->node.serve();
  state_->thread = std::jthread([this] { state_->runtime.run(); });
}

Program::~Program() {
  run([this] { return state_->node.drain(); });
  state_->runtime.stop();
  state_->thread.join();
}

app::Node& Program::node() {
  return state_->node;
}
app::Node::Parts& Program::parts() {
  return state_->node.parts();
}
simulator::SharedClock& Program::business() {
  return state_->business;
}
simulator::SharedClock& Program::machine() {
  return state_->machine;
}
const Contract& Program::contract() const {
  return state_->contract;
}
void Program::set_pace(Duration pace) {
  state_->pace = pace;
}

void Program::run(const std::function<Task<>()>& work) {
  std::promise<void> done;
  asio::post(state_->runtime.executor(0), [&] { state_->scope.spawn("test", fulfil(work, done)); });
  done.get_future().get();
}

http::Response Program::ask(http::Request request) {
  http::Response response;
  machine().advance(state_->pace);
  run([&] { return answer(*parts().public_edge, request, response); });
  const std::string wrong = contract().complaint(parts().public_router, request, response);
  if (!wrong.empty()) FAIL_CHECK(wrong);
  return response;
}

http::Response Program::ask_staff(http::Request request) {
  http::Response response;
  machine().advance(state_->pace);
  run([&] { return answer(*parts().staff_edge, request, response); });
  return response;
}

void Program::settle() {
  run([this] { return state_->node.settle(); });
}

void Program::work() {
  run([this] { return begin_work(state_->node); });
}

void Program::settle_until(const std::function<bool()>& holds) {
  wait_until([&] {
    settle();
    return holds();
  });
}

}  // namespace freehold::program
