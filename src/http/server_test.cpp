#include "http/server.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <stdexcept>

#include "http/test_server_fixture.hpp"

using namespace freehold;
using namespace freehold::http;

namespace {

// What the handler saw: "GET /a 192.0.2.1 body".
Task<Response> echo(Request& request) {
  co_return text(200,
                 std::string(name_of(request.method)) + " " + request.target + " " + request.body);
}

Task<Response> big(Request& request) {
  co_return text(200, std::string(std::stoul(std::string(request.query.get("size"))), 'x'));
}

Task<Response> fail(Request&) {
  throw std::runtime_error("secret");
  co_return no_content();
}

Task<Response> by_status(Request& request) {
  Response response = text(std::stoi(std::string(request.query.get("status"))), "content");
  co_return response;
}

Task<Response> break_head(Request&) {
  co_return text(200, "").with_header("X", "a\r\nb");
}

Task<Response> state(Request& request) {
  co_return text(200, std::to_string(request.parameters.size()) + request.tenant_slug +
                          std::string(request.header("X-Only-First")) + request.body);
}

// Answers when its timer is cancelled.
struct Gate {
  std::promise<void> entered;
  Timer* timer = nullptr;

  Task<Response> wait(Request&) {
    const Executor executor = co_await asio::this_coro::executor;
    Timer waiting(executor, std::chrono::steady_clock::time_point::max());
    timer = &waiting;
    entered.set_value();
    co_await waiting.async_wait(use_tuple);
    co_return text(200, "opened");
  }
};

const std::string get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

std::string with(std::string_view fields, std::string_view body = "") {
  return "POST /f HTTP/1.1\r\nHost: a\r\n" + std::string(fields) + "\r\n" + std::string(body);
}

// Status and code of a problem that the server made itself.
std::string refused(const std::string& answer) {
  const std::size_t at = answer.find("\"code\":\"");
  if (at == answer.npos) return answer;
  return answer.substr(0, 4) + answer.substr(at + 8, answer.find('"', at + 8) - at - 8);
}

}  // namespace

TEST_CASE("a connection serves request after request") {
  ServerFixture fixture(echo);
  WireClient client(fixture.server.port());
  CHECK(client.send(get).read_answer() == "200 GET / ");
  CHECK(client.send(with("Content-Length: 5\r\n", "hello")).read_answer() == "200 POST /f hello");
  CHECK(client.send(with("Transfer-Encoding: chunked\r\n", "2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n"))
            .read_answer() == "200 POST /f hello");
  CHECK(client.send("GET /end HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").read_answer() ==
        "200 GET /end ");
  CHECK(client.head.find("\r\nConnection: close\r\n") != std::string::npos);
  CHECK(client.read_answer() == "closed");
  CHECK(fixture.server.stats().requests == 4);
}

TEST_CASE("nothing of one request is seen by the next on its connection") {
  ServerFixture fixture([](Request& request) {
    Task<Response> answer = state(request);
    return answer;
  });
  WireClient client(fixture.server.port());
  CHECK(client.send(with("X-Only-First: 1\r\nContent-Length: 3\r\n", "abc")).read_answer() ==
        "200 01abc");
  CHECK(client.send(get).read_answer() == "200 0");
}

TEST_CASE("pipelined requests are answered in their order, in one write") {
  ServerFixture fixture(echo);
  WireClient client(fixture.server.port());
  std::string many;
  for (int i = 0; i < 50; ++i) many += "GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: a\r\n\r\n";
  client.send(many);
  for (int i = 0; i < 50; ++i) CHECK(client.read_answer() == "200 GET /" + std::to_string(i) + " ");
  client.send(get + with("Content-Length: 2\r\n", "ok") + "GET /x HT");
  CHECK(client.read_answer() == "200 GET / ");
  CHECK(client.read_answer() == "200 POST /f ok");
  CHECK(client.send("TP/1.1\r\nHost: a\r\n\r\n").read_answer() == "200 GET /x ");
}

TEST_CASE("HTTP/1.0 closes unless it asks not to") {
  ServerFixture fixture(echo);
  WireClient client(fixture.server.port());
  CHECK(client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").read_answer() ==
        "200 GET / ");
  CHECK(client.head.find("\r\nConnection: keep-alive\r\n") != std::string::npos);
  CHECK(client.send("GET / HTTP/1.0\r\n\r\n").read_answer() == "200 GET / ");
  CHECK(client.read_answer() == "closed");
}

TEST_CASE("HEAD is answered like GET, without the body") {
  ServerFixture fixture(big);
  WireClient client(fixture.server.port());
  CHECK(client.send("HEAD /?size=30000 HTTP/1.1\r\nHost: a\r\n\r\n").read_answer(true) == "200");
  CHECK(client.head.find("\r\nContent-Length: 30000\r\n") != std::string::npos);
  CHECK(client.send("GET /?size=3 HTTP/1.1\r\nHost: a\r\n\r\n").read_answer() == "200 xxx");
}

