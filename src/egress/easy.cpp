#include "egress/easy.hpp"

namespace freehold::egress {

Easy make_easy(const Config& config, const char* protocols) {
  Easy easy(curl_easy_init());
  if (!easy) throw std::bad_alloc();
  set(easy, CURLOPT_PROTOCOLS_STR, protocols);
  set(easy, CURLOPT_NOSIGNAL, 1L);
  set(easy, CURLOPT_PROXY, "");  // not even from the environment
  set(easy, CURLOPT_NETRC, long(CURL_NETRC_IGNORED));
  set(easy, CURLOPT_FOLLOWLOCATION, 0L);
  set(easy, CURLOPT_SSLVERSION, long(CURL_SSLVERSION_TLSv1_2));
  if (!config.ca_file.empty()) {
    set(easy, CURLOPT_CAINFO, config.ca_file.c_str());
    set(easy, CURLOPT_CAPATH, static_cast<const char*>(nullptr));
  }
  // A transfer that ends during a name look-up leaves its thread to itself. Otherwise libcurl waits
  // for it, and this io thread with it.
  set(easy, CURLOPT_QUICK_EXIT, 1L);
  return easy;
}

std::string part_of(CURLU* url, CURLUPart part) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, 0) != CURLUE_OK) return {};
  std::string copy(text);
  curl_free(text);
  return copy;
}

}  // namespace freehold::egress
