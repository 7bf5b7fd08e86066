"""Mapping files: which column holds what, how it is written, and what its lines mean. TOML; unknown keys are refused.

``resources/mappings`` holds examples for each kind of import.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal, cast

import msgspec

from domain.kernel.commands import Code, Currency
from domain.kernel.errors import Invalid, NotFound

UNKNOWN_KEY = re.compile(r"unknown field `([^`]*)`(?: - at `\$\.?([^`]*)`)?")
LARGEST = 1024 * 1024
Column = Annotated[str, msgspec.Meta(min_length=1)]


class _Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of a mapping file."""


class FileFormat(_Part, frozen=True, kw_only=True):
    """How the file is written.

    Attributes:
        thousands: what parts groups of digits, empty for nothing.
        dates: forms of dates as Python's strptime knows them; the first that fits holds.
    """

    encoding: str = "utf-8"
    delimiter: Annotated[str, msgspec.Meta(min_length=1, max_length=1)] = ","
    decimal: Literal[".", ","] = "."
    thousands: Literal["", ",", ".", " ", "'"] = ""
    dates: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)] = ("%Y-%m-%d",)


class _Mapping(_Part, frozen=True, kw_only=True, tag_field="kind"):
    """What every mapping says: the name under which a source's lines are known again, and how its files are written."""

    source: Code
    file: FileFormat = FileFormat()
    columns: Any

    @property
    def kind(self) -> str:
        """Products, customers, stock or sales."""
        return str(self.__struct_config__.tag)

    def column_names(self) -> list[str]:
        """The file's columns that the mapping names."""
        return [name for name in msgspec.structs.asdict(self.columns).values() if name]


class SalesColumns(_Part, frozen=True, kw_only=True):
    """Columns of a file of documents, a line each."""

    document: Column
    date: Column
    code: Column
    quantity: Column
    price: Column
    name: str = ""
    customer: str = ""
    country: str = ""


class DocumentRules(_Part, frozen=True, kw_only=True):
    """What a document's number and a line's sign mean; an empty prefix means there is no such document."""

    adjustment_prefix: str = ""
    cancellation_prefix: str = ""
    negative_quantity: Literal["write_off", "return"] = "return"


class CodeRules(_Part, frozen=True, kw_only=True):
    """*services* are patterns of codes of which no stock is kept."""

    upper_case: bool = False
    services: tuple[str, ...] = ()


class CustomerRules(_Part, frozen=True, kw_only=True):
    """*walk_in*: what stands where there is no customer. *whole_number*: ``17850.0`` is 17850."""

    walk_in: tuple[str, ...] = ()
    whole_number: bool = False


class StrictRules(_Part, frozen=True, kw_only=True):
    """Patterns that ``--strict`` asks for; an empty one asks for nothing."""

    document: str = ""
    goods: str = ""


class SalesMapping(_Mapping, frozen=True, kw_only=True, tag="sales"):
    """The past: sales, returns, write-offs, charges."""

    currency: Currency
    columns: SalesColumns
    documents: DocumentRules = DocumentRules()
    codes: CodeRules = CodeRules()
    customers: CustomerRules = CustomerRules()
    strict: StrictRules = StrictRules()


class ProductColumns(_Part, frozen=True, kw_only=True):
    """Columns of a product list; *price* is the base retail price."""

    code: Column
    name: Column
    price: str = ""
    barcode: str = ""
    spec: str = ""
    unit: str = ""
    tax_percent: str = ""


class ProductsMapping(_Mapping, frozen=True, kw_only=True, tag="products"):
    """New products."""

    currency: Currency = "CNY"
    columns: ProductColumns
    codes: CodeRules = CodeRules()


class CustomerColumns(_Part, frozen=True, kw_only=True):
    """Columns of a list of customers."""

    code: Column
    name: Column
    phone: str = ""
    grade: str = ""
    note: str = ""
    consent: str = ""


class CustomersMapping(_Mapping, frozen=True, kw_only=True, tag="customers"):
    """New customers of one dealer."""

    columns: CustomerColumns


class StockColumns(_Part, frozen=True, kw_only=True):
    """Columns of opening stock; *document* tells one stock-taking from the next."""

    code: Column
    quantity: Column
    document: str = ""


class StockMapping(_Mapping, frozen=True, kw_only=True, tag="stock"):
    """Opening stock of one dealer's warehouse."""

    columns: StockColumns
    codes: CodeRules = CodeRules()


Mapping = SalesMapping | ProductsMapping | CustomersMapping | StockMapping


def load_mapping(path: Path, kind: str) -> Mapping:
    """The mapping in *path* for an import of *kind*.

    Raises:
        NotFound: ``mapping_missing``.
        Invalid: ``mapping_not_toml``, ``mapping_unknown_key``, ``mapping_bad``, ``mapping_other_kind``.
    """
    try:
        with path.open("rb") as file:
            text = file.read(LARGEST).decode()
        table = tomllib.loads(text)
    except OSError:
        raise NotFound("mapping_missing", path=str(path)) from None
    except ValueError as error:
        raise Invalid("mapping_not_toml", path=str(path), detail=str(error)[:200]) from None
    try:
        mapping = cast(Mapping, msgspec.convert(table, type=Mapping))
    except msgspec.ValidationError as error:
        unknown = UNKNOWN_KEY.search(str(error))
        if unknown:
            raise Invalid("mapping_unknown_key", key=".".join(filter(None, (unknown[2], unknown[1])))) from None
        raise Invalid("mapping_bad", detail=str(error)[:200]) from None
    if mapping.kind != kind:
        raise Invalid("mapping_other_kind", kind=mapping.kind, wanted=kind)
    try:
        # Not only known: hex and the like are codecs too, but not of text.
        "".encode(mapping.file.encoding)
    except LookupError:
        raise Invalid("mapping_bad", detail=mapping.file.encoding[:40]) from None
    return mapping


def pattern(*texts: str) -> re.Pattern[str] | None:
    """One pattern that fits whatever one of *texts* fits as a whole; None when there are none.

    Raises:
        Invalid: ``mapping_bad`` when one is no regular expression.
    """
    given = [text for text in texts if text]
    if not given:
        return None
    try:
        return re.compile("|".join(f"(?:{text})" for text in given), re.ASCII)
    except re.error as error:
        raise Invalid("mapping_bad", detail=str(error)[:200]) from None
