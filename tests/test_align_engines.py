"""Other recognisers and aligners: what they are asked, and what is made of their answers.

None of them is a test's dependency, nor are their models. What stands in for them here has the signatures of
the real ones (faster-whisper 1.2, pywhispercpp 1.5, torchaudio 2.11, whisperx 3.8), which a test compares
where the real ones are installed.
"""

from __future__ import annotations

import inspect
import json
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

from lornpod.align import Alignment, Sound, Timed, recognisers, refiners
from lornpod.errors import LornpodError, MissingTool
from lornpod.model import Cue, Word

Module = Callable[..., ModuleType]
SECOND = b"\x00\x10" * 16_000


def sound(seconds: int, *spoken_ms: tuple[int, int]) -> Sound:
    return Sound(lambda: (SECOND for _ in range(seconds)), spoken_ms or ((0, seconds * 1000),))


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> Module:
    """Makes a module that can be found and imported."""

    def made(name: str, **names: Any) -> ModuleType:
        one = ModuleType(name)
        one.__spec__ = ModuleSpec(name, None)
        one.__dict__.update(names)
        monkeypatch.setitem(sys.modules, name, one)
        return one

    return made


# ---------------------------------------------------------------- recognisers


class WhisperModel:
    """faster_whisper.WhisperModel: a segment for each piece, three seconds in."""

    made: tuple[Any, ...] = ()
    heard: list[tuple[int, Any]] = []  # noqa: RUF012

    def __init__(self, model_size_or_path: str, *, local_files_only: bool = False) -> None:
        WhisperModel.made = (model_size_or_path, local_files_only)
        WhisperModel.heard = []

    def transcribe(
        self,
        audio: np.ndarray[Any, Any],
        language: str | None = None,
        *,
        word_timestamps: bool = False,
        vad_filter: bool = False,
    ) -> tuple[Iterator[Any], Any]:
        assert audio.dtype == np.float32
        WhisperModel.heard.append((len(audio), language))
        words = [
            SimpleNamespace(start=3.0, end=3.4, word=" Hei"),
            SimpleNamespace(start=3.5, end=4.25, word=" du."),
        ]
        segment = SimpleNamespace(
            start=3.0, end=4.25, text=" Hei du.", words=words if word_timestamps else None
        )
        return iter([segment]), SimpleNamespace(language=language)


def test_faster_whisper_loads_the_model_at_the_path_and_never_fetches_one(
    module: Module, tmp_path: Path
) -> None:
    module("faster_whisper", WhisperModel=WhisperModel)
    cues = recognisers.recognise("faster-whisper", tmp_path, sound(10), "nb", lambda _: None)
    assert WhisperModel.made == (str(tmp_path), True)
    assert WhisperModel.heard == [(160_000, "no")]
    assert cues == [Cue("Hei du.", "", 3000, 4250, (Word("Hei", 3000, 3400), Word("du.", 3500, 4250)))]


def test_a_long_recording_is_heard_in_pieces_and_its_times_go_on(module: Module, tmp_path: Path) -> None:
    module("faster_whisper", WhisperModel=WhisperModel)
    done: list[float] = []
    cues = recognisers.recognise("faster-whisper", tmp_path, sound(1500), "en", done.append)
    pieces = [length for length, _ in WhisperModel.heard]
    assert sum(pieces) == 1500 * 16_000
    assert max(pieces) <= 601 * 16_000
    assert sum(done) == pytest.approx(1500)
    assert [cue.start_ms for cue in cues] == [
        3000 + round(sum(pieces[:index]) / 16) for index in range(len(pieces))
    ]


