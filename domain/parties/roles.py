"""The roles a person can have, and the sets of them that commands name."""

from __future__ import annotations

HQ_ADMIN = "hq_admin"
HQ_STAFF = "hq_staff"
OWNER = "owner"
CLERK = "clerk"
WAREHOUSE = "warehouse"

ALL = frozenset({HQ_ADMIN, HQ_STAFF, OWNER, CLERK, WAREHOUSE})
AT_HQ = frozenset({HQ_ADMIN, HQ_STAFF, WAREHOUSE})
AT_DEALER = frozenset({OWNER, CLERK, WAREHOUSE})
ADMIN = frozenset({HQ_ADMIN})
OFFICE = frozenset({HQ_ADMIN, HQ_STAFF})
SELLING = frozenset({HQ_ADMIN, HQ_STAFF, OWNER, CLERK})
STOCKING = ALL
MANAGING = frozenset({HQ_ADMIN, OWNER})
