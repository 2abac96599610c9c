"""Every rule that judges a workspace fires on one with its fault, through what `lornpod check` runs."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from lornpod import check, workspace
from lornpod.audio.probe import probe
from lornpod.check.registry import Rule
from lornpod.errors import Finding, InputError
from lornpod.text import chapters

from . import workspaces

Fault = Callable[[Path], object]
CASE, SCRIPT = "episodes/C0901/case.md", "episodes/C0901/transcript.txt"
VTT = "WEBVTT\n\n00:00:00.000 --> 00:00:02.000\n<v Ola Vik>Velkommen.\n\n{}\n"


def edit(name: str, old: str, new: str) -> Fault:
    def make(root: Path) -> None:
        text = (root / name).read_text("utf-8")
        assert old in text, old
        (root / name).write_text(text.replace(old, new, 1), "utf-8")

    return make


def front(line: str) -> Fault:
    """A line more in the case's front matter."""
    return edit(CASE, "number: 901", f"{line}\nnumber: 901")


def setting(line: str) -> Fault:
    return edit("lornpod.yaml", "language: nb", f"{line}\nlanguage: nb")


def without(name: str, line: str) -> Fault:
    return edit(name, f"{line}\n", "")


def put(name: str, data: bytes | str) -> Fault:
    def make(root: Path) -> None:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data.encode() if isinstance(data, str) else data)

    return make


def captions(cues: str) -> Fault:
    """A transcript in cues in place of the one without times."""

    def make(root: Path) -> None:
        (root / SCRIPT).unlink()
        put("episodes/C0901/transcript.vtt", VTT.format(cues))(root)

    return make


def picture(name: str, mode: str, size: tuple[int, int], kind: str, *, noise: bool = False) -> Fault:
    def make(root: Path) -> None:
        made = Image.effect_noise(size, 90).convert(mode) if noise else Image.new(mode, size)
        made.save(root / name, kind)

    return make


def cover(mode: str, size: tuple[int, int], kind: str = "JPEG", *, noise: bool = False) -> Fault:
    return picture("artwork/cover.jpg", mode, size, kind, noise=noise)


def both(*faults: Fault) -> Fault:
    def make(root: Path) -> None:
        for fault in faults:
            fault(root)

    return make


def remove(name: str) -> Fault:
    return lambda root: (root / name).unlink()


def low_rate(root: Path) -> None:
    workspaces.write_wav(root / "episodes/C0901/audio.wav", 6.0, 8000)


def copied(name: str, text: str = workspaces.CASE) -> Fault:
    """A case more, of its own title."""

    def make(root: Path) -> None:
        shutil.copytree(root / "episodes/C0901", root / "episodes" / name)
        put(f"episodes/{name}/case.md", text.replace("Små skritt & store broer", "En annen"))(root)

    return make


