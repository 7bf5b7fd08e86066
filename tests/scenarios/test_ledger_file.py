"""A shop whose line is dead carries its sales to the server in a file; once it is back nothing is there twice."""

from __future__ import annotations

from pathlib import Path

from tests.scenarios.conservation import check_nothing_lost_or_doubled
from tests.support.network import PASSWORD
from tests.support.processes import Pc, Server, office

KEYS = {"file", "taken", "duplicates", "quarantined", "refused", "parked", "forked", "left"}


def test_sales_travel_in_a_file(server: Server, tmp_path: Path) -> None:
    pc, twin, other = Pc(tmp_path / "pc"), Pc(tmp_path / "twin"), Pc(tmp_path / "other")
    for each, user in ((pc, "m1-clerk"), (twin, "m1-owner"), (other, "n1-clerk")):
        each.enrol(server, user)
        each.do("sync")
    for _ in range(3):
        pc.acknowledged.append(pc.do("order", "sale", "--line", "TEA:1")["number"])
    file = tmp_path / "sales.ddl"
    told = pc.do("outbox", "export", str(file))
    assert told == {"file": str(file), "commands": 3, "unsent": 3}
    assert pc.do("outbox", "list")["unsent"] == 3, "writing a file uploads nothing"
    data = file.read_bytes()
    assert not any(word in data for word in (b"TEA", b"sale", pc.acknowledged[0].encode()))
    assert not list(tmp_path.glob("*.part"))

    refused = other.run("outbox", "import", str(file))
    assert (refused.code, refused.out) == (1, ""), "another shop may not even know of the device"
    carried = twin.do("outbox", "import", str(file))
    assert (carried["taken"], carried["excepted"], carried["duplicates"]) == (3, 3, 0)
    again = office(server.database, tmp_path / "office", "ledger", "import", str(file))
    assert again.code == 0
    assert set(again.data) >= KEYS
    assert (again.data["taken"], again.data["duplicates"], again.data["left"]) == (0, 3, 0)

    twin.do("sync")
    assert {item["number"] for item in twin.do("orders", "list")["items"]} == set(pc.acknowledged)
    pc.acknowledged.append(pc.do("order", "sale", "--line", "TEA:1")["number"])
    assert pc.do("sync")["pushed"] == 4
    assert pc.do("outbox", "list")["unsent"] == 0
    assert check_nothing_lost_or_doubled(server.database, pc) == 4

    pc.acknowledged.append(pc.do("order", "sale", "--line", "TEA:1")["number"])
    pc.do("outbox", "export", str(file))
    newer = office(server.database, tmp_path / "office", "ledger", "import", str(file))
    assert (newer.data["taken"], newer.data["duplicates"]) == (1, 4)
    assert pc.do("sync")["pushed"] == 1
    assert check_nothing_lost_or_doubled(server.database, pc) == 5


def test_what_is_no_file_of_this_network_is_refused(server: Server, tmp_path: Path) -> None:
    pc = Pc(tmp_path / "pc")
    pc.enrol(server, "m1-clerk")
    pc.do("sync")
    pc.do("order", "sale", "--line", "TEA:1")
    file = tmp_path / "sales.ddl"
    pc.do("outbox", "export", str(file))
    elsewhere = f"sqlite:///{tmp_path / 'elsewhere.db'}"
    stranger = tmp_path / "stranger"
    assert office(elsewhere, stranger, "init", "--admin-password-stdin", stdin=PASSWORD + "\n").code == 0
    for path, database in ((file, elsewhere), (tmp_path / "none", server.database), (Path(__file__), server.database)):
        said = office(database, stranger, "ledger", "import", str(path))
        assert (said.code, said.out) == (1, "")
        assert said.err.strip()
    broken = file.read_bytes()
    file.write_bytes(broken[:-1] + bytes([broken[-1] ^ 1]))
    assert office(server.database, stranger, "ledger", "import", str(file)).code == 1
    assert pc.run("outbox", "export", str(tmp_path)).code == 1
