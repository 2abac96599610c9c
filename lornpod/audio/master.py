"""A recording becomes the episode's MP3: as loud as listeners expect, and never clipped.

Loudness by EBU R128 (ITU-R BS.1770): measured, moved by one constant gain, and limited only around the
true peaks that this gain drives over the ceiling. What is encoded is measured while it is written, since
MP3 overshoots; where it misses, gain or limit is corrected and the encoding done anew.

The recording is read three times at most: surveyed, heard once with its gain where a limiter will take of
its loudness, and encoded. Reading costs a tenth of encoding, which LAME does on one core.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Generic, TypeVar

from ..errors import MediaError, MissingTool
from ..events import Advanced, Finished, Notify, Started, silent
from ..messages import tr
from ..model import Assembly, AudioSettings, Loudness, Sound, Stretch, Timeline
from . import frames, loudness
from .assembly import Program, assembled
from .ffmpeg import running
from .loudness import GATE_LUFS
from .peaks import Block, Limiter
from .probe import probe
from .samples import blocks, decoded, every, raw, written
from .survey import Survey, survey

_METHOD = 4  # of mastering; another number makes every episode anew
_WINDOW_LU = 0.3  # what is promised, and of a source that is good enough to be left alone
_NEAR_LU = 0.2  # what is tried for, since the meter rounds to tenths
_TRIES = 4
_NEAR_TRIES = 2
_MARGIN_DB = 0.1  # under the ceiling: true-peak meters differ by as much
_BLOCK_MS = 400  # R128 measures in blocks; a sound shorter than one has no loudness
_BRIEF_MS = 30_000  # below it, the 50 ms of silence that a player skips can tell: the file is measured again
_HEADROOM_DB = 1.0  # MP3 adds up to 0.2 dB to limited speech and 1.2 dB to limited noise (measured)
_UNLIMITED_DB = 0.6  # under the ceiling: speech whose peaks stay there is not limited at all
_MUCH_LIMITING_DB = 1.0  # what a limiter takes off before its loss of loudness is worth a hearing
_HEARINGS = 6
_LONG_MS = 10 * 60_000  # of which excerpts will do
_EXCERPTS_MS = 24 * 60_000  # of excerpts at most
_MUCH_LU = 0.5  # of loudness lost: more is not made up for by one correction
_SPEECH_LOSS = 0.1  # of loudness with every decibel that the highest peak is over the limit (measured)
_LIMITED_PULL = 1.3  # for a limiter takes a part of what is added
_LIMITED_LOSS = 0.4  # of loudness with every decibel that the limit is lowered by (measured on speech)

# LAME attenuates by itself at these rates in kbit/s and below, in every CBR mode (presets.c; measured).
_ENCODER_SCALE = ((160, 0.95), (192, 0.97), (224, 0.98))

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Mastered:
    """What became of a recording. ``survey`` is what it was, ``before`` its loudness in the channels of the
    episode, ``after`` the finished file's.

    ``gain_db`` was added to it, ``peaks_limited`` peaks turned down, by ``most_limited_db`` at most, to stay
    under ``limit_dbtp``. ``encoded`` is False where its MP3 frames were kept as they were.
    """

    sound: Sound
    survey: Survey
    after: Loudness
    gain_db: float = 0.0
    limit_dbtp: float = 0.0
    peaks_limited: int = 0
    most_limited_db: float = 0.0
    encoded: bool = False
    timeline: Timeline = field(default_factory=Timeline)

    @property
    def before(self) -> Loudness:
        return self.survey.loudness

    @property
    def limited(self) -> bool:
        return self.peaks_limited > 0


def recipe(
    source_sha256: str,
    settings: AudioSettings,
    assembly: Assembly | None = None,
    piece_sha256: Callable[[Path], str] = str,
) -> str:
    """A digest of all that the mastered sound depends on, in hexadecimal."""
    said: list[object] = [_METHOD, source_sha256, asdict(settings)]
    if assembly is not None and (assembly.pieces or assembly.trim_silence):
        said += [asdict(replace(assembly, jingle=None)), *(piece_sha256(one.file) for one in assembly.pieces)]
    text = json.dumps(said, sort_keys=True, default=lambda path: path.name)
    return hashlib.sha256(text.encode()).hexdigest()


def master(
    source: Path,
    target: Path,
    settings: AudioSettings,
    *,
    task: str,
    assembly: Assembly | None = None,
    notify: Notify = silent,
    where: str = "",
    found: Sound | None = None,
) -> Mastered:
    """Write the mastered MP3, without any tag, to *target*; whole or not at all. *found* is what
    :func:`probe` says of *source*, where that is known.

    The result lies within ±0.3 LU of the target and at or under the true-peak ceiling, as measured on
    the finished file. An MP3 that lies there already and has nothing put around it keeps its frames byte
    for byte. Raises MediaError, naming *where*, for what is no sound, is cut short, silent, or shorter
    than 0.4 seconds, and for pieces that do not fit.
    """
    where = where or str(source)
    found = found or probe(source, where)
    if found.duration_ms < _BLOCK_MS:
        said = tr("too short to have a loudness ({duration_s:g} s)", duration_s=found.duration_ms / 1000)
        raise MediaError(said, where, tr("see whether this is the right file"))
    steps = _Steps(task, notify, 2 * found.duration_ms / 1000)
    with frames.whole(target) as part, tempfile.TemporaryDirectory(dir=part.parent) as folder:
        work = _Work(source, found, settings, assembly or Assembly(), steps, where, Path(folder))
        made = work.done(part)
    change = tr(
        "{before:.1f} to {after:.1f} LUFS",
        before=made.before.integrated_lufs,
        after=made.after.integrated_lufs,
    )
    notify(Finished(task, tr("mastered, {change}", change=change) if made.encoded else tr("kept as it is")))
    return made


def unheard(source: Path, target: Path, settings: AudioSettings, assembly: Assembly, where: str) -> Sound:
    """Take the MP3 *source* over to *target* where there is no ffmpeg: frame by frame, nothing measured.

    Raises MissingTool for all that would have to be encoded: another codec, rate or number of channels
    than *settings* want, and what has something put around it.
    """
    try:
        found = probe(source, where)
        plain = not assembly.pieces and not assembly.trim_silence
        finished = plain and _is_episode_mp3(found, settings)
    except MissingTool:
        finished = False
    if not finished:
        hint = tr("install ffmpeg, or `pip install imageio-ffmpeg`; or deliver an MP3 of the wanted kind")
        raise MissingTool(tr("without ffmpeg only a finished MP3 can be published"), where, hint)
    with frames.whole(target) as part:
        frames.copy(source, part)
    return found


def from_json(state: Mapping[str, Any]) -> Mastered:
    """What :func:`master` said, out of the JSON of its fields; other names in it are left alone."""
    seen = dict(state["survey"])
    seen |= {"loudness": Loudness(**seen["loudness"]), "sound_ms": tuple(seen["sound_ms"])}
    stretches = tuple(Stretch(**one) for one in state["timeline"]["stretches"])
    made = {one.name: state[one.name] for one in fields(Mastered)}
    made |= {"sound": Sound(**state["sound"]), "survey": Survey(**seen), "after": Loudness(**state["after"])}
    return Mastered(**{**made, "timeline": Timeline(stretches)})


@dataclass(frozen=True, slots=True)
class Samples:
    """An episode's sound before it is encoded."""

    blocks: Iterator[Block]
    rate_hz: int
    channels: int


