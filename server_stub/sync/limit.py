"""How often a device may ask."""

from __future__ import annotations

from dataclasses import dataclass

from server_stub.kit.limits import RateLimit


@dataclass(frozen=True, slots=True)
class SyncLimit:
    """Requests per device; each API process counts for itself."""

    requests: RateLimit

    def admit(self, device_id: str) -> None:
        """Count one request.

        Raises:
            TooMany: ``too_many_requests``.
        """
        self.requests.admit(device_id)
