"""Periodic jobs: poked, failing, stopped."""

from __future__ import annotations

import logging
import threading

import pytest

from server_stub.kit.jobs import Jobs, Periodic

LONG = 3600.0


def test_poke_runs_now_and_stop_ends() -> None:
    done = threading.Event()
    jobs = Jobs()
    job = jobs.add(Periodic("sweep", LONG, done.set))
    jobs.start()
    job.poke()
    assert done.wait(60)
    jobs.stop()
    assert not [thread for thread in threading.enumerate() if thread.name == "job-sweep"]


def test_comes_back_by_itself() -> None:
    rounds = threading.Semaphore(0)
    job = Periodic("often", 0.001, rounds.release)
    job.start()
    assert all(rounds.acquire(timeout=60) for _ in range(3))
    job.stop()


def test_failure_is_logged_and_the_job_goes_on(expected_errors: list[logging.LogRecord]) -> None:
    rounds = threading.Semaphore(0)

    def fail() -> None:
        rounds.release()
        raise ValueError("bad day")

    job = Periodic("unlucky", LONG, fail)
    job.start()
    for _ in range(2):
        job.poke()
        assert rounds.acquire(timeout=60)
    job.stop()
    assert {record.message for record in expected_errors} == {"job failed"}


def test_started_twice_is_an_error_and_a_stopped_one_starts_again() -> None:
    done = threading.Event()
    job = Periodic("once", LONG, done.set)
    job.stop()
    job.start()
    with pytest.raises(RuntimeError, match="runs already"):
        job.start()
    job.stop()
    job.start()
    job.poke()
    assert done.wait(60)
    job.stop()