TEST_CASE("204 and 304 have no body, and the next answer begins where it should") {
  ServerFixture fixture(by_status);
  WireClient client(fixture.server.port());
  for (const std::string status : {"204", "304", "200 content"}) {
    client.send("GET /?status=" + status.substr(0, 3) + " HTTP/1.1\r\nHost: a\r\n\r\n");
    CHECK(client.read_answer() == status);
  }
}

TEST_CASE("bodies of any size arrive whole, also when pipelined") {
  ServerFixture fixture(big);
  WireClient client(fixture.server.port());
  std::string all;
  for (const std::string size : {"0", "1", "16384", "16385", "3000000", "5"})
    all += "GET /?size=" + size + " HTTP/1.1\r\nHost: a\r\n\r\n";
  client.send(all);
  CHECK(client.read_answer() == "200");
  CHECK(client.read_answer() == "200 x");
  CHECK(client.read_answer() == "200 " + std::string(16384, 'x'));
  CHECK(client.read_answer() == "200 " + std::string(16385, 'x'));
  CHECK(client.read_answer() == "200 " + std::string(3000000, 'x'));
  CHECK(client.read_answer() == "200 xxxxx");
}

TEST_CASE("a body up to the limit is read, one beyond it is refused before it is sent") {
  ServerFixture fixture(echo, {.body_limit = 200'000});
  WireClient client(fixture.server.port());
  const std::string body(200'000, 'b');
  CHECK(client.send(with("Content-Length: 200000\r\n", body)).read_answer() ==
        "200 POST /f " + body);
  CHECK(refused(client.send(with("Content-Length: 200001\r\n")).read_answer()) ==
        "413 body_too_large");
  CHECK(client.read_answer() == "closed");
}

TEST_CASE("a refusal is read even by a client that is still sending") {
  ServerFixture fixture(echo, {.body_limit = 1000});
  WireClient client(fixture.server.port());
  client.send(with("Content-Length: 300000\r\n", std::string(300'000, 'b')));
  CHECK(refused(client.read_answer()) == "413 body_too_large");
  client.end_sending();
  CHECK(client.read_answer() == "closed");
}

TEST_CASE("a client that asks may send its body, and is told so once") {
  ServerFixture fixture(echo, {.body_limit = 1000});
  WireClient client(fixture.server.port());
  client.send(with("Content-Length: 5\r\nExpect: 100-continue\r\n"));
  CHECK(client.read_answer() == "100");
  CHECK(client.send("he").send("llo").read_answer() == "200 POST /f hello");
  client.send(with("Content-Length: 5\r\nExpect: 100-continue\r\n", "hello"));
  CHECK(client.read_answer() == "200 POST /f hello");
  client.send(with("Content-Length: 5000\r\nExpect: 100-continue\r\n"));
  CHECK(refused(client.read_answer()) == "413 body_too_large");
}

TEST_CASE("what is no request is refused, and the connection is over") {
  ServerFixture fixture(echo);
  const auto asked = [&](std::string_view bytes) {
    WireClient client(fixture.server.port());
    const std::string answer = refused(client.send(bytes).read_answer());
    const bool says_so = client.head.find("\r\nConnection: close\r\n") != std::string::npos;
    client.end_sending();
    return answer + (says_so ? ", " : ", open ") + client.read_answer();
  };
  CHECK(asked("hello\r\n\r\n") == "400 bad_request, closed");
  CHECK(asked("GET / HTTP/2.0\r\n\r\n") == "505 unknown_version, closed");
  CHECK(asked(with("Content-Length: 1\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n" + get)) ==
        "400 ambiguous_length, closed");
  CHECK(asked("GET /" + std::string(17'000, 'x') + " HTTP/1.1\r\n\r\n") ==
        "414 target_too_long, closed");
  CHECK(asked("GET / HTTP/1.1\r\nX: " + std::string(17'000, 'x') + "\r\n\r\n") ==
        "431 head_too_large, closed");
  CHECK(fixture.server.stats().refused == 5);
  CHECK(fixture.server.stats().requests == 0);
}

TEST_CASE("a head almost as large as its limit is fine") {
  ServerFixture fixture(echo);
  WireClient client(fixture.server.port());
  CHECK(client.send("GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(16'000, 'x') + "\r\n\r\n")
            .read_answer() == "200 GET / ");
  CHECK(client.send(get).read_answer() == "200 GET / ");
}

TEST_CASE("a handler that fails is a 500 that tells nothing, and the connection goes on") {
  ServerFixture fixture(fail);
  WireClient client(fixture.server.port());
  for (int i = 0; i < 2; ++i) {
    const std::string answer = client.send(get).read_answer();
    CHECK(refused(answer) == "500 internal_error");
    CHECK(answer.find("secret") == std::string::npos);
  }
}

TEST_CASE("a header that would split the answer makes it a 500") {
  ServerFixture fixture(break_head);
  WireClient client(fixture.server.port());
  CHECK(refused(client.send(get).read_answer()) == "500 internal_error");
}

TEST_CASE("a slow head is told so after the head's time, however often a byte comes") {
  ServerFixture fixture(echo, {.head_timeout = std::chrono::seconds(10)});
  WireClient client(fixture.server.port());
  CHECK(client.send(get).read_answer() == "200 GET / ");
  client.send("GET / HT");
  CHECK(WireClient(fixture.server.port()).send(get).read_answer() == "200 GET / ");
  fixture.server.pass_time(std::chrono::seconds(6));
  client.send("TP/1.1\r\nHost");
  CHECK(WireClient(fixture.server.port()).send(get).read_answer() == "200 GET / ");
  fixture.server.pass_time(std::chrono::seconds(5));
  CHECK(refused(client.read_answer()) == "408 request_timeout");
  client.end_sending();
  CHECK(client.read_answer() == "closed");
}

TEST_CASE("a slow body is told so after the body's time") {
  ServerFixture fixture(echo, {.body_timeout = std::chrono::seconds(30)});
  WireClient client(fixture.server.port());
  client.send(with("Content-Length: 5\r\nExpect: 100-continue\r\n"));
  CHECK(client.read_answer() == "100");
  fixture.server.pass_time(std::chrono::seconds(29));
  client.send("he");
  CHECK(WireClient(fixture.server.port()).send(get).read_answer() == "200 GET / ");
  fixture.server.pass_time(std::chrono::seconds(2));
  CHECK(refused(client.read_answer()) == "408 request_timeout");
}

TEST_CASE("an idle connection is closed without a word after its time") {
  ServerFixture fixture(echo, {.idle_timeout = std::chrono::seconds(75)});
  WireClient client(fixture.server.port());
  CHECK(client.send(get).read_answer() == "200 GET / ");
  fixture.server.pass_time(std::chrono::seconds(74));
  CHECK(client.send(get).read_answer() == "200 GET / ");
  fixture.server.pass_time(std::chrono::seconds(76));
  CHECK(client.read_answer() == "closed");
}

TEST_CASE("a client that does not take its answer is dropped") {
  ServerFixture fixture(big);
  WireClient client(fixture.server.port());
  client.send("GET /?size=50000000 HTTP/1.1\r\nHost: a\r\n\r\n");
  // With one thread, what came before is under way once a later request is answered.
  WireClient other(fixture.server.port());
  const std::string later = "GET /?size=1 HTTP/1.1\r\nHost: a\r\n\r\n";
  CHECK(other.send(later).read_answer() == "200 x");
  CHECK(fixture.server.stats().connections == 2);
  fixture.server.pass_time(std::chrono::seconds(31));
  for (int turn = 0; turn < 2; ++turn) CHECK(other.send(later).read_answer() == "200 x");
  CHECK(fixture.server.stats().connections == 1);
}

TEST_CASE("beyond the most connections a client is turned away with 503") {
  Gate gate;
  ServerFixture fixture(
      [&](Request& request) { return request.path == "/" ? echo(request) : gate.wait(request); },
      {.max_connections = 1});
  WireClient busy(fixture.server.port());
  busy.send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n");
  gate.entered.get_future().wait();
  WireClient other(fixture.server.port());
  CHECK(refused(other.send(get).read_answer()) == "503 too_many_connections");
  CHECK(other.head.find("\r\nRetry-After: 5\r\n") != std::string::npos);
  other.end_sending();
  CHECK(other.read_answer() == "closed");
  asio::post(fixture.runtime.executor(0), [&] { gate.timer->cancel(); });
  CHECK(busy.read_answer() == "200 opened");
}

TEST_CASE("a full server closes who has asked for nothing for the longest to make room") {
  ServerFixture fixture(echo, {.max_connections = 2});
  WireClient first(fixture.server.port());
  CHECK(first.send(get).read_answer() == "200 GET / ");
  WireClient second(fixture.server.port());
  CHECK(second.send(get).read_answer() == "200 GET / ");
  WireClient third(fixture.server.port());
  CHECK(third.send(get).read_answer() == "200 GET / ");
  CHECK(first.read_answer() == "closed");
  CHECK(second.send(get).read_answer() == "200 GET / ");
}

TEST_CASE("draining lets what is in hand finish, closes what is idle and takes nothing new") {
  Gate gate;
  ServerFixture fixture(
      [&](Request& request) { return request.path == "/" ? echo(request) : gate.wait(request); });
  WireClient idle(fixture.server.port());
  CHECK(idle.send(get).read_answer() == "200 GET / ");
  WireClient busy(fixture.server.port());
  busy.send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n" + get);
  gate.entered.get_future().wait();

  auto drained = fixture.drain();
  CHECK(idle.read_answer() == "closed");
  CHECK_THROWS_AS(WireClient(fixture.server.port()), std::runtime_error);
  asio::post(fixture.runtime.executor(0), [&] { gate.timer->cancel(); });
  CHECK(busy.read_answer() == "200 opened");
  CHECK(busy.head.find("\r\nConnection: close\r\n") != std::string::npos);
  busy.end_sending();
  CHECK(busy.read_answer() == "closed");
  drained.get();
  CHECK(fixture.server.stats().connections == 0);
}

TEST_CASE("draining ends what does not finish in time") {
  Gate gate;
  ServerFixture fixture(
      [&](Request& request) { return request.path == "/" ? echo(request) : gate.wait(request); },
      {.drain_timeout = std::chrono::seconds(25)});
  WireClient idle(fixture.server.port());
  CHECK(idle.send(get).read_answer() == "200 GET / ");
  WireClient busy(fixture.server.port());
  busy.send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n");
  gate.entered.get_future().wait();
  auto drained = fixture.drain();
  CHECK(idle.read_answer() == "closed");  // the drain has begun
  fixture.server.pass_time(std::chrono::seconds(24));
  for (int turn = 0; turn < 3; ++turn) fixture.wait_for_posted();
  CHECK(drained.wait_for(std::chrono::seconds(0)) == std::future_status::timeout);
  fixture.server.pass_time(std::chrono::seconds(2));
  drained.get();
  CHECK(fixture.server.stats().connections == 0);
}

TEST_CASE("a server whose threads are stopped without draining leaves nothing behind") {
  Runtime runtime(2, 1);
  Server server(runtime, {.listen = "127.0.0.1:0"}, echo);
  server.start();
  std::jthread thread([&] { runtime.run(); });
  std::vector<std::unique_ptr<WireClient>> clients;
  for (int i = 0; i < 6; ++i) {
    clients.push_back(std::make_unique<WireClient>(server.port()));
    CHECK(clients.back()->send(get).read_answer() == "200 GET / ");
    clients.back()->send("GET / HT");
  }
  runtime.stop();
  thread.join();
  CHECK(server.stats().connections == 6);
}

TEST_CASE("two threads share the port") {
  ServerFixture fixture(echo, {}, 2);
  for (int i = 0; i < 20; ++i)
    CHECK(WireClient(fixture.server.port()).send(get).read_answer() == "200 GET / ");
  CHECK(fixture.server.stats().requests == 20);
}

TEST_CASE("a unix socket serves like a port, replaces a stale one, and goes away with the server") {
  const std::string path =
      (std::filesystem::temp_directory_path() / ("fh_http_test_" + std::to_string(::getpid())))
          .string();
  std::filesystem::remove(path);
  {
    // Left over from a crash: bound, and nobody listens.
    const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    REQUIRE(::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    ::close(fd);
  }
  {
    ServerFixture fixture([](Request& request) { return echo(request); },
                          {.listen = "unix:" + path}, 2);
    for (int i = 0; i < 5; ++i) CHECK(WireClient(path).send(get).read_answer() == "200 GET / ");
    Runtime other(1, 1);
    Server second(other, {.listen = "unix:" + path}, echo);
    CHECK_THROWS_WITH_AS(second.start(),
                         ("cannot listen on unix:" + path + ": Address already in use").c_str(),
                         std::runtime_error);
  }
  CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("a port that another server has is not shared with it") {
  ServerFixture fixture(echo, {}, 2);
  const std::string taken = "127.0.0.1:" + std::to_string(fixture.server.port());
  Runtime other(2, 1);
  Server second(other, {.listen = taken}, echo);
  CHECK_THROWS_WITH_AS(second.start(),
                       ("cannot listen on " + taken + ": Address already in use").c_str(),
                       std::runtime_error);
}

TEST_CASE("an address that cannot be listened on is named") {
  Runtime runtime(1, 1);
  const auto why = [&](std::string listen) -> std::string {
    try {
      Server(runtime, {.listen = std::move(listen)}, echo).start();
    } catch (const std::runtime_error& error) {
      return error.what();
    }
    return "";
  };
  CHECK(why("localhost:80") == "cannot listen on localhost:80: it is not address:port");
  CHECK(why("127.0.0.1") == "cannot listen on 127.0.0.1: it is not address:port");
  CHECK(why("127.0.0.1:99999") == "cannot listen on 127.0.0.1:99999: it is not address:port");
  CHECK(why("192.0.2.1:80") == "cannot listen on 192.0.2.1:80: Cannot assign requested address");
}
