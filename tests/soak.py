"""Publishers are killed at every moment in turn while a subscriber reads. Not a timed test: `make soak`.

    python -m tests.soak [KILLS]

Every round changes a title, starts `lornpod publish`, and kills it (SIGKILL) a little later than the
round before, from its first step to past its last. Meanwhile a subscriber reads every feed over and over,
and checks that each thing it names is there with the length it is said to have. Every tenth round a
publish is left to end, and the feeds must then say what the workspace says. Leaves with 1 where anything
was ever missing or wrong.
"""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from lxml import etree

from .workspaces import CASE, add_case, workspace

BASE = "https://cdn.example.org/pod/"
CASES = ("C0901", "C0902", "C0903")


class Subscriber(threading.Thread):
    """Reads every feed in the store until it is told to stop."""

    def __init__(self, store: Path) -> None:
        super().__init__(daemon=True)
        self.store = store
        self.polls = 0
        self.violations: list[str] = []
        self.ended = threading.Event()

    def run(self) -> None:
        while not self.ended.is_set():
            for feed in sorted(self.store.glob("feeds/*.xml")):
                self.read(feed)
            time.sleep(0.002)

    def read(self, feed: Path) -> None:
        self.polls += 1
        try:
            root = etree.fromstring(feed.read_bytes())
        except etree.XMLSyntaxError as error:
            self.violations.append(f"{feed.name}: {error}")
            return
        for element in root.iter():
            for value in map(str, element.attrib.values()):
                if value.startswith(BASE) and not value.endswith(".xml"):
                    self.look_at(feed, value.removeprefix(BASE), element.get("length"))
        guids = [guid.text for guid in root.iter("guid")]
        if len(guids) != len(set(guids)):
            self.violations.append(f"{feed.name}: a guid twice")

    def look_at(self, feed: Path, key: str, length: str | None) -> None:
        path = self.store / key
        if not path.is_file():
            self.violations.append(f"{feed.name} names {key}, which is not there")
        elif length is not None and path.stat().st_size != int(length):
            self.violations.append(f"{feed.name}: {key} has {path.stat().st_size} bytes, not {length}")


def titles(store: Path) -> list[str]:
    root = etree.fromstring((store / "feeds/alle.xml").read_bytes())
    return sorted(title.text or "" for title in root.findall("channel/item/title"))


def main() -> int:
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    chance = random.Random(1)
    with tempfile.TemporaryDirectory() as folder:
        root = workspace(Path(folder) / "ws")
        for number, case_id in enumerate(CASES[1:], start=902):
            add_case(root, case_id, CASE.replace("901", str(number)), seconds=4)
        now = dict.fromkeys(CASES, "Små skritt & store broer")
        command = [sys.executable, "-m", "lornpod", "-q", "-C", str(root), "publish"]
        subprocess.run(command, check=True)
        began = time.monotonic()
        rename(root, now, "C0901", "Maalt")
        subprocess.run(command, check=True)
        whole_s = time.monotonic() - began
        subscriber = Subscriber(root / "public")
        subscriber.start()
        done = wrong = 0
        for turn in range(kills):
            rename(root, now, chance.choice(CASES), f"Tittel {turn}")
            process = subprocess.Popen(command)
            try:
                process.wait(timeout=1.15 * whole_s * turn / kills)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                process.wait()
                done += 1
            if turn % 10 == 9:
                subprocess.run(command, check=True)
                wrong += titles(root / "public") != sorted(now.values())
        subprocess.run(command, check=True)
        wrong += titles(root / "public") != sorted(now.values())
        time.sleep(0.1)
        subscriber.ended.set()
        subscriber.join()
        for said in subscriber.violations[:20]:
            print(said)
        print(
            f"{done} kills over the {whole_s:.2f} s of a publish, {subscriber.polls} polls, "
            f"{len(subscriber.violations)} violations, {wrong} wrong ends"
        )
        return bool(subscriber.violations or wrong)


def rename(root: Path, now: dict[str, str], case_id: str, title: str) -> None:
    path = root / "episodes" / case_id / "case.md"
    text = path.read_text("utf-8")
    path.write_text(text.replace(f"title: {now[case_id]}", f"title: {title}"), "utf-8")
    now[case_id] = title


if __name__ == "__main__":
    sys.exit(main())
