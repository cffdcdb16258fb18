"""What tenants.py promises, with psycopg, psycopg2 and SQLAlchemy."""

import os
import subprocess
import sys
import threading
import unittest
from contextlib import contextmanager

import psycopg
import psycopg2
from psycopg_pool import ConnectionPool
from sqlalchemy import Column, Integer, MetaData, String, Table, create_engine, select, text
from sqlalchemy.pool import QueuePool

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))
from tenants import engine_in_tenant, in_tenant  # noqa: E402

ACME = "tenant_0000000000000000000000000a"
BOLT = "00000000-0000-0000-0000-00000000000b"
SERVER = os.environ["FREEHOLD_TEST_PG"]
DATABASE = f"fh_test_adapters_{os.getpid()}"
ROLE = f"{DATABASE}_app"
ADMIN = f"{SERVER} dbname={DATABASE}"
APP = f"{SERVER} dbname={DATABASE} user={ROLE}"
POOL_SIZE = 3


def run(dsn, statement):
    with psycopg.connect(dsn, autocommit=True) as connection:
        cursor = connection.execute(statement)
        return [row[0] for row in cursor.fetchall()] if cursor.description else None


def setUpModule():
    run(SERVER, f"create database {DATABASE}")
    run(ADMIN, "create table project (id serial primary key, name text not null)")
    subprocess.run(
        [os.environ["FREEHOLD_BIN"], "protect", "--dsn", ADMIN, "--role", ROLE, "--apply", "project"],
        check=True, stdout=subprocess.DEVNULL)


def tearDownModule():
    run(SERVER, f"drop database {DATABASE} with (force)")
    run(SERVER, f"drop role {ROLE}")


class Psycopg:
    """Connections of psycopg_pool."""

    def __init__(self):
        self.pool = ConnectionPool(APP, min_size=1, max_size=POOL_SIZE)

    @contextmanager
    def within(self, tenant):
        with self.pool.connection() as connection, in_tenant(connection, tenant) as cursor:
            yield lambda statement, *values: self._run(cursor, statement, values)

    @contextmanager
    def outside(self):
        with self.pool.connection() as connection, connection.cursor() as cursor:
            yield lambda statement, *values: self._run(cursor, statement, values)

    @staticmethod
    def _run(cursor, statement, values):
        cursor.execute(statement, values)
        return [row[0] for row in cursor.fetchall()] if cursor.description else None

    def close(self):
        self.pool.close()


class Psycopg2(Psycopg):
    """One connection that is used again and again, as any DB-API driver has."""

    def __init__(self):
        self.connection = psycopg2.connect(APP)
        self.turn = threading.Lock()

    @contextmanager
    def within(self, tenant):
        with self.turn, in_tenant(self.connection, tenant) as cursor:
            yield lambda statement, *values: self._run(cursor, statement, values)

    @contextmanager
    def outside(self):
        with self.turn, self.connection, self.connection.cursor() as cursor:
            yield lambda statement, *values: self._run(cursor, statement, values)

    def close(self):
        self.connection.close()


class SqlAlchemy:
    def __init__(self):
        self.engine = create_engine("postgresql+psycopg2://", creator=lambda: psycopg2.connect(APP),
                                    poolclass=QueuePool, pool_size=POOL_SIZE, max_overflow=0)

    @contextmanager
    def within(self, tenant):
        with engine_in_tenant(self.engine, tenant) as connection:
            yield lambda statement, *values: self._run(connection, statement, values)

    @contextmanager
    def outside(self):
        with self.engine.begin() as connection:
            yield lambda statement, *values: self._run(connection, statement, values)

    @staticmethod
    def _run(connection, statement, values):
        result = connection.exec_driver_sql(statement, values)
        return [row[0] for row in result] if result.returns_rows else None

    def close(self):
        self.engine.dispose()


