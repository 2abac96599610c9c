"""Covers and cards from the command line."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from PIL import Image, ImageCms

from lornpod.art import images

from .workspaces import Run


def conforms(path: Path) -> bool:
    return not list(images.cover_findings(images.inspect(path, whole=True), "cover"))


def picture(path: Path, size: tuple[int, int]) -> Path:
    """Black, with a red square in the upper left quarter, in a profile that is not sRGB."""
    image = Image.new("RGB", size, "black")
    image.paste((200, 30, 30), (0, 0, size[0] // 4, size[1] // 4))
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("XYZ")).tobytes()
    image.save(path, quality=95, icc_profile=profile)
    return path


def test_feeds_without_a_cover_get_one_drawn(root: Path, run: Run) -> None:
    code, out, err = run("artwork", "make")
    assert code == 0, err
    assert set(out.split()) == {
        f"artwork/{slug}{end}.jpg" for slug in ("alle", "innovasjon") for end in ("", "-1400", "-wide")
    }
    assert conforms(root / "artwork/innovasjon.jpg")
    assert images.inspect(root / "artwork/innovasjon-1400.jpg").width == 1400
    code, out, _ = run("artwork", "check", "--json")
    rows = {row["picture"]: row["verdict"] for row in json.loads(out)["pictures"]}
    assert code == 0
    assert rows["artwork/innovasjon.jpg"] == "ok"


def test_a_cover_is_cut_out_of_a_picture_around_its_focus(root: Path, run: Run, tmp_path: Path) -> None:
    source = picture(tmp_path / "bilde.jpg", (4200, 2000))
    code, _, err = run("artwork", "make", "alle", "--from", str(source), "--focus", "0,0")
    assert code == 0, err
    made = root / "artwork/alle.jpg"
    assert conforms(made)
    with Image.open(made) as image:
        assert image.size == (2000, 2000)
        assert "icc_profile" not in image.info
        red, _, blue = image.getpixel((100, 100))  # type: ignore[misc]
        assert red > 100 > blue
    with Image.open(root / "artwork/alle-wide.jpg") as image:
        assert image.size == (1920, 1080)


def test_a_new_cover_has_a_new_address(root: Path, run: Run) -> None:
    run("artwork", "make", "alle")
    run("publish")
    covers = re.compile(r"alle-[0-9a-f]{12}\.jpg")
    before = {path.name for path in (root / "public/art").iterdir() if covers.fullmatch(path.name)}
    (root / "feeds/alle.md").write_text("---\ntitle: Alt vi vet\n---\nAlt.\n", "utf-8")
    assert run("artwork", "make", "alle", "--force")[0] == 0
    run("publish", "--force")
    after = {path.name for path in (root / "public/art").iterdir() if covers.fullmatch(path.name)}
    assert len(before) == 1
    assert len(after - before) == 1
    assert (after - before).pop() in (root / "public/feeds/alle.xml").read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("alle", "--from", "SMALL"), "Apple takes no cover under 1400"),
        (("alle", "--from", "case.md"), "not a picture"),
        (("nei",), "there is no such feed"),
    ],
)
def test_what_cannot_be_a_cover_is_told_in_a_line(
    arguments: tuple[str, ...], said: str, root: Path, run: Run, tmp_path: Path
) -> None:  # fmt: skip
    small = picture(tmp_path / "small.jpg", (900, 900))
    known = {"SMALL": str(small), "case.md": str(root / "episodes/C0901/case.md")}
    code, _, err = run("artwork", "make", *(known.get(one, one) for one in arguments))
    assert code == 1
    assert said in err
    assert "Traceback" not in err
    assert not list((root / "artwork").glob("alle*"))


def test_a_cover_that_is_there_is_not_written_over(root: Path, run: Run) -> None:
    (root / "artwork/alle.jpg").write_bytes(b"mine")
    code, _, err = run("artwork", "make", "alle")
    assert code == 1
    assert "--force" in err
    assert (root / "artwork/alle.jpg").read_bytes() == b"mine"


def test_covers_that_apple_refuses_are_told(root: Path, run: Run, tmp_path: Path) -> None:
    code, out, err = run("artwork", "check", str(picture(tmp_path / "a.jpg", (900, 600))))
    assert code == 1
    assert "must be square" in err
    assert "error" in out


def test_a_card_is_set_in_every_shape(root: Path, run: Run, tmp_path: Path) -> None:
    code, out, err = run("card", "C0901", "--out", str(tmp_path), "--json")
    assert code == 0, err
    rows = json.loads(out)
    assert [row["size"] for row in rows] == ["1400 × 1400", "1600 × 900", "1080 × 1920"]
    assert all(row["contrast"] >= 4.5 for row in rows)
    for row in rows:
        images.inspect(Path(row["file"]), whole=True)
    assert run("card", "C0901", "--out", str(tmp_path))[0] == 1
    assert (
        run("card", "C0901", "--shape", "wide", "-o", str(tmp_path / "a.jpg"), "--text", "Noe annet.")[0] == 0
    )