@contextmanager
def again(
    source: Path, settings: AudioSettings, assembly: Assembly, made: Mastered, where: str
) -> Iterator[Samples]:
    """The samples that *made* was encoded from, once more, for another encoder."""
    rate, channels = made.sound.sample_rate_hz, made.sound.channels
    with tempfile.TemporaryDirectory() as folder:
        if made.encoded:
            program = assembled(source, made.survey, assembly, Path(folder), settings, channels, where)
            _, found = limited(program, made.gain_db, made.limit_dbtp)
        else:
            found = decoded(source, rate, channels, where)
        yield Samples(found, rate, channels)


def limited(program: Program, gain_db: float, limit_dbtp: float) -> tuple[Limiter, Iterator[Block]]:
    """The samples of *program*, *gain_db* louder and turned down around peaks over the limit."""
    limiter = Limiter(program.channels, 10 ** (limit_dbtp / 20))
    return limiter, limiter.through(program.blocks(gain_db))


@dataclass(frozen=True, slots=True)
class _Work:
    """One recording on the bench. Short pieces are kept in *folder*."""

    path: Path
    found: Sound
    settings: AudioSettings
    assembly: Assembly
    steps: _Steps
    where: str
    folder: Path

    def done(self, part: Path) -> Mastered:
        """The episode's MP3 in *part*: the source's own frames where they need nothing."""
        self.steps.begin()
        seen = survey(self.path, self.found, self._channels, self.where, self.steps.heard)
        if seen.loudness.integrated_lufs <= GATE_LUFS:
            raise self._unheard(seen)
        program = self._program(seen)
        as_it_is = not program.parts and _is_episode_mp3(self.found, self.settings)
        if as_it_is and self._is_right(seen.loudness, _WINDOW_LU):
            frames.copy(self.path, part)
            return Mastered(probe(part, self.where), seen, seen.loudness)
        return self._encoded(part, seen, program)

    def _unheard(self, seen: Survey) -> MediaError:
        if seen.stereo == "out of phase" and self._channels == 1:
            said = tr("its two channels cancel each other in mono")
            hint = tr("turn one of them around, or set `audio: {channels: stereo}`")
            return MediaError(said, self.where, hint)
        return MediaError(tr("the recording is silent"), self.where, tr("see whether this is the right file"))

    def _program(self, seen: Survey) -> Program:
        return assembled(
            self.path, seen, self.assembly, self.folder, self.settings, self._channels, self.where
        )

    def _encoded(self, part: Path, seen: Survey, program: Program) -> Mastered:
        """The episode at the target's loudness, as an MP3 in *part*."""
        target, ceiling = self.settings.loudness_lufs, self.settings.true_peak_dbtp
        gain = target - seen.loudness.integrated_lufs
        fits = not program.parts and seen.loudness.true_peak_dbtp + gain <= ceiling - _UNLIMITED_DB
        limit = ceiling if fits else ceiling - _HEADROOM_DB
        over = seen.loudness.true_peak_dbtp + gain - limit
        in_excerpts = not program.parts and program.duration_ms >= _LONG_MS
        if program.parts or over > _MUCH_LIMITING_DB:
            plain_lufs = seen.loudness.integrated_lufs if in_excerpts else None
            hearing = _Hearing(program, plain_lufs, self.steps, self.where)
            gain = self._heard_at(hearing, gain + max(0.0, over) * _SPEECH_LOSS, limit)
        for again in range(_TRIES):
            limiter, after = self._encode(part, program, gain, limit)
            if self._is_right(after, _NEAR_LU if again < _NEAR_TRIES else _WINDOW_LU):
                _to_disk(part)
                return Mastered(
                    probe(part, self.where),
                    seen,
                    after,
                    round(gain, 3),
                    round(limit, 3),
                    limiter.peaks,
                    round(limiter.most_db, 1),
                    encoded=True,
                    timeline=program.timeline,
                )
            over = after.true_peak_dbtp - (ceiling - _MARGIN_DB)
            if over > 0:
                limit = min(limit, seen.loudness.true_peak_dbtp + gain) - over - 0.1
                gain += over * _LIMITED_LOSS if limiter.peaks else 0
            short = target - after.integrated_lufs
            gain += short * (_LIMITED_PULL if limiter.peaks else 1)
            if in_excerpts and limiter.peaks and abs(short) > _NEAR_LU:  # they were not like the whole
                in_excerpts = False
                gain = self._heard_at(_Hearing(program, None, self.steps, self.where), gain, limit)
        raise self._unreachable(after.integrated_lufs, after.true_peak_dbtp)

    def _heard_at(self, hearing: _Hearing, gain: float, limit: float) -> float:
        """The gain at which the limited program has the target's loudness."""
        for _ in range(_HEARINGS):
            heard = hearing.at(gain, limit)
            short = self.settings.loudness_lufs - heard
            gain += short * _LIMITED_PULL
            if abs(short) <= _NEAR_LU:
                return gain
        if abs(short) <= _MUCH_LU:
            return gain
        raise self._unreachable(heard, limit)

    def _unreachable(self, heard_lufs: float, peak_dbtp: float) -> MediaError:
        said = tr(
            "{heard_lufs:.1f} LUFS with peaks at {peak_dbtp:.1f} dBTP",
            heard_lufs=heard_lufs,
            peak_dbtp=peak_dbtp,
        )
        target = self.settings.loudness_lufs
        return MediaError(
            tr(
                "cannot be brought to {target:g} LUFS: its peaks stand too far above its speech ({said})",
                target=target,
                said=said,
            ),
            self.where,
            tr("even out the recording, or set `audio: {loudness: …}` lower"),
        )

    def _encode(
        self, part: Path, program: Program, gain_db: float, limit_dbtp: float
    ) -> tuple[Limiter, Loudness]:
        """Write *part*, and what it measures: the encoder and the meter run at once, one core each."""
        rate, channels, kbps = program.rate_hz, program.channels, self._kbps
        scale = next((scale for most, scale in _ENCODER_SCALE if kbps <= most), 1.0)
        limiter, found = limited(program, gain_db, limit_dbtp)
        mp3 = "f=mp3:id3v2_version=0:write_id3v1=0:fflags=+bitexact"
        self.steps.begin()
        with running(
            [
                "-v", "error", *raw(rate, channels), "-map", "0:a:0",
                "-c:a", "libmp3lame", "-b:a", f"{kbps}k", "-bitexact",
                "-f", "tee", rf"[{mp3}]file:{part.name}|[{mp3}]pipe\:1",
            ],
            ["-f", "mp3", "-i", "pipe:0", *loudness.to_measure(rate, channels)],
            where=self.where,
            fed=True,
            folder=part.parent,
        ) as programs:  # fmt: skip
            peak = _Beside(lambda: loudness.true_peak(blocks(programs, rate, channels), channels))
            samples = written(self._followed(found, 1 / scale, rate), programs)
            true_peak = peak.result()
            integrated, spread = loudness.loudness(programs.said(), self.where)
        # ffmpeg says nothing where tee meets a full disk (5.1, 9.0).
        if part.stat().st_size < (samples / rate - 0.5) * kbps * 125:
            raise MediaError(tr("the disk is full"), self.where, tr("make room, then run again"))
        if program.duration_ms < _BRIEF_MS:
            return limiter, loudness.measure(part, rate, channels, self.where)
        return limiter, Loudness(integrated, spread, true_peak)

    def _followed(self, found: Iterator[Block], gain: float, rate_hz: int) -> Iterator[Block]:
        """What is *found*, by *gain* against what LAME takes off, told of as it passes."""
        passed = 0
        for block in found:
            passed += len(block)
            self.steps.heard(passed / rate_hz)
            yield block if gain == 1 else block * gain

    def _is_right(self, heard: Loudness, window_lu: float) -> bool:
        near = round(abs(heard.integrated_lufs - self.settings.loudness_lufs), 2) <= window_lu
        return near and heard.true_peak_dbtp <= self.settings.true_peak_dbtp - _MARGIN_DB

    @property
    def _channels(self) -> int:
        return _channels(self.found, self.settings)

    @property
    def _kbps(self) -> int:
        return _kbps(self._channels, self.settings)


