"""What is unique in the network stays so when two offices take it at once, both offline."""

from __future__ import annotations

from domain.catalogue.handlers import NewProduct, decide_add_products, decide_set_listing
from domain.catalogue.model import product
from domain.parties.handlers import decide_add_dealer, decide_add_person
from domain.parties.model import party, person
from tests.support.network import Network

HASH = "$argon2id$v=19$m=8,t=1,p=1$c2ltdWxhdGlvbg$QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB"


def test_the_second_of_two_equal_codes_is_refused(network: Network) -> None:
    offices = [network.counter("admin"), network.counter("admin")]
    for each in offices:
        each.perform(lambda ctx: decide_add_products(ctx, [NewProduct("NEW", "新品")]))
        each.perform(lambda ctx: decide_add_dealer(ctx, code="NEW", name="新店", parent_code="N1"))
        each.perform(lambda ctx: decide_add_person(ctx, party_code="N1", name="新人", role="clerk", password_hash=HASH))
    results = [each.sync() for each in offices]
    assert [(one.accepted, one.refused) for one in results] == [(3, 0), (0, 3)]
    assert network.count(product, product.c.code == "NEW") == 1
    assert network.count(party, party.c.code == "NEW") == 1
    assert network.count(person, person.c.name == "新人") == 1
    for each in offices:
        each.sync()
        assert sum(row["code"] == "NEW" for row in each.rows(product).values()) == 1


def test_what_one_made_oneself_offline_can_be_changed_before_the_server_knows_it(network: Network) -> None:
    office = network.counter("admin")
    office.perform(lambda ctx: decide_add_products(ctx, [NewProduct("NEW", "新品")]))
    office.perform(lambda ctx: decide_set_listing(ctx, code="NEW", listed=False))
    told = office.sync()
    assert (told.accepted, told.excepted) == (2, 0)
    assert network.count(product, product.c.code == "NEW", product.c.status == "delisted") == 1
