"""Synthetic speech to compare with: what each sentence sounds like, and the phones of each of its words.

eSpeak NG speaks, the program on PATH or the library that the package espeakng-loader brings.
"""

from __future__ import annotations

import ctypes
import re
import shutil
import subprocess
import tempfile
import threading
import wave
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from ..errors import LornpodError, MissingTool
from ..messages import later, tr
from .features import RATE_HZ, Floats

WORDS_A_MINUTE = 175
_HINT = later("install espeak-ng, or `pip install 'lornpod[align]'`")

# Where eSpeak NG has no voice by a language's own tag.
_VOICES = {"no": "nb", "nn": "nb", "en": "en-us", "zh": "cmn"}


@dataclass(frozen=True, slots=True)
class Uttered:
    """A sentence as it was spoken: samples at 16 kHz, and the phones of each word that the voice makes."""

    samples: Floats
    phones: tuple[tuple[str, ...], ...]


class Speaker(Protocol):
    """Something that speaks: a program or a library."""

    def voices(self) -> frozenset[str]: ...

    def speak(self, voice: str, text: str) -> tuple[Floats, int, str]:
        """Samples, their rate in Hz, and the phones in IPA: words apart by spaces, phones by ``_``."""
        ...


def voice_of(language: str, voices: frozenset[str]) -> str:
    """The voice for the BCP 47 tag *language*; empty where there is none."""
    tag = language.lower()
    primary = tag.partition("-")[0]
    candidates = (_VOICES.get(tag, tag), _VOICES.get(primary, primary), primary)
    return next((candidate for candidate in candidates if candidate in voices), "")


def utter(sentences: Sequence[str], language: str, tick: Callable[[int], None]) -> list[Uttered]:
    """Each of *sentences* as eSpeak NG says it; *tick* hears of each.

    Raises MissingTool where there is no eSpeak NG, LornpodError where it does not speak *language*.
    """
    speaker = _speaker()
    voice = voice_of(language, speaker.voices())
    if not voice:
        raise LornpodError(
            tr("eSpeak NG does not speak '{language}'", language=language),
            hint=tr("give a transcript with times"),
        )

    def one(text: str) -> Uttered:
        samples, rate_hz, ipa = speaker.speak(voice, text)
        tick(1)
        return Uttered(_trimmed(_resampled(samples, rate_hz)), phones(ipa))

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(one, sentences))


@cache
def _speaker() -> Speaker:
    if path := shutil.which("espeak-ng"):
        return Program(path)
    if find_spec("espeakng_loader"):
        return Library()
    raise MissingTool(tr("there is no espeak-ng on this machine"), hint=tr(_HINT))


# ---------------------------------------------------------------- what comes back

_STRESS = re.compile("[ˈˌ]")
_LANGUAGE_SWITCH = re.compile(r"\([a-z-]+\)")
_SILENT = ("ə",)  # for what has no phones: a sign that the voice does not read


def phones(ipa: str) -> tuple[tuple[str, ...], ...]:
    """The phones of each word in *ipa*, without stress; for what is not read, one short vowel."""
    words = _STRESS.sub("", _LANGUAGE_SWITCH.sub(" ", ipa)).replace("-", "").split()
    spoken = (tuple(phone for phone in word.split("_") if phone) for word in words)
    return tuple(word for word in spoken if word) or (_SILENT,)


def _resampled(samples: Floats, rate_hz: int) -> Floats:
    count = int(len(samples) * RATE_HZ / rate_hz)
    if not count:
        return np.zeros(0, np.float32)
    at = np.arange(count) * (rate_hz / RATE_HZ)
    return np.asarray(np.interp(at, np.arange(len(samples)), samples), np.float32)


