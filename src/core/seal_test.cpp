#include "core/seal.hpp"

#include <doctest/doctest.h>

using namespace freehold;

TEST_CASE("a sealed secret opens with its key and context, and with no other") {
  const Secret key{random_bytes(32)};
  const Bytes sealed = seal(key, "row 1", Secret("the secret"));
  CHECK(sealed.find("the secret") == Bytes::npos);
  CHECK(open_sealed(key, "row 1", sealed)->reveal() == "the secret");
  CHECK_FALSE(open_sealed(key, "row 2", sealed));
  CHECK_FALSE(open_sealed(Secret{random_bytes(32)}, "row 1", sealed));
  CHECK_FALSE(open_sealed(Secret{random_bytes(16)}, "row 1", sealed));
}

TEST_CASE("a sealed secret that was changed anywhere does not open") {
  const Secret key{random_bytes(32)};
  const Bytes sealed = seal(key, "row", Secret("the secret"));
  for (std::size_t byte = 0; byte < sealed.size(); ++byte) {
    Bytes bent = sealed;
    bent[byte] ^= 1;
    CHECK_FALSE(open_sealed(key, "row", bent));
  }
  for (std::size_t size = 0; size < sealed.size(); ++size)
    CHECK_FALSE(open_sealed(key, "row", sealed.substr(0, size)));
}

TEST_CASE("the same secret sealed twice looks different, and an empty one can be sealed") {
  const Secret key{random_bytes(32)};
  CHECK(seal(key, "row", Secret("x")) != seal(key, "row", Secret("x")));
  CHECK(open_sealed(key, "row", seal(key, "row", Secret("")))->reveal() == "");
}
