// The statements that belong to no module: how transactions begin, enter a tenant and end.
#pragma once

#include "db/detail/flight.hpp"

namespace freehold::db::detail {

const Statement& begin_statement();
const Statement& commit_statement();
const Statement& rollback_statement();
const Statement* opening_statement(Opening opening);  // none for Opening::none

}  // namespace freehold::db::detail
