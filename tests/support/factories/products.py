"""Products and prices of the tests' network."""

from __future__ import annotations

from domain.catalogue.commands import BarcodeSpec
from domain.catalogue.handlers import NewProduct

TEA, RICE, SOAP, FREIGHT, OLD = "TEA", "RICE", "SOAP", "FREIGHT", "OLD"
TEA_BARCODE = "6901234567892"

ASSORTMENT = [
    NewProduct(TEA, "龙井茶", price=100_000, tax_rate_bp=1300, barcodes=[BarcodeSpec(code=TEA_BARCODE)]),
    NewProduct(RICE, "东北大米", price=33_333, unit="kg"),
    NewProduct(SOAP, "香皂", price=25_000),
    NewProduct(FREIGHT, "运费", price=80_000, stocked=False),
    NewProduct(OLD, "停产货", price=10_000),
]
"""Retail prices 10.00, 3.3333, 2.50, 8.00 and 1.00."""
TRADE = [(TEA, 60_000, 0), (TEA, 50_000, 100_000), (RICE, 20_000, 0), (SOAP, 15_000, 0)]
"""Trade prices of everyone: code, price in 1/10000, from thousandths."""
