"""A sale to the queue and from there to paper: right sums, copies that say so, nothing lost when the printer is off."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

import i18n
from desktop.features.order_entry import operations
from desktop.printing.receipt import Shop
from desktop.printing.service import KEEP_MS, Choices, PrintService
from desktop.store.print_jobs import PrintJobs
from domain.kernel.errors import NotFound
from domain.orders.pricing import Wanted
from tests.support.counter import Counter
from tests.support.escpos_reader import Paper, read


@pytest.fixture
def counter(qapp: QApplication, tmp_path: Path) -> Iterator[Counter]:
    i18n.set_language("zh_CN")
    made = Counter(tmp_path / "home")
    yield made
    made.close()


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    return tmp_path / "paper"


def choices(paper: Path, *, drawer: bool = False, training: bool = False, printer: str = "") -> Choices:
    layouts = paper.parent / "layouts"
    shop = Shop("城东店", "电话 021-5555", "谢谢惠顾")
    return Choices(printer or f"file:{paper}", 58, True, drawer, shop, layouts, training)


def sell(counter: Counter) -> str:
    wanted = [Wanted("A001", 2000), Wanted("A006", 1568)]
    sold = operations.complete_sale(counter.workbench.store, wanted, payments=[("card", 1000), ("cash", 20000)])
    return sold.document_id


def printed(paper: Path) -> Paper:
    return read(paper.read_bytes())


def test_a_receipt_says_what_was_sold(counter: Counter, paper: Path) -> None:
    service = PrintService(counter.workbench.store)
    service.take_receipt(sell(counter), choices(paper))
    assert service.send(choices(paper)).printed == 1
    out = printed(paper)
    squeezed = [" ".join(line.split()) for line in out.texts]
    assert "金龙鱼 东北大米 5kg" in squeezed
    assert "2 袋 × ￥46.80 ￥93.60" in squeezed
    assert "1.568 kg × ￥11.36 ￥17.81" in squeezed
    assert "合计 ￥111.41" in squeezed
    assert "银行卡 ￥10.00" in squeezed
    assert "现金 ￥200.00" in squeezed
    assert "找零 ￥98.59" in squeezed
    assert ("Code 128", "S1-03-S000001") in out.codes()
    assert out.events[-1] == "cut"
    assert "副本" not in out.texts


def test_the_second_time_it_is_a_copy_and_the_drawer_stays_shut(counter: Counter, paper: Path) -> None:
    service = PrintService(counter.workbench.store)
    order_id = sell(counter)
    for _ in range(2):
        service.take_receipt(order_id, choices(paper, drawer=True))
    service.send(choices(paper))
    out = printed(paper)
    assert out.texts.count("副本") == 1
    assert out.events.count("drawer 0 50 500") == 1


def test_a_drawer_nobody_wants_stays_shut(counter: Counter, paper: Path) -> None:
    service = PrintService(counter.workbench.store)
    service.take_receipt(sell(counter), choices(paper))
    service.send(choices(paper))
    assert not any("drawer" in str(event) for event in printed(paper).events)


def test_practice_is_marked(counter: Counter, paper: Path) -> None:
    service = PrintService(counter.workbench.store)
    service.take_receipt(sell(counter), choices(paper, training=True))
    service.send(choices(paper))
    assert "练习" in printed(paper).texts


def test_what_the_printer_did_not_take_waits_in_order_over_a_restart(counter: Counter, paper: Path) -> None:
    store = counter.workbench.store
    service = PrintService(store)
    for _ in range(3):
        service.take_receipt(sell(counter), choices(paper))
    off = choices(paper, printer=f"file:{paper.parent}")
    sent = service.send(off)
    assert (sent.printed, sent.waiting) == (0, 3)
    assert sent.problem
    assert not paper.exists()
    again = PrintService(store)
    assert [job.attempts for job in again.jobs.waiting()] == [1, 0, 0]
    assert again.send(choices(paper)).printed == 3
    numbers = [text for kind, text in printed(paper).codes() if kind == "Code 128"]
    assert numbers == ["S1-03-S000001", "S1-03-S000002", "S1-03-S000003"]
    assert again.send(choices(paper)).printed == 0


def test_no_printer_keeps_the_job(counter: Counter, paper: Path) -> None:
    service = PrintService(counter.workbench.store)
    service.take_receipt(sell(counter), choices(paper))
    none = Choices("", 58, True, False, Shop("x"), paper.parent)
    assert service.send(none).waiting == 1


def test_the_shops_own_layout_is_used_and_a_broken_one_is_not(counter: Counter, paper: Path) -> None:
    service = PrintService(counter.workbench.store)
    order_id = sell(counter)
    own = paper.parent / "layouts" / "sale.toml"
    own.parent.mkdir()
    own.write_text('row = [{ text = "只有 {number}" }]', encoding="utf-8")
    service.take_receipt(order_id, choices(paper))
    assert service.fault is None
    own.write_text('row = [{ text = "{unknown}" }]', encoding="utf-8")
    service.take_receipt(order_id, choices(paper))
    assert service.fault is not None and service.fault.code == "bad_layout"
    service.send(choices(paper))
    texts = printed(paper).texts
    assert texts[0] == "只有 S1-03-S000001"
    assert "销售小票" in texts


def test_an_order_that_is_not_here(counter: Counter, paper: Path) -> None:
    with pytest.raises(NotFound):
        PrintService(counter.workbench.store).take_receipt("none", choices(paper))


def test_a_test_page_reads_back(counter: Counter, paper: Path) -> None:
    service = PrintService(counter.workbench.store)
    service.take_test(choices(paper))
    service.send(choices(paper))
    out = printed(paper)
    assert "打印测试" in out.texts
    assert {("QR Code", "dealerdesk"), ("Code 128", "0123456789")} <= set(out.codes())


def test_old_records_go_but_copies_stay_copies(counter: Counter) -> None:
    jobs = PrintJobs(counter.workbench.store.ledger)
    now = counter.clock.now_ms()
    for _ in range(3):
        jobs.printed(jobs.add("order", "1", b"x", now), now)
    waiting = jobs.add("other", "2", b"y", now)
    jobs.forget_before(now + KEEP_MS)
    assert jobs.was_taken("order")
    assert [job.id for job in jobs.waiting()] == [waiting]
    jobs.drop(waiting, now)
    assert jobs.waiting() == []