SURVEYS: Mapping[str, Mapping[str, Any]] = {
    "audio-clipped": {"clipped_samples": 900, "stereo": "", "sound_ms": (0, 6000), "duration_ms": 6000},
    "audio-channels": {"clipped_samples": 0, "stereo": "left only", "sound_ms": (0, 6000), "duration_ms": 6000},
    "audio-silence": {"clipped_samples": 0, "stereo": "", "sound_ms": (0, 60_000), "duration_ms": 90_000},
}  # fmt: skip
FAULTS: tuple[tuple[str, Fault], ...] = (
    # what the reader of authored files says
    ("value", edit(CASE, "published: 260302", "published: 31.02.2026")),
    ("missing", without(CASE, "title: Små skritt & store broer")),
    ("unknown-key", front("tittel: Noe")),
    ("yaml", edit(CASE, "hosts: [Ola Vik]", "hosts: [Ola Vik")),
    ("encoding", lambda root: put(CASE, (root / CASE).read_text("utf-8").encode("latin-1"))(root)),
    ("unreadable", both(remove("feeds/alle.md"), lambda root: (root / "feeds/alle.md").mkdir())),
    ("character", edit(CASE, "Jeg leder", "Jeg \x07leder")),
    ("comment", edit(CASE, "Jeg leder", "<!-- Jeg leder")),
    ("heading", edit(CASE, "## Hvem er du?", "##")),
    ("slug", put("feeds/Alle Samtaler.md", workspaces.ALL)),
    ("case-id", copied("C 0902", workspaces.CASE.replace("901", "902"))),
    ("no-case", put("episodes/C0903/notat.txt", "Kommer senere")),
    ("same-number", copied("C0902")),
    ("audio", lambda root: shutil.copy(root / "episodes/C0901/audio.wav", root / "episodes/C0901/to.wav")),
    ("apple-range", setting("audio: {loudness: -20}")),
    ("network-guid", without("lornpod.yaml", "guid: 5f0e7c1a-3d0b-4e36-9a55-1b6a2f0d9c11")),
    # the case
    ("audio-missing", remove("episodes/C0901/audio.wav")),
    ("audio-unreadable", put("episodes/C0901/audio.wav", b"RIFF" + bytes(400))),
    ("audio-rate", low_rate),
    *((code, lambda _: None) for code in SURVEYS),
    ("chapter-order", edit(CASE, "{start: 00:03,", "{start: 00:00,")),
    ("chapter-past-end", edit(CASE, "{start: 00:03,", "{start: 00:30,")),
    ("chapter-first", edit(CASE, '{start: "00:00",', '{start: "00:01",')),
    ("chapter-title-length", edit(CASE, "title: Broen", f"title: {'Broen ' * 50}nå")),
    ("soundbite-span", front("soundbites: [{start: 00:02, end: 00:40}]")),
    ("soundbite-length", front("soundbites: [{start: 00:01, end: 00:04}]")),
    ("quote-not-said", both(captions(""), edit(CASE, "Vi bygger broer mens", "Havet er vidt og blått, og"))),
    ("summary-length", front(f"summary: {'ø' * 2001}")),
    ("theme-unknown", edit(CASE, "themes: Innovasjon", "themes: Inovasjon")),
    ("perspective-unknown", both(setting("perspectives: [Offentlig sektor]"), front("perspective: Gründer"))),
    ("guest-missing", edit(CASE, "guests:\n  - {name: Kari Nordmann, role: Fagleder, organisation: Fjordheim kommune}\n", "")),
    ("html-unsafe", edit(CASE, "Jeg leder", "<script>x()</script> Jeg leder")),
    ("transcript-unreadable", both(remove(SCRIPT), put("episodes/C0901/transcript.docx", b"PK\x03\x04" + bytes(200)))),
    ("card-letters", edit(CASE, "quote: Vi bygger broer mens vi går på dem.", "quote: 橋を架ける")),
    ("episode-cover", both(front("image: bilde.jpg"), put("episodes/C0901/bilde.jpg", b"no picture"))),
    # feeds and the network
    ("feed-cover", both(edit("feeds/alle.md", "title: Alle", "artwork: artwork/a.jpg\ntitle: Alle"), put("artwork/a.jpg", b"no picture"))),
    ("feed-cover", without("lornpod.yaml", "artwork: artwork/cover.jpg")),
    ("network-cover", put("artwork/cover.jpg", b"no picture")),
    ("feed-description-missing", both(without("lornpod.yaml", "description: Samtaler om å lære."), edit("feeds/alle.md", "Alt fra Lærerommet.\n", ""))),
    ("feed-category-missing", without("lornpod.yaml", "categories: [Education > Courses]")),
    ("feed-where-unknown", edit("feeds/innovasjon.md", "where: {theme: Innovasjon", "where: {theme: Inovasjon")),
    ("owner-missing", without("lornpod.yaml", "owner: {name: Redaksjonen, email: post@example.org}")),
    # pictures
    ("artwork-square", cover("RGB", (1500, 1400))),
    ("artwork-size", cover("RGB", (1200, 1200))),
    ("artwork-bytes", cover("RGB", (1400, 1400), noise=True)),
    ("artwork-format", cover("RGB", (1400, 1400), "GIF")),
    ("artwork-mode", cover("CMYK", (1400, 1400))),
    ("artwork-alpha", both(picture("artwork/cover.png", "RGBA", (1400, 1400), "PNG"), edit("lornpod.yaml", "artwork/cover.jpg", "artwork/cover.png"))),
    # transcripts
    ("transcript-speaker", edit(SCRIPT, "Ola: Fint.", "Tuva Berg: Fint.")),
    ("transcript-anchor", edit(SCRIPT, "Kari Nordmann: Takk.", "Kari Nordmann: [00:73] Takk.")),
    ("transcript-cue", captions("00:00:02.000 --> halv fire\nVi bygger broer.")),
    ("transcript-encoding", put(SCRIPT, "Ola Vik: Velkommen på brua.\n".encode("latin-1"))),
    ("transcript-format", both(remove(SCRIPT), put("episodes/C0901/transcript.vtt", "1\n00:00:00,000 --> 00:00:02,000\nVelkommen.\n"))),
    ("transcript-order", captions("00:00:04.000 --> 00:00:05.000\nEn.\n\n00:00:02.000 --> 00:00:03.000\nTo.")),
    ("transcript-overlap", captions("00:00:02.000 --> 00:00:04.000\nEn.\n\n00:00:03.000 --> 00:00:05.000\nTo.")),
    ("transcript-times", captions("00:00:04.000 --> 00:00:03.000\nEn.")),
    # what the network lives with
    ("ignore-reason", setting("check: {ignore: [{code: guest-missing}]}")),
    ("ignore-unknown", setting("check: {ignore: [{code: gjest, reason: nei}]}")),
    ("ignore-unused", setting("check: {ignore: [{code: guest-missing, reason: fortalt}]}")),
    # several feeds
    ("feed-shared-guid", both(*(edit(f"feeds/{slug}.md", "title:", "guid: 9b024349-ccf0-5f69-a609-6b82873eab3c\ntitle:") for slug in ("alle", "innovasjon")))),
    ("feed-shared-title", edit("feeds/alle.md", "title: Alle samtaler", "title: Innovasjon i offentlig sektor")),
    ("feed-shared-description", edit("feeds/alle.md", "Alt fra Lærerommet.", "Samtaler om å fornye det offentlige.")),
    ("feed-shared-cover", lambda _: None),
)  # fmt: skip
# Told where this table cannot lead: by other commands, of what was published, or tested with what is large.
ELSEWHERE = {
    "chapters-json": "test_check_workspace_rules.py",
    "feed-too-large": "test_check.py",
    "feed-shortened": "test_cli_publish.py",
    "feed-unreachable": "test_check_feeds.py",
    "transcript-strict": "test_publish_verify.py",
    "feed-guid-differs": "test_check_feeds.py",
    "podcast-publisher-one-way": "test_check_feeds.py",
}


