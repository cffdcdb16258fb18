"""Tenants for Python: psycopg, psycopg2 or any other DB-API driver, and SQLAlchemy.

Copy what you use into your product:

    with pool.connection() as connection, in_tenant(connection, tenant) as cursor:
        cursor.execute("select title from project")

    with engine_in_tenant(engine, tenant) as connection:
        connection.execute(text("select title from project"))
"""

from contextlib import contextmanager


@contextmanager
def in_tenant(connection, tenant):
    """A cursor in a transaction that has entered the tenant: "tenant_01…" or its uuid.

    An exception undoes everything. The connection leaves the tenant with the end of the transaction.
    """
    if connection.autocommit:
        raise ValueError("in_tenant needs a transaction: switch autocommit off")
    cursor = connection.cursor()
    try:
        cursor.execute("select fh.enter(%s)", (str(tenant),))
        yield cursor
        connection.commit()
    except BaseException:
        connection.rollback()
        raise
    finally:
        cursor.close()


@contextmanager
def engine_in_tenant(engine, tenant):
    """The same for SQLAlchemy: a Connection, or with sessionmaker(bind=connection) a Session on it."""
    from sqlalchemy import text

    with engine.begin() as connection:
        connection.execute(text("select fh.enter(:tenant)"), {"tenant": str(tenant)})
        yield connection
