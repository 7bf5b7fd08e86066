"""The training shop: a profile of its own beside the real one, whose upline lives inside the program.

Nothing here knows an address, so nothing of a training shop can reach a server; nothing is written outside its folder.
"""

from __future__ import annotations

import json
import shutil
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import i18n
from desktop.app.profile import Profile, card_of
from desktop.platform.paths import Paths
from desktop.platform.print_settings import DRAWER, PRINTER
from desktop.store import upline_book as book
from desktop.store.identity import Identity
from desktop.store.upline_book import UplineBook
from desktop.store.vault import PIN
from desktop.sync.round import SyncRound
from desktop.sync.upline import EPOCH, Upline
from domain import registry
from domain.catalogue.commands import BarcodeSpec
from domain.catalogue.handlers import NewProduct, decide_add_price_list, decide_add_products, decide_set_prices
from domain.customers.handlers import decide_add_customer
from domain.kernel.channels import Row
from domain.kernel.clock import Clock
from domain.kernel.errors import DomainError, Refused
from domain.kernel.ids import HQ_PARTY_ID, IdSource, stable_id
from domain.kernel.money import parse_price
from domain.parties.handlers import decide_add_dealer, decide_found_network
from domain.parties.model import party, person
from domain.parties.roles import OWNER, WAREHOUSE
from domain.stock.model import stock_balance
from domain.stock.rules import balance_id, place_id

if TYPE_CHECKING:
    from sqlalchemy import Table

MADE_UP = Path(__file__).resolve().parents[2] / "resources" / "training" / "shop.toml"
MOST_GOODS = 2_000
"""Of a real catalogue: enough to scan what stands in the shop, and copied in a moment."""
MANAGER_PIN = "2580"
"""Of the invented manager, who agrees where a second person is wanted; the help says it to everybody."""
CODE = "TRAIN"
GOODS, COPIED, BUILT_IN = "training.goods", "copied", "built-in"
"""Under this name the ledger says where the goods come from."""
IN_STOCK = 100_000
"""Thousandths of each product that lie in the shop at the beginning."""
TRADE_SHARE = 75
"""Per cent of the retail price at which the built-in goods are ordered from the upline."""
TRAINEE, MANAGER = stable_id("person", "trainee"), stable_id("person", "training-manager")

Catalogue = Mapping["Table", list[Row]]


class TrainingProfile(Profile):
    """The profile of the training shop.

    Attributes:
        upline: what its rounds talk to, instead of a server.
    """

    def __init__(self, paths: Paths, clock: Clock, environment: Mapping[str, str]) -> None:
        super().__init__(paths, clock, environment)
        self._upline: Upline | None = None

    @property
    def transport(self) -> Upline:  # type: ignore[override]  # that is the point: no HTTP
        """The upline inside the program."""
        if self._upline is None:
            opened = UplineBook(self.paths.data / "upline.db", self.database_key)
            self._upline = Upline(opened, self.clock, self._upline_id(), search_keys)
        return self._upline

    def enrol(self, server: str, user: str, password: str) -> NoReturn:
        """A training shop belongs to no server. Raises Refused ``training_no_server``."""
        raise Refused("training_no_server")

    def live_stream(self) -> None:
        """Nobody pokes a training shop."""

    def close(self) -> None:
        """Close the shop's databases and its upline's."""
        super().close()
        if self._upline is not None:
            self._upline.book.close()
            self._upline = None

    def _upline_id(self) -> str:
        if self._store is None or self._store.identity is None:
            return HQ_PARTY_ID
        with self._store.read() as connection:
            own = book.parties_known({party: book.all_parties(connection)}, self._store.known.party_id)
        return own[1]["id"] if own[1] else HQ_PARTY_ID


def copied(profile: Profile) -> Catalogue:
    """What a training shop takes over from this profile's databases; empty where nobody has them open, at headquarters,
    before the first products came, and of a training shop that has built-in goods.
    """
    if not profile.enrolled or not profile.signed_in or profile.store.known.party_id == HQ_PARTY_ID:
        return {}
    if profile.store.ledger.get_meta(GOODS) == BUILT_IN:
        return {}
    with profile.store.read() as connection:
        return book.catalogue_of(connection, profile.store.known.party_id, MOST_GOODS)


def prepare(real: Paths, clock: Clock, environment: Mapping[str, str], catalogue: Catalogue, role: str) -> None:
    """Make the training shop unless it is there, and give it the look that this PC has now.

    One that cannot be opened any more is made anew, as is one of built-in goods once there are real ones to copy.

    Args:
        catalogue: see :func:`copied`; empty takes the built-in goods.
        role: of whoever practises: he sees the screens that he will work with.
    """
    registry.commands()
    if real.training.home.exists() and not _serves(real, clock, environment, catalogue):
        reset(real, clock, environment)
    profile = TrainingProfile(real.training, clock, environment)
    _take_settings(real)
    try:
        if not profile.has_databases:
            _found(profile, catalogue, role)
            profile.store.ledger.set_meta({GOODS: COPIED if catalogue else BUILT_IN})
    finally:
        profile.close()


def _serves(real: Paths, clock: Clock, environment: Mapping[str, str], catalogue: Catalogue) -> bool:
    """Whether the training shop that is there opens, with goods as good as could be had now."""
    profile = TrainingProfile(real.training, clock, environment)
    try:
        made_of = profile.store.ledger.get_meta(GOODS)
        return made_of == COPIED or (made_of == BUILT_IN and not catalogue)
    except DomainError:
        return False
    finally:
        profile.close()


