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
        "application_name='freehold' client_encoding='UTF8' dbname='app' gssencmode='disable' "
        "host='/run/postgresql' keepalives_count='3' keepalives_idle='30' keepalives_interval='10' "
        "tcp_user_timeout='30000' user='fh_app'");
  CHECK(conninfo_of("postgres://admin:secret@db.example.com:6432/app?sslmode=verify-full", "") ==
        "application_name='freehold' client_encoding='UTF8' dbname='app' gssencmode='disable' "
        "host='db.example.com' keepalives_count='3' keepalives_idle='30' keepalives_interval='10' "
        "port='6432' sslmode='verify-full' tcp_user_timeout='30000' user='fh_app'");
  CHECK(conninfo_of("postgresql:///?host=/tmp/a%20b&application_name=it's&keepalives_idle=5", "") ==
        "application_name='it\\'s' client_encoding='UTF8' gssencmode='disable' host='/tmp/a b' "
        "keepalives_count='3' keepalives_idle='5' keepalives_interval='10' "
        "tcp_user_timeout='30000' user='fh_app'");
}

TEST_CASE("each role has a password of its own from the master key, and none without it") {
  const Secret key("a master key");
  CHECK(role_password(key, Role::app).reveal() == role_password(key, "fh_app").reveal());
  CHECK(role_password(key, Role::app).reveal() != role_password(key, Role::control).reveal());
  CHECK(role_password(key, Role::app).reveal() !=
        role_password(Secret("another"), Role::app).reveal());
  CHECK(role_password(key, Role::app).reveal().size() == 43);
  CHECK(role_password(Secret(), Role::app).empty());
  Config config;
  config.master_key = key;
  CHECK(conninfo_for(config, Role::app).at("password") == role_password(key, Role::app).reveal());
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
