// libcurl's handles with owners, and the options that every transfer has.
#pragma once

#include <curl/curl.h>

#include <memory>
#include <stdexcept>
#include <string>

#include "egress/egress.hpp"

namespace freehold::egress {

struct Release {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Easy = std::unique_ptr<CURL, Release>;
using ParsedUrl = std::unique_ptr<CURLU, Release>;

class List {
 public:
  void add(const std::string& text) {
    curl_slist* shorter = list_.release();
    curl_slist* longer = curl_slist_append(shorter, text.c_str());
    list_.reset(longer != nullptr ? longer : shorter);
    if (longer == nullptr) throw std::bad_alloc();
  }
  curl_slist* get() const { return list_.get(); }

 private:
  std::unique_ptr<curl_slist, Release> list_;
};

template <class Value>
void set(const Easy& easy, CURLoption option, Value value) {
  const auto result = curl_easy_setopt(easy.get(), option, value);
  if (result != CURLE_OK) throw std::runtime_error(curl_easy_strerror(result));
}

// A transfer of these protocols that nothing outside of it can lead elsewhere.
Easy make_easy(const Config& config, const char* protocols);

// Part of a parsed URL, empty when it has none.
std::string part_of(CURLU* url, CURLUPart part);

// What a callback gets from libcurl: `size` is always 1.
inline std::string_view bytes_of(const char* data, std::size_t size, std::size_t count) {
  return {data, size * count};
}

}  // namespace freehold::egress
