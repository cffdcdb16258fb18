// The templates of db.hpp: encode, hand over to the Runner, decode.
#pragma once

#include <coroutine>

#include "db/detail/runner.hpp"

namespace freehold::db {
namespace detail {

template <class Row>
Task<std::vector<Row>> all_rows(Runner& runner, const QueryInfo& query, Params params) {
  const Result result = co_await runner.run(query, std::move(params));
  co_return take_rows<Row>(result);
}

template <class Row>
Task<Row> one_row(Runner& runner, const QueryInfo& query, Params params) {
  const Result result = co_await runner.run(query, std::move(params));
  require_one_row(result);
  co_return take_one_row<Row>(result);
}

template <class Row>
Task<std::optional<Row>> optional_row(Runner& runner, const QueryInfo& query, Params params) {
  const Result result = co_await runner.run(query, std::move(params));
  require_one_row_at_most(result);
  if (result.rows() == 0) co_return std::nullopt;
  co_return take_one_row<Row>(result);
}

Task<std::int64_t> changed_rows(Runner& runner, const QueryInfo& query, Params params);

}  // namespace detail

template <class Row, class... Args>
Task<std::vector<Row>> PlainReader::rows(const Query<Row, Args...>& query,
                                         const As<Args>&... args) {
  return detail::all_rows<Row>(*runner_, query.info(), detail::encode<Args...>(args...));
}

template <class Row, class... Args>
Task<Row> PlainReader::row(const Query<Row, Args...>& query, const As<Args>&... args) {
  return detail::one_row<Row>(*runner_, query.info(), detail::encode<Args...>(args...));
}

template <class Row, class... Args>
Task<std::optional<Row>> PlainReader::find(const Query<Row, Args...>& query,
                                           const As<Args>&... args) {
  return detail::optional_row<Row>(*runner_, query.info(), detail::encode<Args...>(args...));
}

template <class Row, class... Args>
Task<std::vector<Row>> TenantReader::rows(const TenantQuery<Row, Args...>& query,
                                          const As<Args>&... args) {
  return detail::all_rows<Row>(*runner_, query.info(), detail::encode<Args...>(args...));
}

template <class Row, class... Args>
Task<Row> TenantReader::row(const TenantQuery<Row, Args...>& query, const As<Args>&... args) {
  return detail::one_row<Row>(*runner_, query.info(), detail::encode<Args...>(args...));
}

template <class Row, class... Args>
Task<std::optional<Row>> TenantReader::find(const TenantQuery<Row, Args...>& query,
                                            const As<Args>&... args) {
  return detail::optional_row<Row>(*runner_, query.info(), detail::encode<Args...>(args...));
}

template <class Row, class... Args>
Task<std::vector<Row>> TenantReader::rows(const Query<Row, Args...>& query,
                                          const As<Args>&... args) {
  return detail::all_rows<Row>(*runner_, query.info(), detail::encode<Args...>(args...));
}

template <class Row, class... Args>
Task<Row> TenantReader::row(const Query<Row, Args...>& query, const As<Args>&... args) {
  return detail::one_row<Row>(*runner_, query.info(), detail::encode<Args...>(args...));
}

template <class Row, class... Args>
Task<std::optional<Row>> TenantReader::find(const Query<Row, Args...>& query,
                                            const As<Args>&... args) {
  return detail::optional_row<Row>(*runner_, query.info(), detail::encode<Args...>(args...));
}

template <class Read>
template <class... Args>
Task<std::int64_t> Writer<Read>::run(const TenantQuery<void, Args...>& query,
                                     const As<Args>&... args)
  requires std::derived_from<Read, TenantReader>
{
  return detail::changed_rows(*this->runner_, query.info(), detail::encode<Args...>(args...));
}

template <class Read>
template <class... Args>
Task<std::int64_t> Writer<Read>::run(const Query<void, Args...>& query, const As<Args>&... args) {
  return detail::changed_rows(*this->runner_, query.info(), detail::encode<Args...>(args...));
}

// A Writer is only ever made with a WriteRunner.
template <class Read>
Task<> Writer<Read>::commit() {
  return static_cast<detail::WriteRunner&>(*this->runner_).commit();
}

template <class Read>
void Writer<Read>::after_commit(std::function<void()> hint) {
  static_cast<detail::WriteRunner&>(*this->runner_).after_commit(std::move(hint));
}

}  // namespace freehold::db
