"""Room and turns: what a process does not take now it asks to come back, each at another moment."""

from __future__ import annotations

import asyncio

import pytest

from server_stub.kit.errors import TooMany
from server_stub.kit.pressure import LONGEST_WAIT, Pressure


class Steady:
    """A clock that stands where it is put."""

    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


def test_room_is_given_back_and_never_exceeded() -> None:
    pressure = Pressure(turns=1, room=100)
    with pressure.room(60):
        with pytest.raises(TooMany, match="server_busy"), pressure.room(41):
            pass
        with pressure.room(40):
            assert pressure.reserved == 100
    assert pressure.reserved == 0


def test_room_is_given_back_when_the_reader_fails() -> None:
    pressure = Pressure(turns=1, room=100)
    with pytest.raises(ZeroDivisionError), pressure.room(60):
        raise ZeroDivisionError
    assert pressure.reserved == 0


def test_strangers_never_keep_the_shops_out() -> None:
    pressure = Pressure(turns=1, room=100)
    with pressure.room(60, stranger=True):
        with pytest.raises(TooMany), pressure.room(1, stranger=True):
            pass
        with pressure.room(40):
            assert pressure.reserved == 100
    with pressure.room(30, stranger=True), pressure.room(20, stranger=True), pressure.room(50):
        assert pressure.reserved == 100
    with pressure.room(90, stranger=True):
        pass


def test_so_many_are_worked_on_at_once_and_the_next_waits_for_its_turn() -> None:
    async def play() -> tuple[int, int]:
        pressure = Pressure(turns=2, room=1, patience=30)
        working = most = done = 0

        async def work() -> None:
            nonlocal working, most, done
            async with pressure.turn():
                working += 1
                most = max(most, working)
                for _ in range(5):
                    await asyncio.sleep(0)
                working -= 1
                done += 1

        await asyncio.gather(*[work() for _ in range(20)])
        return most, done

    assert asyncio.run(play()) == (2, 20)


def test_who_waited_in_vain_is_told_when_to_come_back_and_each_another_time() -> None:
    clock = Steady()

    async def play() -> list[int]:
        pressure = Pressure(turns=2, room=1, patience=0.01, now=clock)
        for _ in range(60):
            async with pressure.turn():
                clock.at += 4  # a turn costs four seconds: with two turns one gets free every two
        async with pressure.turn(), pressure.turn():
            told = []
            for _ in range(100):
                with pytest.raises(TooMany) as refused:
                    async with pressure.turn():
                        pass
                told.append(refused.value.params["seconds"])
        return told

    told = asyncio.run(play())
    assert told[:4] == [2, 4, 6, 8]
    assert told == sorted(told)
    assert told[-1] == LONGEST_WAIT


def test_pressure_that_is_over_asks_nobody_to_wait_long() -> None:
    clock = Steady()
    pressure = Pressure(turns=1, room=1, now=clock)

    def refused() -> int:
        with pytest.raises(TooMany) as found, pressure.room(2):
            pass
        return int(found.value.params["seconds"])

    assert [refused() for _ in range(6)] == [1, 1, 2, 2, 3, 3]
    clock.at += 60
    assert refused() == 1
