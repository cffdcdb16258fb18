// Names for requests and traces: unique, in order of time, not secret.
#pragma once

#include <cstdint>
#include <string>

namespace freehold::http {

// "req_" and a UUIDv7 as a TypeID.
void assign_request_id(std::string& into, std::int64_t unix_millis);
// 32 hexadecimal digits, never all zero (W3C Trace Context).
void assign_trace_id(std::string& into);

}  // namespace freehold::http
