"""Many new customers in one command, as a file of another system lists them."""

from __future__ import annotations

from typing import Annotated

import msgspec

from domain.customers.commands import CustomerData
from domain.kernel.commands import FACT, Id, Payload, Short, command
from domain.parties import roles
from domain.parties.rules import own

MOST = 1000


class CustomerEntry(Payload, frozen=True, kw_only=True):
    """What may stand in the sealed body of one customer."""

    customer_id: Id
    code: Short = ""
    grade: Short = ""
    consent: Short = ""


class CustomerFiles(Payload, frozen=True, kw_only=True):
    """The personal parts, in the order of the entries."""

    files: Annotated[tuple[CustomerData, ...], msgspec.Meta(max_length=MOST)]


@command("customers.add_many", nature=FACT, roles=roles.SELLING, entitled=own("party_id"), personal=CustomerFiles)
class AddCustomers(Payload, frozen=True, kw_only=True):
    """New customers of a dealer."""

    party_id: Id
    customers: Annotated[tuple[CustomerEntry, ...], msgspec.Meta(min_length=1, max_length=MOST)]
