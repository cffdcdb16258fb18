// Server-sent events (HTML standard, 9.2): the text of one event, for Response::pieces.
#pragma once

#include <string>
#include <string_view>

namespace freehold::http {

struct ServerEvent {
  std::string_view id = {};  // what a client sends back as Last-Event-ID; empty: leaves it as it is
  std::string_view type = {};  // empty: "message"
  std::string_view data;       // without line breaks, as JSON is when it is serialized
};

void append_event(std::string& out, const ServerEvent& event);
// How long a client waits before it connects again: drawn from one to three seconds, so that those
// who lost the same server come back one after the other.
void append_retry(std::string& out);

}  // namespace freehold::http