def test_intro_and_outro_are_not_listened_to(module: Module, tmp_path: Path) -> None:
    heard: list[np.ndarray[Any, Any]] = []

    class Listening(WhisperModel):
        def transcribe(
            self, audio: np.ndarray[Any, Any], *args: Any, **options: Any
        ) -> tuple[Iterator[Any], Any]:
            heard.append(audio)
            return iter(()), None

    module("faster_whisper", WhisperModel=Listening)
    recognisers.recognise("faster-whisper", tmp_path, sound(10, (2000, 8000)), "en", lambda _: None)
    (samples,) = heard
    assert np.flatnonzero(samples)[[0, -1]].tolist() == [32_000, 127_999]


class PyWhisperCpp:
    """pywhispercpp.model.Model: times in hundredths of a second."""

    def __init__(self, model: str = "tiny", **options: Any) -> None:
        assert Path(model).read_bytes().startswith(b"lmgg")  # else the real one ends the process

    def transcribe(self, media: np.ndarray[Any, Any], **options: Any) -> list[Any]:
        assert options["language"] == "en"
        return [
            SimpleNamespace(t0=150, t1=320, text="Hello there."),
            SimpleNamespace(t0=320, t1=330, text=" "),
        ]


def test_pywhispercpp_counts_in_hundredths(module: Module, tmp_path: Path) -> None:
    module("pywhispercpp")
    module("pywhispercpp.model", Model=PyWhisperCpp)
    (tmp_path / "ggml.bin").write_bytes(b"lmgg")
    cues = recognisers.recognise("pywhispercpp", tmp_path / "ggml.bin", sound(5), "en-GB", lambda _: None)
    assert cues == [Cue("Hello there.", "", 1500, 3200)]


def test_a_model_that_is_none_is_told_in_one_line(module: Module, tmp_path: Path) -> None:
    module("pywhispercpp")
    module("pywhispercpp.model", Model=PyWhisperCpp)
    (tmp_path / "other.bin").write_bytes(b"no model")
    with pytest.raises(LornpodError) as told:
        recognisers.recognise("pywhispercpp", tmp_path / "other.bin", sound(5), "en", lambda _: None)
    assert "\n" not in str(told.value)
    assert "cannot use the model: it does not begin as one" in str(told.value)


def test_whatever_a_damaged_model_ends_in_is_told_in_one_line(module: Module, tmp_path: Path) -> None:
    class Damaged(PyWhisperCpp):
        def transcribe(self, *_: object, **__: object) -> list[Any]:
            raise IndexError("list index out of range")

    module("pywhispercpp")
    module("pywhispercpp.model", Model=Damaged)
    (tmp_path / "ggml.bin").write_bytes(b"lmgg")
    with pytest.raises(LornpodError, match="cannot use the model: list index out of range"):
        recognisers.recognise("pywhispercpp", tmp_path / "ggml.bin", sound(5), "en", lambda _: None)


CLI = """\
#!/usr/bin/env python3
import json, sys, wave
options = {name: value for name, value in zip(sys.argv[1:], sys.argv[2:]) if name.startswith("-")}
assert "-oj" in options
if open(options["-m"]).read() != "lmgg":
    sys.exit("error: failed to load model")
with wave.open(options["-f"]) as file:
    seconds = file.getnframes() / file.getframerate()
said = {"offsets": {"from": 1000, "to": 2500}, "text": f" {options['-l']} {seconds:.0f} s"}
open(options["-of"] + ".json", "w").write(json.dumps({"transcription": [said]}))
"""


@pytest.fixture
def whisper_cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    program = tmp_path / "bin" / "whisper-cli"
    program.parent.mkdir()
    program.write_text(CLI)
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{program.parent}:{Path(sys.executable).parent}:/usr/bin:/bin")
    return program


def test_whisper_cli_is_given_a_wave_file_and_its_json_is_read(whisper_cli: Path, tmp_path: Path) -> None:
    (tmp_path / "m.bin").write_text("lmgg")
    cues = recognisers.recognise("whisper-cli", tmp_path / "m.bin", sound(7), "nn-NO", lambda _: None)
    assert cues == [Cue("nn 7 s", "", 1000, 2500)]