@pytest.mark.parametrize(
    ("code", "fault"), FAULTS, ids=[f"{at}-{code}" for at, (code, _) in enumerate(FAULTS)]
)
def test_a_workspace_with_one_fault_gets_its_finding(code: str, fault: Fault, tmp_path: Path) -> None:
    root = workspaces.workspace(tmp_path / "ws")
    before = {finding.code for finding in found(root)}
    assert before <= {"feed-shared-cover"}
    fault(root)
    assert code in {finding.code for finding in found(root, SURVEYS.get(code))}


def found(root: Path, survey: Mapping[str, Any] | None = None) -> tuple[Finding, ...]:
    try:
        read = workspace.read(root)
    except InputError as error:
        return error.findings
    return check.workspace_findings(read, probe, surveyed=lambda _: survey, whole=True)


def test_chapters_that_apps_cannot_read_are_no_chapters() -> None:
    for document in (b'{"version": "1.2.0", "chapters": [{"title": "Uten tid"}]}', b"{", b'{"kapitler": []}'):
        with pytest.raises(InputError) as error:
            chapters.parse_json(document)
        assert [one.code for one in error.value.findings] == ["chapters-json"]


def _of_workspaces() -> list[Rule]:
    kinds = ("network", "feed", "case", "authored", "found", "ignored", "feeds")
    return [rule for rule in check.all_rules() if rule.of in kinds]


def test_every_rule_of_workspaces_has_a_faulty_one() -> None:
    shown = {code for code, _ in FAULTS}
    assert {rule.code for rule in _of_workspaces()} - ELSEWHERE.keys() == shown
    for code, file in ELSEWHERE.items():
        assert code in (Path(__file__).parent / file).read_text("utf-8"), code


def test_every_rule_of_addresses_is_fired_by_a_test() -> None:
    tests = "".join(
        (Path(__file__).parent / name).read_text("utf-8")
        for name in ("test_publish_verify.py", "test_check_feeds.py", "test_publish_archives.py")
    )
    codes = {rule.code for rule in check.all_rules() if rule.of == "address"}
    assert {code for code in codes if f'"{code}"' not in tests} == set()