def _trimmed(samples: Floats) -> Floats:
    """Without the silence around it; a tenth of a second of nothing for what makes no sound."""
    loud = np.flatnonzero(np.abs(samples) > 0.01)
    return samples[loud[0] : loud[-1] + 1] if len(loud) else np.zeros(RATE_HZ // 10, np.float32)


# ---------------------------------------------------------------- the program


class Program:
    """espeak-ng as a process for each sentence: some 10 ms, on as many cores as there are."""

    def __init__(self, path: str) -> None:
        self.path = path

    def voices(self) -> frozenset[str]:
        return frozenset(_tags(self._run("--voices")))

    def speak(self, voice: str, text: str) -> tuple[Floats, int, str]:
        with tempfile.TemporaryDirectory(prefix="lornpod-") as folder:
            spoken = Path(folder, "spoken.wav")
            options = ["-v", voice, "-s", str(WORDS_A_MINUTE), "--ipa", "--sep=_", "-w", str(spoken)]
            ipa = self._run(*options, "--", text)
            try:
                with wave.open(str(spoken)) as file:
                    data, rate_hz = file.readframes(file.getnframes()), file.getframerate()
            except (OSError, EOFError, wave.Error):  # it writes no file where it says nothing
                return np.zeros(0, np.float32), RATE_HZ, ipa
        return np.frombuffer(data, "<i2").astype(np.float32) / np.float32(32768), rate_hz, ipa

    def _run(self, *arguments: str) -> str:
        try:
            done = subprocess.run(
                [self.path, *arguments],
                capture_output=True,
                stdin=subprocess.DEVNULL,
                timeout=120,
                check=True,
            )
        except (OSError, subprocess.SubprocessError) as error:
            said = str(error).splitlines()[0][:160]
            raise MissingTool(tr("espeak-ng failed ({said})", said=said), hint=tr(_HINT)) from None
        return done.stdout.decode("utf-8", "replace")


def _tags(listing: str) -> Iterator[str]:
    """The language tags in the table of ``espeak-ng --voices``: the second column, and others in brackets."""
    for line in listing.splitlines()[1:]:
        columns = line.split()
        if len(columns) > 1:
            yield columns[1].lower()
            yield from (tag.lower() for tag in re.findall(r"\(([a-z-]+) \d+\)", line))


# ---------------------------------------------------------------- the library

_SYNCHRONOUS = 2  # espeak_AUDIO_OUTPUT: AUDIO_OUTPUT_SYNCHRONOUS
_NO_EXIT = 0x8000  # espeakINITIALIZE_DONT_EXIT
_UTF8 = 1  # espeakCHARS_UTF8
_IPA = 2 | ord("_") << 8  # espeak_TextToPhonemes: IPA, with what stands between phones
_RATE = 1  # espeak_PARAMETER: espeakRATE
_CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


class Library:
    """libespeak-ng of espeakng-loader. It has one state for the whole process, so one sentence at a time."""

    def __init__(self) -> None:
        import espeakng_loader

        self.lock = threading.Lock()
        self.heard: list[bytes] = []
        try:
            library: Any = ctypes.CDLL(espeakng_loader.get_library_path())
        except OSError as error:
            raise MissingTool(
                tr("the library of espeakng-loader does not load ({error})", error=error), hint=tr(_HINT)
            ) from None
        library.espeak_TextToPhonemes.restype = ctypes.c_char_p
        folder = str(Path(espeakng_loader.get_data_path()).parent).encode()
        self.rate_hz = library.espeak_Initialize(_SYNCHRONOUS, 0, folder, _NO_EXIT)
        if self.rate_hz <= 0:
            raise MissingTool(tr("eSpeak NG of espeakng-loader does not start"), hint=tr(_HINT))
        self.callback = _CALLBACK(self._hear)  # held here, or it is collected while it is called
        library.espeak_SetSynthCallback(self.callback)
        self.library = library

    def _hear(self, samples: Any, count: int, _events: Any) -> int:
        if samples and count > 0:
            self.heard.append(ctypes.string_at(samples, 2 * count))
        return 0

    def voices(self) -> frozenset[str]:
        """The tags of all voices: each voice file names one or more, a priority byte before each."""
        self.library.espeak_ListVoices.restype = ctypes.POINTER(ctypes.POINTER(_Voice))
        found = self.library.espeak_ListVoices(None)
        tags: set[str] = set()
        index = 0
        while found[index]:
            # The structure holds the first; one voice's further tags follow it, up to a priority of nought.
            raw = found[index].contents.languages
            while raw and ctypes.string_at(raw, 1) != b"\x00":
                tag = ctypes.string_at(raw + 1)
                tags.add(tag.decode("utf-8", "replace").lower())
                raw += len(tag) + 2
            index += 1
        return frozenset(tags)

    def speak(self, voice: str, text: str) -> tuple[Floats, int, str]:
        data = text.encode("utf-8", "replace") + b"\x00"
        with self.lock:
            self.library.espeak_SetVoiceByName(voice.encode())
            self.library.espeak_SetParameter(_RATE, WORDS_A_MINUTE, 0)
            rest = ctypes.c_char_p(data)
            clauses = []
            while rest.value:
                clauses.append(self.library.espeak_TextToPhonemes(ctypes.byref(rest), _UTF8, _IPA) or b"")
            self.heard.clear()
            self.library.espeak_Synth(data, len(data), 0, 1, 0, _UTF8, None, None)
            samples = np.frombuffer(b"".join(self.heard), "<i2").astype(np.float32) / np.float32(32768)
        return samples, int(self.rate_hz), b" ".join(clauses).decode("utf-8", "replace")


class _Voice(ctypes.Structure):
    _fields_ = (("name", ctypes.c_char_p), ("languages", ctypes.c_void_p), ("identifier", ctypes.c_char_p))
