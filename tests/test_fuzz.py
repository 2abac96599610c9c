"""Some hundred damaged inputs for each reader; `python -m tests.fuzz` gives them a hundred thousand."""

from __future__ import annotations

import random

import pytest

from . import fuzz


@pytest.mark.parametrize("target", fuzz.TARGETS, ids=lambda one: one.name)
def test_no_damage_brings_a_reader_down(target: fuzz.Target) -> None:
    for number in range(200):
        fault = fuzz.fault_in(target, number)
        assert fault is None, f"input {number}: {fault!r}"


@pytest.mark.parametrize("target", fuzz.TARGETS, ids=lambda one: one.name)
def test_good_inputs_are_read_and_damage_is_the_same_every_time(target: fuzz.Target) -> None:
    for seed in target.seeds:
        target.read(seed, random.Random(0))
    assert fuzz.damaged(target, 7) == fuzz.damaged(target, 7)
    assert len({fuzz.damaged(target, number) for number in range(50)}) > 25
