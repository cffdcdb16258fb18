#include "db/conninfo.hpp"

#include <doctest/doctest.h>

#include <stdexcept>

using namespace freehold;
using namespace freehold::db;

namespace {

std::string conninfo_of(const std::string& url, const std::string& master_key) {
  Config config;
  config.url = url;
  config.master_key = Secret(master_key);
  return to_string(conninfo_for(config, Role::app));
}

}  // namespace

TEST_CASE("an address of any form becomes the role's own") {
  CHECK(conninfo_of("host=/run/postgresql dbname=app", "") ==
        "application_name='freehold' dbname='app' gssencmode='disable' host='/run/postgresql' "
        "user='fh_app'");
  CHECK(conninfo_of("postgres://admin:secret@db.example.com:6432/app?sslmode=verify-full", "") ==
        "application_name='freehold' dbname='app' gssencmode='disable' host='db.example.com' "
        "port='6432' sslmode='verify-full' user='fh_app'");
  CHECK(conninfo_of("postgresql:///app?host=/tmp/a%20b&application_name=it's", "") ==
        "application_name='it\\'s' dbname='app' gssencmode='disable' host='/tmp/a b' "
        "user='fh_app'");
}

TEST_CASE("each role has a password of its own from the master key, and none without it") {
  const Secret key("a master key");
  CHECK(role_password(key, Role::app).reveal() == role_password(key, "fh_app").reveal());
  CHECK(role_password(key, Role::app).reveal() != role_password(key, Role::control).reveal());
  CHECK(role_password(key, Role::app).reveal() !=
        role_password(Secret("another"), Role::app).reveal());
  CHECK(role_password(key, Role::app).reveal().size() == 43);
  CHECK(role_password(Secret(), Role::app).empty());
  const std::string password = role_password(key, Role::app).reveal();
  CHECK(conninfo_of("host=h", "a master key") ==
        "application_name='freehold' gssencmode='disable' host='h' password='" + password +
            "' user='fh_app'");
}

TEST_CASE("what cannot be read is refused without repeating it") {
  CHECK_THROWS_WITH_AS(parse_conninfo("password=hunter2 hunter3"),
                       "The database address cannot be read: missing \"...\" after \"...\" in "
                       "connection info string",
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(
      parse_conninfo("postgres://u:%zz@h/"),
      "The database address cannot be read: invalid percent-encoded token: \"...\"",
      std::invalid_argument);
}

TEST_CASE("a value survives being written and read") {
  const Conninfo conninfo{{"dbname", R"(it's a \ name)"}, {"host", ""}};
  CHECK(parse_conninfo(to_string(conninfo)) == conninfo);
}