class Promises:
    """Held by each of the ways to the database."""

    names = "select name from project"
    add = "insert into project (name) values (%s)"
    add_for = "insert into project (tenant_id, name) values (%s, %s)"

    def setUp(self):
        run(ADMIN, "truncate project")
        run(ADMIN, "insert into project (tenant_id, name) values"
                   f" (fh.tenant_uuid('{ACME}'), 'of acme'), ('{BOLT}', 'of bolt')")
        self.db = self.way()
        self.addCleanup(self.db.close)

    def seen_by(self, tenant):
        with self.db.within(tenant) as ask:
            return sorted(ask(self.names))

    def everything(self):
        return sorted(run(ADMIN, self.names))

    def test_a_query_without_a_where_returns_the_rows_of_the_tenant_only(self):
        self.assertEqual(self.seen_by(ACME), ["of acme"])
        self.assertEqual(self.seen_by(BOLT), ["of bolt"])

    def test_a_new_row_is_the_tenants_and_none_can_be_made_for_another(self):
        with self.db.within(ACME) as ask:
            ask(self.add, "new")
        self.assertEqual(self.seen_by(ACME), ["new", "of acme"])
        with self.assertRaisesRegex(Exception, "row-level security"):
            with self.db.within(ACME) as ask:
                ask(self.add_for, BOLT, "theirs")
        self.assertEqual(self.seen_by(BOLT), ["of bolt"])

    def test_without_a_tenant_there_are_no_rows_and_none_can_be_made(self):
        with self.db.outside() as ask:
            self.assertEqual(ask(self.names), [])
        for statement, values in ((self.add, ["x"]), (self.add_for, [BOLT, "x"])):
            with self.assertRaisesRegex(Exception, "row-level security"):
                with self.db.outside() as ask:
                    ask(statement, *values)
        self.assertEqual(self.everything(), ["of acme", "of bolt"])

    def test_a_connection_that_goes_back_is_in_no_tenant(self):
        self.seen_by(ACME)
        with self.db.outside() as ask:
            self.assertIn(ask("select current_setting('app.current_tenant', true)")[0], (None, ""))
            self.assertEqual(ask(self.names), [])
        self.assertEqual(self.seen_by(BOLT), ["of bolt"])

    def test_an_error_in_the_middle_leaves_nothing(self):
        with self.assertRaisesRegex(RuntimeError, "better"):
            with self.db.within(ACME) as ask:
                ask(self.add, "half")
                raise RuntimeError("thought better of it")
        with self.assertRaises(Exception):
            with self.db.within(ACME) as ask:
                ask(self.add, "half")
                ask(self.add, None)
        self.assertEqual(self.everything(), ["of acme", "of bolt"])
        self.assertEqual(self.seen_by(ACME), ["of acme"])

    def test_a_transaction_that_is_in_a_tenant_cannot_enter_another_one(self):
        with self.assertRaisesRegex(Exception, "already belongs to another tenant"):
            with self.db.within(ACME) as ask:
                ask(self.add, "half")
                ask("select fh.enter(%s)", BOLT)
        self.assertEqual(self.everything(), ["of acme", "of bolt"])

    def test_what_is_no_tenants_id_is_refused_before_anything_runs(self):
        for wrong in ("", "acme", "user_0000000000000000000000000a", "'; drop table project; --"):
            with self.assertRaisesRegex(Exception, "uuid"):
                with self.db.within(wrong):
                    self.fail("it ran")

    def test_many_threads_of_two_tenants_mix_nothing(self):
        mixed = []

        def work(number):
            tenant, own = (ACME, "of acme") if number % 2 else (BOLT, "of bolt")
            with self.db.within(tenant) as ask:
                ask(self.add, f"{tenant} {number}")
                mixed.extend(name for name in ask(self.names) if name != own and not name.startswith(tenant))

        threads = [threading.Thread(target=work, args=(number,)) for number in range(40)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(mixed, [])
        self.assertEqual(len(self.everything()), 42)


class PsycopgTest(Promises, unittest.TestCase):
    way = Psycopg


class Psycopg2Test(Promises, unittest.TestCase):
    way = Psycopg2


class SqlAlchemyTest(Promises, unittest.TestCase):
    way = SqlAlchemy

    def test_tables_of_sqlalchemy_need_no_tenant(self):
        project = Table("project", MetaData(), Column("id", Integer, primary_key=True), Column("name", String))
        with engine_in_tenant(self.db.engine, ACME) as connection:
            connection.execute(project.insert().values(name="new"))
            self.assertEqual(sorted(connection.scalars(select(project.c.name))), ["new", "of acme"])
            self.assertEqual(connection.scalar(text("select count(*) from project")), 2)


class AutocommitTest(unittest.TestCase):
    def test_autocommit_would_leave_the_tenant_at_once_and_is_refused(self):
        with psycopg.connect(APP, autocommit=True) as connection:
            with self.assertRaisesRegex(ValueError, "autocommit"):
                with in_tenant(connection, ACME):
                    self.fail("it ran")


if __name__ == "__main__":
    unittest.main()
