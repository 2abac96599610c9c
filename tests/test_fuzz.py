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


@pytest.mark.parametrize("run", ["\n", "\n ", "<br>\n", "\n<a", "&nbsp;\n", "<p>"])
@pytest.mark.parametrize("name", ["check.feed", "feeds.import"])
def test_time_does_not_grow_with_the_square_of_a_run(name: str, run: str) -> None:
    (target,) = (one for one in fuzz.TARGETS if one.name == name)
    notes = f"Om.{run * (40_000 // len(run))}Slutt."
    feed = f"""<rss version="2.0"><channel><title>Bruer</title><item><title>Bru</title><guid>g</guid>
        <enclosure url="https://example.org/a.mp3" length="1" type="audio/mpeg"/>
        <description><![CDATA[{notes}]]></description></item></channel></rss>"""
    assert fuzz.fault_in(target, 0, feed.encode()) is None
