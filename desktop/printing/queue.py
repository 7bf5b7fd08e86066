"""Sending what waits, oldest first, until the printer does not answer. No threads: the caller brings one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from desktop.printing.ports import Port, PrinterSilent
from desktop.store.print_jobs import PrintJobs
from domain.kernel.clock import Clock


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of one go: jobs printed, jobs still waiting, and why the first of them could not be sent."""

    printed: int
    waiting: int
    problem: str = ""


def send_waiting(jobs: PrintJobs, port: Port, clock: Clock, stop: Callable[[], bool] = lambda: False) -> Sent:
    """Send all waiting jobs in order; the first that fails ends the go, so that paper comes in order.

    A job is marked after the printer took it: a power cut in between prints it twice, never not at all.
    """
    waiting = jobs.waiting()
    for place, job in enumerate(waiting):
        if stop():
            return Sent(place, len(waiting) - place)
        try:
            port.send(job.data)
        except PrinterSilent as error:
            detail = str(error.params.get("detail", ""))
            jobs.failed(job.id, detail)
            return Sent(place, len(waiting) - place, detail or error.code)
        jobs.printed(job.id, clock.now_ms())
    return Sent(len(waiting), 0)