def _channels(found: Sound, settings: AudioSettings) -> int:
    wanted = {"mono": 1, "stereo": 2, "keep": min(found.channels, 2)}
    return wanted[settings.channels]


def _kbps(channels: int, settings: AudioSettings) -> int:
    return settings.bitrate_mono_kbps if channels == 1 else settings.bitrate_stereo_kbps


def _is_episode_mp3(found: Sound, settings: AudioSettings) -> bool:
    """Whether *found* is an MP3 as the settings would have it, but perhaps for its loudness."""
    allowed = (_kbps(found.channels, settings), 128 if found.channels == 1 else 256)
    return (
        found.codec == "mp3"
        and found.sample_rate_hz in (44100, 48000)
        and found.channels == _channels(found, settings)
        and min(allowed) <= found.bitrate_kbps <= max(allowed)
    )


class _Hearing:
    """Hears a program limited, without encoding it: excerpts, whose loss by the limiter is the whole's within
    a tenth or two, where the loudness of the whole is known as *plain_lufs*; else all of it."""

    def __init__(self, program: Program, plain_lufs: float | None, steps: _Steps, where: str) -> None:
        self._program, self._steps, self._where = program, steps, where
        self._wanted: Callable[[int], bool] = every
        self._beside: Callable[[], float] = lambda: 0.0
        if plain_lufs is not None:
            self._wanted = _excerpts(program.duration_ms)
            without = _Beside(lambda: self._integrated(program.blocks(0.0, self._wanted)))
            self._beside = lambda: plain_lufs - without.result()

    def at(self, gain_db: float, limit_dbtp: float) -> float:
        """The integrated loudness with this gain under this limit, in LUFS."""
        limiter = Limiter(self._program.channels, 10 ** (limit_dbtp / 20))
        limited = self._integrated(limiter.through(self._program.blocks(gain_db, self._wanted)))
        return limited + self._beside()

    def _integrated(self, found: Iterator[Block]) -> float:
        attended = map(self._attended, found)
        return loudness.integrated(attended, self._program.rate_hz, self._program.channels, self._where)

    def _attended(self, block: Block) -> Block:
        """*block*, unless whoever hears of the work ends it."""
        self._steps.heard(0.0)
        return block


