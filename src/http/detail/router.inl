// The templates of http/router.hpp: from a handler's signature to a Run.
#pragma once

namespace freehold::http {
namespace detail {

// What a runner needs to know of its route.
struct RouteName {
  Method method;
  std::string path;
  bool safe;  // no idempotency record
};

template <class... Rest>
using Handler = std::function<Task<Response>(Request&, Rest&...)>;

// One overload for each thing a handler may touch; defined in runners.cpp.
Route with_runner(Route route, Handler<> handler);
Route with_runner(Route route, Handler<db::Database> handler);
Route with_runner(Route route, Handler<db::ControlRead> handler);
Route with_runner(Route route, Handler<db::DataRead> handler);
Route with_runner(Route route, Handler<db::IdentityRead> handler);
Route with_runner(Route route, Handler<db::StaffRead> handler);
Route with_runner(Route route, Handler<db::ControlTx> handler);
Route with_runner(Route route, Handler<db::DataTx> handler);
Route with_runner(Route route, Handler<db::IdentityTx> handler);
Route with_runner(Route route, Handler<db::StaffTx> handler);

template <class... Rest>
Handler<Rest...> handler_of(Task<Response> (*function)(Request&, Rest&...)) {
  return function;
}

template <class Context, class... Rest>
Handler<Rest...> handler_of(Context& context,
                            Task<Response> (*function)(Context&, Request&, Rest&...)) {
  return [&context, function](Request& request, Rest&... rest) {
    return function(context, request, rest...);
  };
}

}  // namespace detail

template <class Context>
class Router::With : public Verbs<With<Context>> {
 public:
  With(Router& router, Context& context) : router_(router), context_(context) {}

 private:
  friend class Verbs<With<Context>>;
  template <class Handler>
  void route(Method method, std::string_view path, Handler handler, const Access& access,
             Words words) {
    Route made{method, std::string(path), access, words, {}, {}};
    router_.add(detail::with_runner(std::move(made), detail::handler_of(context_, +handler)));
  }
  template <class Handler>
  void route(Method method, std::string_view path, Handler handler, const Permission& permission,
             Words words) {
    route(method, path, handler, Access{Access::Kind::permission, permission}, words);
  }

  Router& router_;
  Context& context_;
};

template <class Context>
Router::With<Context> Router::with(Context& context) {
  return {*this, context};
}

template <class Handler>
void Router::route(Method method, std::string_view path, Handler handler, const Access& access,
                   Words words) {
  Route made{method, std::string(path), access, words, {}, {}};
  add(detail::with_runner(std::move(made), detail::handler_of(+handler)));
}

template <class Handler>
void Router::route(Method method, std::string_view path, Handler handler,
                   const Permission& permission, Words words) {
  route(method, path, handler, Access{Access::Kind::permission, permission}, words);
}

}  // namespace freehold::http
