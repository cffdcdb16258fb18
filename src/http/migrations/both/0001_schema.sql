-- The home of what the HTTP layer keeps: answers, for callers that repeat a request.

create schema http;
