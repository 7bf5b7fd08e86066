"""Draws the widgets together as a shell with an order in it, for people to look at: run as a module.

Writes PNG files for every scheme at 100 and 200 % to ``build/gallery``; sample data only. The words of the sample are
those of design/pictures/order.png and belong to no catalogue.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication, QLayout, QLineEdit, QSizePolicy, QWidget

import i18n
from desktop.platform import typeface
from desktop.platform.notice import Kind, Notice, NoticeAction
from desktop.platform.theme import Look, theme
from desktop.widgets.banner import Banner
from desktop.widgets.card import Card
from desktop.widgets.chip import Chip
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.figure_card import FigureCard
from desktop.widgets.flow import Flow, Spread
from desktop.widgets.form import Form
from desktop.widgets.grid import Align, Cell, Column, Grid, ListSource
from desktop.widgets.key_button import KeyButton, Weight
from desktop.widgets.layout import MEDIUM, NONE, SMALL, Box, column, row
from desktop.widgets.money_field import MoneyField
from desktop.widgets.nav_bar import NavBar
from desktop.widgets.nav_item import NavEntry
from desktop.widgets.page import Page
from desktop.widgets.primary_button import PrimaryButton
from desktop.widgets.result_list import Result
from desktop.widgets.scan_box import ScanBox
from desktop.widgets.side_by_side import SideBySide
from desktop.widgets.status_bar import StatusBar
from desktop.widgets.status_info import Connection, StatusInfo
from desktop.widgets.text import Text

TARGET = Path("build/gallery")
SIZE = QSize(1366, 768)
WORDS = {
    "brand": "经销台", "order": "销售开单", "orders": "订单", "replenish": "向上级订货", "stock": "入库与库存",
    "customers": "客户", "commission": "佣金对账", "contracts": "合同", "tickets": "售后", "campaigns": "活动",
    "sync": "同步中心", "settings": "设置", "hint": "扫码、货号、名称、拼音首字母", "no": "#", "product": "商品",
    "price": "单价", "quantity": "数量", "unit": "单位", "discount": "优惠", "sum": "小计", "line_discount": "折扣",
    "hold": "挂单", "recall": "取单", "change_price": "改价", "order_discount": "整单折扣", "undo": "撤销",
    "pay": "收款 ¥245.30", "pieces": "件数", "goods": "商品金额", "rounding": "抹零（抹分）", "due": "应收",
    "why": "为什么是这个价", "held": "挂单 2", "name": "名称", "lines": "订单行", "empty": "还没有订单。",
    "opening": "期初", "earned": "本期赚得", "frozen": "冻结（7 天退货期）", "back": "退货冲回", "paid": "已付",
    "withdrawable": "可提现", "date": "日期", "rule": "商品 / 规则", "base": "计佣额", "rate": "比例", "fee": "佣金",
    "state": "状态", "pdf": "导出 PDF", "sheet": "导出表格", "confirm": "全部确认", "month": "佣金对账　2026 年 10 月",
    "where": "这 ¥48.00 怎么来的", "amount": "申请提现金额", "account": "收款账户",
    "retry": "现在重试", "start": "开始一单",
}  # fmt: skip

GROUPS = (
    tuple(NavEntry(name, f"sample.{name}", f"Alt+{number}") for number, name in enumerate(
        ("order", "orders", "replenish", "stock", "customers"), 1)),
    (NavEntry("commission", "sample.commission", "Alt+6"), NavEntry("contracts", "sample.contracts"),
     NavEntry("tickets", "sample.tickets"), NavEntry("campaigns", "sample.campaigns")),
    (NavEntry("sync", "sample.sync"), NavEntry("settings", "sample.settings")),
)  # fmt: skip
STATUS = StatusInfo(Connection.OFFLINE, 3, "¥1,280.00", "09:42", 1, "城东店", "王芳（收银）", "早班", "14:08")

LINES = [
    ("1", "金龙鱼 东北大米 5kg", "批次 240811 · 到期 2027-02", "46.80", "2", "袋", "−4.00", "89.60"),
    ("2", "海天 生抽 1.28L", "满 2 减 3", "15.50", "4", "瓶", "−6.00", "56.00"),
    ("3", "蒙牛 纯牛奶 250ml×24", "会员价（原 59.90）", "54.90", "1", "箱", "−5.00", "49.90"),
    ("4", "散称 红富士苹果", "秤码 2100123005689", "11.36", "1.568", "kg", "0.00", "17.81"),
    ("5", "心相印 抽纸 20 包", "", "32.00", "1", "提", "0.00", "32.00"),
]
HITS = [
    Result("龙井茶 明前 250g", "6901234567892 · 盒", "¥128.00", "库存 12", "40 分钟前"),
    Result("龙井茶 雨前 500g", "6901234567908 · 罐", "¥168.00", "库存 3", "40 分钟前"),
    Result("绿箭茶味口香糖", "6923450657713 · 盒", "¥9.90", "库存 86", "40 分钟前"),
]
STATEMENT = [
    ("10-03", "CD-A7-000918", "海天 生抽 ×48", "调味品 3%，v4", "744.00", "3%", "22.32", "已确认", "success"),
    ("10-05", "CD-A7-000931", "美的 电热水壶 ×6", "小家电 按件 ¥8，v2", "6 件", "¥8/件", "48.00", "待确认", "warning"),
    (
        "10-12",
        "CD-A7-000931",
        "退货 电热水壶 ×1",
        "按规则 v2 冲回",
        "−1 件",
        "¥8/件",
        "−8.00",
        "待确认",
        "warning",
    ),
    ("10-18", "CD-A7-001007", "蒙牛 纯牛奶 ×30", "达量奖 [30,60) 0.5%", "1,647.00", "0.5%", "8.24", "有异议", "danger"),
    (
        "10-31",
        "月度返利",
        "合同 HT-2026-017",
        "全额累进 [50k,80k) 2%",
        "61,204.00",
        "2%",
        "1,224.08",
        "冻结至 11-07",
        "offline",
    ),
]


FIGURES = {
    "opening": "¥412.60", "earned": "¥3,918.24", "frozen": "¥286.10",
    "back": "−¥152.37", "paid": "¥412.60", "withdrawable": "¥3,479.77",
}  # fmt: skip


def put_sample_words() -> None:
    """Sample words under ``sample.``, for both languages."""
    for language in i18n.available():
        catalogue = i18n._catalogue(language, "sample")
        catalogue.update({f"sample.{key}": text for key, text in WORDS.items()})


def value(text: str, role: typeface.Role = typeface.BODY, colour: str = "text", *, right: bool = False) -> Text:
    """A label with a value."""
    label = Text("", role, colour, right=right)
    label.show_value(text)
    return label


def tone_of(figure: str) -> str:
    """What was taken back is red, and has its sign."""
    return "danger" if figure.startswith("−") else "text"


def pair(left: str, right: str) -> Box:
    """A name and its figure on one line."""
    return row(value(left), 1, value(right, right=True))


def order_page() -> tuple[Page, ScanBox]:
    """Order entry as in order.png."""
    page = Page()
    box = ScanBox("sample.name", "sample.hint")
    customer = Card("", margins=(MEDIUM, NONE, MEDIUM, NONE))
    grade = Chip()
    grade.show_value("金卡")
    customer.body.put(row(value("李建国"), value("138****6621"), grade, 1, value("F3", typeface.SMALL, "hint")))
    customer.setFixedHeight(box.height())
    right = Align.RIGHT
    columns = [
        Column("no", "sample.no", lambda line: line[0], 40, Align.CENTRE),
        Column("product", "sample.product", lambda line: Cell(line[1], line[2]), 200, stretch=True),
        Column("price", "sample.price", lambda line: line[3], 104, right, sortable=True),
        Column("quantity", "sample.quantity", lambda line: line[4], 104, right),
        Column("unit", "sample.unit", lambda line: line[5], 76),
        Column("discount", "sample.discount", lambda line: line[6], 104, right),
        Column("sum", "sample.sum", lambda line: line[7], 104, right),
    ]
    lines = Grid(columns, ListSource(LINES), name_key="sample.lines", two_lines=True)
    lines.table.go_to(2)
    verbs = (("quantity", "F4"), ("line_discount", "F5"), ("hold", "F6"), ("recall", "Shift+F6"),
             ("change_price", "F7"), ("order_discount", "F8"), ("undo", "Ctrl+Z"))  # fmt: skip
    buttons: list[QWidget] = [KeyButton(f"sample.{name}", key) for name, key in verbs]
    lines.setMinimumHeight(theme().px(140))
    sides = column(customer, totals(), why(), held(), gap=MEDIUM)
    sides.setStretch(3, 1)
    page.content.put(SideBySide(framed(column(box, lines, gap=SMALL + 2)), framed(sides)))
    page.put_foot([*buttons, value("草稿已保存", typeface.SMALL, "secondary")], PrimaryButton("sample.pay", "F9"))
    return page, box


def framed(layout: QLayout) -> QWidget:
    """A layout as a widget."""
    widget = QWidget()
    widget.setLayout(layout)
    return widget


def totals() -> Card:
    """The sums of the order."""
    card = Card("", margins=(MEDIUM, MEDIUM, MEDIUM, MEDIUM))
    for left, right in (("件数", "9.568"), ("商品金额", "260.31"), ("优惠", "−15.00"), ("抹零（抹分）", "−0.01")):
        card.body.put(pair(left, right))
    card.body.put(row(value("应收"), 1, value("¥245.30", typeface.TOTAL, right=True)))
    card.body.put(value("本单预计佣金 ¥7.36", typeface.SMALL, "secondary", right=True))
    return card


def why() -> Card:
    """Where the price comes from."""
    line = Chip()
    line.show_value("第 3 行")
    said = ("零售价 59.90（价目表 11-01 起）", "金卡会员价 −5.00 → 54.90", "“牛奶季”立减 −5.00 → 49.90")
    return Card("sample.why", *(value(each, typeface.SMALL) for each in said), beside=line, gap=4)


def held() -> Card:
    """Held orders."""
    card = Card("sample.held", pair("13:51 散客", "¥36.00"), pair("13:20 张记餐馆", "¥1,046.00"))
    card.body.addStretch(1)
    card.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
    return card


def statement_page() -> Page:
    """The commission statement as in commission.png, with a form and an empty list."""
    page = Page("sample.month")
    page.head.put(Chip("sample.confirm", "warning"))
    page.put_actions(
        KeyButton("sample.pdf"), KeyButton("sample.sheet"), KeyButton("sample.confirm", weight=Weight.PRIMARY)
    )
    cards = Flow(gap=MEDIUM, spread=Spread.EQUAL)
    for name, figure in FIGURES.items():
        card = FigureCard(f"sample.{name}", clickable=True, emphasised=name == "withdrawable")
        card.show_figure(figure, tone_of(figure))
        cards.addWidget(card)
    right = Align.RIGHT
    columns = [
        Column("date", "sample.date", lambda line: line[0], 72, sortable=True),
        Column("order", "sample.orders", lambda line: line[1], 170),
        Column("rule", "sample.rule", lambda line: Cell(line[2], line[3]), 180, stretch=True),
        Column("base", "sample.base", lambda line: line[4], 100, right),
        Column("rate", "sample.rate", lambda line: line[5], 72, right),
        Column("fee", "sample.fee", lambda line: Cell(line[6], tone=tone_of(line[6])), 96, right),
        Column("state", "sample.state", lambda line: Cell(line[7], chip=line[8]), 120),
    ]
    source = ListSource(STATEMENT, totals=lambda rows: {"fee": "1,294.64", "base": "68,805.00"})
    lines = Grid(columns, source, name_key="sample.lines", two_lines=True)
    lines.table.go_to(1)
    nothing = Grid(
        columns[:2], ListSource(), name_key="sample.lines", empty=EmptyState("sample.empty", "sample.start", key="F2")
    )
    form = Form()
    amount = MoneyField("sample.amount")
    amount.set_value(347_977)
    form.add("amount", "sample.amount", amount)
    form.add("account", "sample.account", QLineEdit("6222 **** 0931"))
    form.show_error("amount", "platform.internal", {"ref": "X1"})
    side = column(Card("sample.where", form), nothing, gap=MEDIUM)
    lines.setMinimumHeight(theme().px(200))
    nothing.setMinimumHeight(theme().px(180))
    page.content.put(cards, SideBySide(lines, framed(side), 320))
    page.content.setStretch(1, 1)
    return page


def shell(page: Page, current: str) -> QWidget:
    """Navigation, screen and status bar in a window."""
    window = QWidget()
    nav = NavBar("sample.brand", GROUPS)
    nav.set_current(current)
    nav.set_badge("sync", "2")
    status = StatusBar()
    status.show_info(STATUS)
    upper = row(nav, page, gap=NONE)
    upper.setStretch(1, 1)
    window.setLayout(column(upper, status, gap=NONE))
    window.resize(SIZE)
    return window


def save(application: QApplication, window: QWidget, name: str) -> None:
    """Paint a window to a file."""
    application.processEvents()
    window.grab().save(str(TARGET / f"{name}.png"))


def draw(application: QApplication, look: Look) -> None:
    """All pictures of one look."""
    theme().apply(look)
    end = f"{look.scheme}-{look.scale}"
    page, box = order_page()
    window = shell(page, "order")
    window.show()
    application.processEvents()
    box.setFocus()
    box.setText("ljc")
    box.show_results(HITS)
    save(application, window, f"order-{end}")
    box.clear()
    save(application, window, f"lines-{end}")
    window.close()
    window = shell(statement_page(), "commission")
    banner = Banner(window, bottom=140)
    window.show()
    banner.show_notice(
        Notice(Kind.WARNING, "platform.internal", {"ref": "N02"}, NoticeAction("sample.retry", lambda: None))
    )
    save(application, window, f"statement-{end}")
    window.close()


def main() -> None:
    """Every scheme at 100 and 200 %."""
    TARGET.mkdir(parents=True, exist_ok=True)
    application = QApplication([])
    theme().install(application, Look("light"))
    put_sample_words()
    for scheme in ("light", "dark", "contrast"):
        for scale in (100, 200):
            draw(application, Look(scheme, scale, "counter" if scale == 100 else "mouse"))
    sys.stdout.write(f"pictures in {TARGET.resolve()}\n")


if __name__ == "__main__":
    main()