def test_what_whisper_cli_complains_of_is_told(whisper_cli: Path, tmp_path: Path) -> None:
    (tmp_path / "m.bin").write_text("lmgg, and then nothing")
    with pytest.raises(LornpodError, match="failed to load model"):
        recognisers.recognise("whisper-cli", tmp_path / "m.bin", sound(7), "no", lambda _: None)


@pytest.mark.parametrize("row", recognisers.RECOGNISERS, ids=lambda row: row.name)
def test_a_recogniser_that_is_not_installed_says_how_to_get_it(
    row: recognisers.Recogniser, tmp_path: Path
) -> None:
    if row.is_there:
        pytest.skip("it is installed here")
    with pytest.raises(MissingTool, match=f"{row.name} is not installed"):
        recognisers.recognise(row.name, tmp_path, sound(1), "nb", lambda _: None)


def test_a_missing_model_is_told(module: Module, tmp_path: Path) -> None:
    module("faster_whisper", WhisperModel=WhisperModel)
    with pytest.raises(LornpodError, match="there is no model for faster-whisper"):
        recognisers.recognise("faster-whisper", tmp_path / "none", sound(1), "nb", lambda _: None)


@pytest.mark.skipif(find_spec("faster_whisper") is None, reason="faster-whisper is not installed")
def test_the_real_faster_whisper_takes_what_it_is_asked_with() -> None:
    from faster_whisper import WhisperModel as Real  # type: ignore[import-not-found, unused-ignore]

    assert set(inspect.signature(WhisperModel.__init__).parameters) <= set(
        inspect.signature(Real.__init__).parameters
    )
    assert set(inspect.signature(WhisperModel.transcribe).parameters) <= set(
        inspect.signature(Real.transcribe).parameters
    )


# ---------------------------------------------------------------- aligners


def rough(*starts_ms: int) -> Alignment:
    return Alignment(
        tuple(
            Timed(
                Cue(
                    "Øl og 12",
                    "Kari",
                    at,
                    at + 900,
                    (
                        Word("Øl", at, at + 300),
                        Word("og", at + 300, at + 600),
                        Word("12", at + 600, at + 900),
                    ),
                ),
                0.4,
                "doubtful",
            )
            for at in starts_ms
        )
    )


@dataclass
class Span:
    start: int
    end: int
    score: float = 1.0
    token: int = 0


@dataclass
class Asked:
    words: list[list[str]] = field(default_factory=list)
    lengths: list[int] = field(default_factory=list)


