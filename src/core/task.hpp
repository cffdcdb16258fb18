// The coroutine type of every function that waits. A face includes only this: Asio is declared, not
// included, and the executor is a concrete type, so that nothing on the hot path is type-erased.
// The .cpp that defines or awaits a Task includes core/async.hpp.
#pragma once

namespace boost::asio {
template <typename T, typename Executor>
class awaitable;
}

namespace freehold {

struct Executor;

template <class T = void>
using Task = boost::asio::awaitable<T, Executor>;

}  // namespace freehold
