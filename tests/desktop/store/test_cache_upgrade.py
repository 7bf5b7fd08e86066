"""A cache of an older program: its columns come, and it asks for a snapshot while the shop goes on selling."""

from __future__ import annotations

from desktop.store import cache as caching
from tests.support.factories.products import TEA_BARCODE
from tests.support.network import Network


def test_a_cache_of_an_older_program_gets_its_columns_and_asks_for_a_snapshot(network: Network) -> None:
    shop = network.counter("m1-clerk")
    with shop.store.cache.write() as connection:
        connection.exec_driver_sql("ALTER TABLE product DROP COLUMN created_at")
        caching.set_meta(connection, "schema", "older")
        caching.set_meta(connection, "cursor", "there")
    shop.reopen()
    assert shop.store.cursor is None
    with shop.store.read() as connection:
        assert caching.get_meta(connection, "schema") == caching.schema_digest()
        assert "created_at" in {row[1] for row in connection.exec_driver_sql("PRAGMA table_info(product)")}
    sold = shop.sell((TEA_BARCODE, 1000))
    assert sold.number


def test_rows_of_an_older_program_have_the_value_that_the_new_column_means(network: Network) -> None:
    shop = network.counter("m1-clerk")
    shop.sell((TEA_BARCODE, 1000))
    with shop.store.cache.write() as connection:
        for table, column in (("order_line", "factor"), ("order_line", "note"), ("product", "stocked")):
            connection.exec_driver_sql(f"ALTER TABLE {table} DROP COLUMN {column}")
        caching.set_meta(connection, "schema", "older")
    shop.reopen()
    with shop.store.read() as connection:
        lines = connection.exec_driver_sql("SELECT factor, note FROM order_line").all()
        stocked = connection.exec_driver_sql("SELECT DISTINCT stocked FROM product").all()
    assert [tuple(line) for line in lines] == [(1000, "")]
    assert [tuple(one) for one in stocked] == [(1,)]