@pytest.fixture
def torchaudio(module: Module, tmp_path: Path) -> Asked:
    """torchaudio's bundle, which hears each word a fifth of a second after the one before it."""
    asked = Asked()

    class Tensor:
        def __init__(self, samples: np.ndarray[Any, Any]) -> None:
            self.samples = samples

        def unsqueeze(self, dim: int) -> Tensor:
            return self

    class Emission:
        def __init__(self, frames: int) -> None:
            self.shape = (1, frames, 29)

        def __getitem__(self, index: int) -> Emission:
            return self

    def network(wave: Tensor) -> tuple[Emission, None]:
        asked.lengths.append(len(wave.samples))
        return Emission(len(wave.samples) // 320), None

    class Bundle:
        def get_model(self, with_star: bool = True, *, dl_kwargs: dict[str, str]) -> Any:
            assert dl_kwargs == {"model_dir": str(tmp_path)}
            return network

        def get_tokenizer(self) -> Any:
            return lambda words: words

        def get_dict(self) -> dict[str, int]:
            return {sign: index for index, sign in enumerate("-abcdefghijklmnopqrstuvwxyz'*")}

        def get_aligner(self) -> Any:
            def align(_emission: Emission, words: list[str]) -> list[list[Span]]:
                asked.words.append(words)
                return [
                    [Span(30 + 10 * at, 33 + 10 * at), Span(33 + 10 * at, 38 + 10 * at)]
                    for at in range(len(words))
                ]

            return align

    class Inference:
        def __enter__(self) -> None: ...
        def __exit__(self, *_: object) -> None: ...

    module("torch", from_numpy=Tensor, inference_mode=Inference)
    module("torchaudio", pipelines=SimpleNamespace(MMS_FA=Bundle()))
    (tmp_path / "model.pt").write_bytes(b"")
    return asked


def test_torchaudio_hears_each_word_where_it_was_found_about(torchaudio: Asked, tmp_path: Path) -> None:
    found = refiners.refined("torchaudio", str(tmp_path), rough(5000), sound(20), "nb", lambda _: None)
    (one,) = found.sentences
    assert torchaudio.words == [["ol", "og"]]
    assert torchaudio.lengths == [16_000 * 1900 // 1000]
    # The sound begins half a second before the sentence; a frame is a fiftieth of a second.
    assert one.cue.words[:2] == (Word("Øl", 5100, 5260), Word("og", 5300, 5460))
    assert one.cue.words[2].text == "12"
    assert (one.confidence, one.reason) == (0.4, "doubtful")


def test_sound_is_gone_through_once_in_groups_of_half_a_minute(torchaudio: Asked, tmp_path: Path) -> None:
    starts = range(1000, 100_000, 2000)
    found = refiners.refined("torchaudio", str(tmp_path), rough(*starts), sound(110), "nb", lambda _: None)
    assert len(torchaudio.lengths) == 4
    assert max(torchaudio.lengths) < 32 * 16_000
    times = [time for cue in found.cues for word in cue.words for time in (word.start_ms, word.end_ms)]
    assert times == sorted(times)


def test_whisperx_is_given_the_model_and_its_words_are_read(module: Module) -> None:
    def load_align_model(
        language_code: str,
        device: str,
        model_name: str | None = None,
        model_dir: str | None = None,
        model_cache_only: bool = False,
    ) -> tuple[str, dict[str, Any]]:
        assert (language_code, model_name, model_cache_only) == ("no", "models/nb", True)
        return "network", {}

    def align(
        transcript: list[dict[str, Any]],
        model: str,
        align_model_metadata: dict[str, Any],
        audio: Any,
        device: str,
    ) -> dict[str, Any]:
        (segment,) = transcript
        assert segment["text"] == "Øl og 12"
        words = [
            {"word": "Øl", "start": 0.6, "end": 0.7, "score": 0.9},
            {"word": "og", "start": 0.8, "end": 0.9},
        ]
        return {"segments": [], "word_segments": [*words, {"word": "12"}]}

    module("whisperx", load_align_model=load_align_model, align=align)
    found = refiners.refined("whisperx", "models/nb", rough(5000), sound(20), "nb", lambda _: None)
    assert found.cues[0].words == (Word("Øl", 5100, 5200), Word("og", 5300, 5400), Word("12", 5600, 5900))


def test_an_aligner_that_is_not_installed_says_how_to_get_it() -> None:
    for row in refiners.REFINERS:
        if find_spec(row.module) is None:
            with pytest.raises(MissingTool, match=f"{row.name} is not installed"):
                refiners.refined(row.name, "", rough(0), sound(1), "nb", lambda _: None)


def test_torchaudio_without_its_model_is_told_and_fetches_none(module: Module, tmp_path: Path) -> None:
    module("torchaudio")
    with pytest.raises(LornpodError, match=r"model\.pt is not in that folder"):
        refiners.refined("torchaudio", str(tmp_path), rough(0), sound(1), "nb", lambda _: None)


def test_every_choice_of_the_workspace_is_a_row() -> None:
    from lornpod import workspace

    schema = json.dumps(workspace.schemas()["network"])
    for name in (*(row.name for row in recognisers.RECOGNISERS), *(row.name for row in refiners.REFINERS)):
        assert f'"{name}"' in schema