def reset(real: Paths, clock: Clock, environment: Mapping[str, str]) -> None:
    """Forget everything that was practised; the next training begins anew."""
    if real.training.home.exists():
        TrainingProfile(real.training, clock, environment).forget_keys()
        shutil.rmtree(real.training.home)


def printer_of(real: Paths) -> str:
    """The address of the real printer, for who wants to practise with it; empty for none."""
    return str(_settings_of(real).get(PRINTER.key, ""))


def search_keys(name: str) -> tuple[str, str]:
    """(pinyin, initials) of the built-in goods; nobody here can work out those of other names."""
    return next(((one["pinyin"], one["initials"]) for one in _made_up()["product"] if one["name"] == name), ("", ""))


def _settings_of(real: Paths) -> dict[str, Any]:
    try:
        found = json.loads(real.settings_file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _take_settings(real: Paths) -> None:
    """The settings of this PC, but printing into a file, and no drawer."""
    paper = real.training.documents / "receipts.prn"
    chosen = {**_settings_of(real), PRINTER.key: f"file:{paper}", DRAWER.key: False}
    real.training.settings_file.write_text(json.dumps(chosen, ensure_ascii=False), encoding="utf-8")


@cache
def _made_up() -> dict[str, Any]:
    return tomllib.loads(MADE_UP.read_text(encoding="utf-8"))


def _found(profile: TrainingProfile, catalogue: Catalogue, role: str) -> None:
    upline = profile.transport
    if catalogue:
        own_id = next(row["id"] for row in catalogue[party] if _is_lowest(row, catalogue[party]))
        upline.put(catalogue)
    else:
        own_id = _found_network(upline)
    own = _finish(upline, own_id, role)
    profile.store.set_identity(
        Identity(
            device_id=IdSource(profile.clock).new(),
            device_number=0,
            epoch=1,
            party_id=own_id,
            party_code=CODE,
            party_name=own,
            person_id=TRAINEE,
            person_name=i18n.tr("training.person"),
            role=role,
            database_id=EPOCH,
            server="",
        )
    )
    profile.vault.keep((MANAGER, i18n.tr("training.manager"), OWNER), PIN, MANAGER_PIN, profile.database_key)
    profile.vault.set_device(card_of(profile.store.known), b"")
    SyncRound(profile.store, upline).once()
    if role != WAREHOUSE:
        for name, phone in _made_up()["customers"]:
            _add_customer(profile, name, phone)
    SyncRound(profile.store, upline).once()


def _add_customer(profile: TrainingProfile, name: str, phone: str) -> None:
    profile.store.perform(lambda ctx: decide_add_customer(ctx, name=name, phone=phone))


def _is_lowest(row: Row, rows: list[Row]) -> bool:
    """The shop itself: nobody of the copied line of parties stands below it."""
    return not any(other["parent_id"] == row["id"] for other in rows)


def _found_network(upline: Upline) -> str:
    """Headquarters, an upline and a shop with the built-in goods; the id of the shop."""
    goods = _made_up()["product"]
    upline.issue(lambda ctx: decide_found_network(ctx, name=i18n.tr("training.headquarters")))
    above = upline.issue(
        lambda ctx: decide_add_dealer(ctx, code="UP", name=i18n.tr("training.upline"), parent_code="HQ")
    )
    shop = upline.issue(lambda ctx: decide_add_dealer(ctx, code=CODE, name=i18n.tr("training.shop"), parent_code="UP"))
    upline.upline_id = above
    upline.issue(lambda ctx: decide_add_products(ctx, [_product(one) for one in goods]))
    upline.issue(
        lambda ctx: decide_add_price_list(
            ctx, code="TRADE", name=i18n.tr("training.trade_list"), usage="trade", scope="base", scope_value=""
        )
    )
    prices = [(one["code"], parse_price(one["price"]) * TRADE_SHARE // 100, 0) for one in goods]
    upline.issue(lambda ctx: decide_set_prices(ctx, list_code="TRADE", prices=prices))
    return shop


def _product(one: Mapping[str, Any]) -> NewProduct:
    return NewProduct(
        code=one["code"],
        name=one["name"],
        price=parse_price(one["price"]),
        spec=one["spec"],
        unit=one["unit"],
        tax_rate_bp=one["tax"],
        barcodes=[BarcodeSpec(code=one["barcode"])],
    )


def _finish(upline: Upline, own_id: str, role: str) -> str:
    """The people, and goods in the shop and at its upline; the shop's name."""
    with upline.book.write() as connection:
        rows = {party: book.all_parties(connection)}
        products = book.all_product_ids(connection)
    own, above = book.parties_known(rows, own_id)
    if above is not None:
        upline.upline_id = above["id"]
    upline.put(
        {
            person: [
                {"id": TRAINEE, "party_id": own_id, "name": i18n.tr("training.person"), "role": role},
                {"id": MANAGER, "party_id": own_id, "name": i18n.tr("training.manager"), "role": OWNER},
            ],
            stock_balance: [
                _balance(party_id, product_id, upline.clock.now_ms(), much)
                for party_id, much in ((own_id, 1), *(((above["id"], 100),) if above else ()))
                for product_id in products
            ],
        }
    )
    return str(own["name"])


def _balance(party_id: str, product_id: str, now_ms: int, much: int) -> Row:
    where = place_id(party_id, "warehouse")
    return {
        "id": balance_id(where, product_id),
        "party_id": party_id,
        "place_id": where,
        "product_id": product_id,
        "quantity": IN_STOCK * much,
        "as_of": now_ms,
    }