def _excerpts(duration_ms: int) -> Callable[[int], bool]:
    """Two seconds of each ten; in what is longer than two hours, as many as those have.

    They are shorter than what people say in one turn: so each voice has its share in them.
    """
    each = max(20, 4 * duration_ms // _EXCERPTS_MS)
    return lambda number: number % each < 4


class _Beside(Generic[Result]):
    """Work in a thread of its own."""

    def __init__(self, work: Callable[[], Result]) -> None:
        self._work = work
        self._done: list[Result] = []
        self._wrong: list[BaseException] = []
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._done.append(self._work())
        except BaseException as error:  # noqa: BLE001 - is raised where the result is asked for
            self._wrong.append(error)

    def result(self) -> Result:
        """What came of it, when it has ended; raises what it raised."""
        self._thread.join()
        if self._wrong:
            raise self._wrong[0]
        return self._done[0]


class _Steps:
    """Turns how far each pass has come into how far the task came, and never over its total."""

    def __init__(self, task: str, notify: Notify, total_s: float) -> None:
        self._task, self._notify, self._left = task, notify, total_s
        self._at = 0.0  # of the pass
        notify(Started(task, total_s, "seconds"))

    def begin(self) -> None:
        self._at = 0.0

    def heard(self, seconds: float) -> None:
        by = max(0.0, min(seconds - self._at, self._left))
        self._at = max(self._at, seconds)
        self._left -= by
        self._notify(Advanced(self._task, by))  # of nothing too: whoever hears it may end the work


def _to_disk(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())
