// How a flight becomes messages.
#include <libpq-fe.h>

#include "db/detail/connection.hpp"
#include "db/detail/opening.hpp"
#include "db/detail/pool.hpp"

namespace freehold::db::detail {
namespace {

constexpr auto all_binary = [] {
  std::array<int, max_parameters> formats{};
  formats.fill(1);
  return formats;
}();

// Pointers into encoded parameters, as libpq takes them.
struct Bound {
  std::array<const char*, max_parameters> values;
  std::array<int, max_parameters> lengths;
  int count = 0;

  void add(const char* value, std::size_t length) {
    values[std::size_t(count)] = value;
    lengths[std::size_t(count)] = int(length);
    ++count;
  }
  void add(const Params& params) {
    std::string_view bytes = params.bytes;
    while (!bytes.empty()) {
      const auto length = take_number<std::int32_t>(take_bytes(bytes, 4));
      if (length < 0) {
        add(nullptr, 0);
      } else {
        // An empty value is not a null: the pointer must not be one either.
        add(take_bytes(bytes, std::size_t(length)).data(), std::size_t(length));
      }
    }
  }
};

}  // namespace

// Statements are prepared ahead of everything else in the flight, so that what fails later does not
// skip that. One whose Parse is still on its way in an earlier flight, and may fail there, is
// parsed once more without a name; so is everything behind a pooler.
bool Connection::put_on_wire(Flight& flight) {
  flight.sent = flight.done = 0;
  std::array<Execution, 3> executions;
  std::size_t count = 0;
  if (flight.begin) executions[count++] = {&begin_statement()};
  const Statement* opening = opening_statement(flight.opening);
  if (opening != nullptr) executions[count++] = {opening, true};
  executions[count++] = {flight.statement, flight.binds_tenant};

  bool ok = true;
  for (Execution& execution : std::span(executions).first(count)) {
    Preparation& preparation = preparation_of(*execution.statement);
    execution.is_named = preparation != Preparation::sent && !pool_->has_pooler();
    if (pool_->has_pooler()) continue;
    if (preparation != Preparation::none) continue;
    preparation = Preparation::sent;
    ok = ok && parse(flight, *execution.statement, execution.statement->name.c_str());
  }
  const bool begins = flight.begin || !pool_->is_exclusive();
  ok = ok && (!begins || set_for_transaction(flight));
  for (const Execution& execution : std::span(executions).first(count)) {
    ok = ok && execute(flight, execution);
  }
  return ok && PQpipelineSync(handle_.get()) == 1;
}

Connection::Preparation& Connection::preparation_of(const Statement& statement) {
  if (statement.index >= prepared_.size()) prepared_.resize(statement.index + 1);
  return prepared_[statement.index];
}

bool Connection::parse(Flight& flight, const Statement& statement, const char* name) {
  flight.steps[flight.sent++] = {*name == '\0' ? nullptr : &statement, true};
  return PQsendPrepare(handle_.get(), name, statement.text.c_str(),
                       int(statement.parameter_oids.size()), statement.parameter_oids.data()) == 1;
}

bool Connection::set_for_transaction(Flight& flight) {
  for (const std::string& setting : settings_) {
    flight.steps[flight.sent++] = {};
    if (PQsendQueryParams(handle_.get(), setting.c_str(), 0, nullptr, nullptr, nullptr, nullptr,
                          1) == 0) {
      return false;
    }
  }
  return true;
}

bool Connection::execute(Flight& flight, const Execution& execution) {
  const Statement& statement = *execution.statement;
  if (!execution.is_named && !parse(flight, statement, "")) return false;
  Bound bound;
  const auto& tenant = flight.tenant.bytes;
  if (execution.binds_tenant) {
    bound.add(reinterpret_cast<const char*>(tenant.data()), tenant.size());
  }
  if (&statement == flight.statement) bound.add(flight.params);
  flight.steps[flight.sent++] = {&statement, false};
  const char* name = execution.is_named ? statement.name.c_str() : "";
  return PQsendQueryPrepared(handle_.get(), name, bound.count, bound.values.data(),
                             bound.lengths.data(), all_binary.data(), 1) == 1;
}

}  // namespace freehold::db::detail
