"""A cache of an older program: its columns come, and it asks for a snapshot while the shop goes on selling."""

from __future__ import annotations

import msgspec

from desktop.store import cache as caching
from domain.customers.handlers import decide_add_customer, decide_edit_customer
from domain.customers.model import customer
from domain.kernel.tables import row_values
from domain.kernel.wire import FeedCommit, FeedPage, Rows, encode
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


def test_what_an_older_program_changed_can_be_taken_off_and_put_on_again(network: Network) -> None:
    shop = network.counter("m1-clerk")
    customer_id = shop.perform(
        lambda ctx: decide_add_customer(ctx, name="李建国", phone="", note="", consent="")
    ).document_id
    shop.sync()
    shop.perform(
        lambda ctx: decide_edit_customer(ctx, customer_id=customer_id, name="李建业", phone="", note="", grade="")
    )
    with shop.store.cache.write() as connection:  # as the older program, which lacked the last column, wrote it down
        number, before = connection.exec_driver_sql("SELECT n, before FROM undo WHERE table_name = 'customer'").one()
        shorter = msgspec.msgpack.encode(msgspec.msgpack.decode(before)[:-1])
        connection.exec_driver_sql("UPDATE undo SET before = ? WHERE n = ?", (shorter, number))
    row = {**shop.rows(customer)[customer_id], "version": 90, "name": "李建国", "note": "老客户"}
    news = encode([Rows("customer", [row_values(customer, row)], [])])
    shop.store.apply_page(FeedPage("c", False, False, [FeedCommit(1, [news])]))  # type: ignore[list-item]  # Raw is bytes
    assert shop.rows(customer)[customer_id]["name"] == "李建业"
