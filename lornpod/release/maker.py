"""A case folder becomes a release: the straight line from authored files to artifacts and a record."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from .. import align
from ..align import Alignment
from ..art import images
from ..art.cards import Said
from ..audio import ffmpeg, master, tags
from ..audio.probe import glance, probe
from ..errors import Finding, InputError, Level, LornpodError, MediaError, MissingTool, errors_in
from ..events import Advanced, Finished, Notify, Started, silent
from ..feeds import select
from ..messages import tr
from ..model import (
    EPOCH,
    Artifact,
    Case,
    CaseFolder,
    Cue,
    Feed,
    FeedFile,
    Loudness,
    Media,
    Network,
    Picture,
    Record,
    Release,
    Sound,
    Soundbite,
    Stretch,
    Timeline,
    Transcript,
    case_page_key,
    default_guid,
)
from ..text import captions, notes, quotes, transcripts
from ..text import chapters as chapter_text
from ..text.sentences import sentences
from . import aligning, cards, renditions, timing
from .cache import Cache, read_json, stamp_of, write_json
from .pictures import is_file_name, with_stored_pictures
from .shelf import Shelf

Pictured = Callable[[Path | None], tags.Picture | None]


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes the releases of one workspace. Safe to use from several threads, one case in each."""

    root: Path
    network: Network
    feeds: Sequence[FeedFile]
    cache: Cache
    notify: Notify = field(default=silent)

    def make(self, folder: CaseFolder, known: Record | None, *, lost: Collection[str] = ()) -> Release:
        """The release of the case in *folder*, whose latest record is *known*.

        Where *known* was made by the same recipe its sound is taken over, and neither mastered nor
        tagged again, and so are its cards; but not what is *lost*, by its key. Raises MediaError for sound
        or pictures that cannot be used, InputError for transcripts that cannot be read.
        """
        guid = self._guid(folder, known)
        read = self._transcripts(folder)
        *_, recipe = recipes = self._recipes(folder, guid, read)
        kept = known is not None and known.media.recipe in recipes and known.media.artifact.key not in lost
        same = known if kept else None
        taken = self._taken_over(folder, read, same, recipes, lost)
        scripts, remarks = self._timed(folder, read, but=taken)
        shelf = Shelf(folder.case.id, folder.case.title)
        media = same.media if same else self._media(folder, guid, scripts, recipe, shelf)
        scripts = timing.placed_cues(scripts, folder.assembly, media.timeline)
        authored, folder = folder, _placed(folder, media.timeline)
        other_forms = renditions.made(
            self.network.renditions,
            self._sounding(authored, folder, guid, scripts, media),
            media,
            tuple(one for one in (known.renditions if known else ()) if one.artifact.key not in lost),
            shelf,
            self.cache,
        )
        bites = same.case.soundbites if same and taken else ()
        record = self._record(folder, guid, scripts, media, shelf, taken, bites)
        record = replace(record, renditions=other_forms)
        record = self._with_cards(record, folder, known, shelf, lost)
        return Release(record, tuple(shelf.contents), remarks)

    def sketch(self, folder: CaseFolder, known: Record | None) -> Release:
        """The release of the case in *folder* as a preview shows it: its finished sound where that lies in
        the cache, whatever its tags say, else its recording as it is, else a second of silence; no cards.

        Raises MediaError and InputError as :meth:`make` does.
        """
        shelf = Shelf(folder.case.id, folder.case.title)
        media = self._rough_media(folder, shelf)
        scripts = timing.placed_cues(self._transcripts(folder), folder.assembly, media.timeline)
        placed = _placed(folder, media.timeline)
        record = self._record(placed, self._guid(folder, known), scripts, media, shelf)
        return Release(record, tuple(shelf.contents))

    def _record(
        self,
        folder: CaseFolder,
        guid: str,
        scripts: Sequence[Transcript],
        media: Media,
        shelf: Shelf,
        taken: Mapping[str, Sequence[Artifact]] | None = None,
        bites: tuple[Soundbite, ...] = (),
    ) -> Record:
        """The record of the case but for cards and other forms of its sound, and its artifacts on the
        *shelf*. The times of *folder* and *scripts* are those of the finished sound. Transcripts that are
        *taken* over, by language, and *bites* are there where this machine does not know the times."""
        case = replace(
            folder.case,
            chapters=chapter_text.complete(folder.case.chapters, media.sound.duration_ms),
            soundbites=self._soundbites(folder.case, scripts, media.sound.duration_ms) or bites,
            summary=notes.summary(folder.case),
        )
        case = with_stored_pictures(replace(folder, case=case), shelf)
        page = self.network.url(case_page_key(case.id)) if self.network.site else ""
        return Record(
            number=0,
            guid=guid,
            case=case,
            media=media,
            recorded_at=EPOCH,
            notes=notes.show_notes(case, case.chapters, url=self.network.url, page=page),
            transcripts=tuple(_text_artifacts(scripts, case, shelf, taken or {})),
            chapters=_chapter_artifact(case, self.network, shelf),
            images=tuple(made.artifact for made in shelf.contents if made.artifact.kind == "image"),
        )

    def card_says(self, folder: CaseFolder) -> Said:
        """What the card of the case in *folder* says."""
        return cards.said(folder.case, self.network, self._home_feed(folder.case))

    def _with_cards(
        self, record: Record, folder: CaseFolder, known: Record | None, shelf: Shelf, lost: Collection[str]
    ) -> Record:
        """*record* with its cards, and the square one as the picture of an episode that has none."""
        home = self._home_feed(folder.case)
        kept = tuple(one for one in (known.cards if known else ()) if one.artifact.key not in lost)
        put = tuple(cards.put(folder, self.network, home, kept, self.cache, shelf))
        made = replace(record, cards=put)
        case, square, wide = made.case, made.card("square"), made.card("wide")
        if square is not None:
            case = replace(case, image=square.artifact.key)
        if wide is not None and not any(abs(picture.ratio - 16 / 9) < 0.01 for picture in case.images):
            said = case.quote.text if case.quote else case.title
            shown = Picture(
                wide.artifact.key, said, "16/9", wide.width_px, wide.height_px, "image/jpeg", "social"
            )
            case = replace(case, images=(*case.images, shown))
        return replace(made, case=case)

    def _transcripts(self, folder: CaseFolder) -> tuple[Transcript, ...]:
        """The transcripts of a case in the order of their names; ``transcript.en.vtt`` is in English."""
        people = (*folder.case.hosts, *folder.case.guests)
        found: list[Transcript] = []
        wrong: list[Finding] = []
        for path in folder.transcripts:
            language = transcripts.language_of(path.name, folder.case.language)
            where = path.relative_to(self.root).as_posix()
            transcript, said = transcripts.read(path, language=language, people=people, where=where)
            found.append(transcript)
            wrong += errors_in(said)
        if wrong:
            raise InputError(wrong)
        return tuple(found)

    # ------------------------------------------------------------ text, timed by the sound

    def _timed(
        self, folder: CaseFolder, scripts: Sequence[Transcript], but: Container[str] = ()
    ) -> tuple[tuple[Transcript, ...], tuple[Finding, ...]]:
        """*scripts*, and with times those of them whose times the sound can tell, *but* those in some
        languages; and what there is to say about it. All times are as authors write them."""
        added: list[Transcript] = []
        remarks: list[Finding] = []
        lacks = self._lacking()
        for where, script in self._untimed(folder, scripts):
            if script.language in but:
                continue
            if lacks:
                remarks.append(aligning.untimed(lacks, where))
                continue
            try:
                found = self.aligned(folder, script)
            except LornpodError as error:
                said, hint = tr("published without times: {message}", message=error.message), error.hint
                remarks.append(Finding("transcript-untimed", said, where, hint=hint, level=Level.WARNING))
                continue
            remarks += aligning.summary(found, folder.case.id, where)
            if not found.refusal:
                whole = Transcript(found.cues, script.language)
                added.append(timing.authored_cues(whole, folder.assembly, self.timeline(folder)))
        return (*scripts, *added), tuple(remarks)

    def _lacking(self) -> str:
        """What keeps texts from being timed here; empty for nothing."""
        lacks = [align.lacking(), "" if ffmpeg.is_there() else "ffmpeg"]
        return tr(" and ").join(filter(None, lacks)) if self.network.transcripts.aligner != "none" else ""

    def _taken_over(
        self,
        folder: CaseFolder,
        scripts: Sequence[Transcript],
        same: Record | None,
        recipes: Sequence[str],
        lost: Collection[str],
    ) -> dict[str, tuple[Artifact, ...]]:
        """By language, the transcripts of the record that was made by the *same* recipe, where it has times
        that are not known here."""
        if same is None or (self._lacking() and same.media.recipe in recipes[len(recipes) // 2 :]):
            return {}
        languages = [
            script.language
            for _, script in self._untimed(folder, scripts)
            if self._lacking() or self.known_alignment(folder, script) is None
        ]
        taken = {one: tuple(text for text in same.transcripts if text.language == one) for one in languages}
        return {one: texts for one, texts in taken.items() if not any(text.key in lost for text in texts)}

    def untimed(self, folder: CaseFolder) -> tuple[tuple[str, Transcript], ...]:
        """The texts of a case that can be timed by its sound, each with its file's place: in the language
        that is spoken, and no transcript with times is there. Raises InputError."""
        return tuple(self._untimed(folder, self._transcripts(folder)))

    def _untimed(self, folder: CaseFolder, scripts: Sequence[Transcript]) -> Iterator[tuple[str, Transcript]]:
        timed = {script.language for script in scripts if script.timed}
        if self.network.transcripts.aligner == "none":
            return
        for path, script in zip(folder.transcripts, scripts, strict=True):
            awaits = script.language not in timed and transcripts.awaits_times(script, folder.case)
            if awaits and folder.audio:
                yield path.relative_to(self.root).as_posix(), script

    def _keys(self, folder: CaseFolder, scripts: Sequence[Transcript]) -> list[str]:
        """The digests of what the times of the texts among *scripts* are found from."""
        by = self.network.transcripts.aligner
        return [
            aligning.key(sentences(script), by, self._masterings(folder)[0])
            for _, script in self._untimed(folder, scripts)
        ]

    def aligned(self, folder: CaseFolder, script: Transcript, *, anew: bool = False) -> Alignment:
        """The text *script* timed by the finished sound of its case; kept from before unless text or sound
        have changed, or it must be had *anew*. Times are those of the finished audio.

        Raises MediaError; MissingTool where what alignment needs is not installed; LornpodError for a
        language that cannot be spoken.
        """
        self.episode(folder)
        kept = None if anew else self.known_alignment(folder, script)
        if kept is not None:
            return kept
        cues, mastering = self._sentences(folder, script), self._masterings(folder)[0]
        return self._aligner(folder).align(cues, script.language, mastering, self._heard(folder), anew=anew)

    def known_alignment(self, folder: CaseFolder, script: Transcript) -> Alignment | None:
        """What :meth:`aligned` has found before, if text and sound are still the same."""
        if folder.audio is None:
            return None
        cues, mastering = self._sentences(folder, script), self._masterings(folder)[0]
        return self._aligner(folder).kept(cues, script.language, mastering)

    def known_times(self, folder: CaseFolder) -> tuple[Transcript, ...]:
        """The texts of a case with the times that :meth:`aligned` found before, as authors write times."""
        known = ((script, self.known_alignment(folder, script)) for _, script in self.untimed(folder))
        return tuple(
            timing.authored_cues(
                Transcript(found.cues, script.language), folder.assembly, self.timeline(folder)
            )
            for script, found in known
            if found is not None and not found.refusal
        )

    def authored_ms(self, folder: CaseFolder, finished_ms: int) -> int:
        """What an author writes for the moment *finished_ms* of the finished sound, if that is mastered."""
        state = self.cache.case_folder(folder.case.id) / "episode.json"
        recorded = folder.assembly.times == "recording"
        return _timeline(read_json(state)).recorded_ms(finished_ms) if recorded else finished_ms

    def _aligner(self, folder: CaseFolder) -> aligning.Aligner:
        case_id, chosen = folder.case.id, self.network.transcripts
        kept, model = self.cache.case_folder(case_id), self._model(chosen.model)
        return aligning.Aligner(
            kept, chosen.aligner, model, tr("{case_id} text", case_id=case_id), self.notify
        )

    def _model(self, model: str) -> str:
        """The path of a model as seen from lornpod.yaml; another name of one as it is."""
        return str(self.root / model) if model and (self.root / model).exists() else model

    def recognised(self, folder: CaseFolder, by: str, model: str) -> Transcript:
        """What the recogniser called *by*, with that *model*, hears in the finished sound of the case, at
        times as authors write them. Nobody is named. Raises MediaError, MissingTool, LornpodError."""
        from ..align import recognisers

        language, case_id = folder.case.language, folder.case.id
        heard = self._heard(folder)
        task = tr("{case_id} words", case_id=case_id)
        self.notify(Started(task, heard.spoken_ms[-1][1] / 1000, "seconds"))
        cues = recognisers.recognise(
            by, Path(self._model(model)), heard, language, lambda done: self.notify(Advanced(task, done))
        )
        self.notify(Finished(task, tr("{count} passages", count=len(cues))))
        found = Transcript(tuple(cues), language)
        return timing.authored_cues(found, folder.assembly, self.timeline(folder))

    def _heard(self, folder: CaseFolder) -> align.Sound:
        """The finished sound of the case, for those who listen to what is said in it."""
        episode, case_id = self.episode(folder), folder.case.id
        state = read_json(episode.with_suffix(".json"))
        spoken_ms = _timeline(state).spoken_ms(Sound(**state["sound"]).duration_ms)
        return align.Sound(lambda: ffmpeg.speech(episode, case_id), spoken_ms)

    def _sentences(self, folder: CaseFolder, script: Transcript) -> tuple[Cue, ...]:
        """*script* by sentences, its anchors in times of the finished sound."""
        state = self.cache.case_folder(folder.case.id) / "episode.json"
        (placed,) = timing.placed_cues([script], folder.assembly, _timeline(read_json(state)))
        return sentences(placed)

    # ------------------------------------------------------------ sound

    def _media(
        self, folder: CaseFolder, guid: str, scripts: Sequence[Transcript], recipe: str, shelf: Shelf
    ) -> Media:
        """The finished sound by *recipe*: kept from before, tagged anew, or mastered."""
        episode = self.episode(folder)
        state = read_json(episode.with_suffix(".json"))
        if state.get("recipe") != recipe:
            self._tag(episode, folder, guid, scripts, recipe)
        sha256 = self.cache.sha256(episode)
        stored = shelf.put("media", "media", episode, "audio/mpeg", ".mp3", sha256=sha256)
        loudness = Loudness(**state["after"]) if state["after"] else None
        return Media(stored, Sound(**state["sound"]), loudness, recipe, _timeline(state))

    def _rough_media(self, folder: CaseFolder, shelf: Shelf) -> Media:
        """The sound for a preview. No recording is read: what its artifact calls its SHA-256 is none."""
        episode = self.cache.folder.parent / folder.case.id / "episode.mp3"
        state = read_json(episode.with_suffix(".json"))
        if episode.exists() and {"sound", "after"} <= state.keys():
            version = self.cache.version(episode)
            stored = shelf.put("media", "media", episode, "audio/mpeg", ".mp3", sha256=version)
            loudness = Loudness(**state["after"]) if state["after"] else None
            return Media(stored, Sound(**state["sound"]), loudness, "", _timeline(state))
        if folder.audio is not None:
            where = folder.audio.relative_to(self.root).as_posix()
            sound, suffix = self.cache.sound(folder.audio, where, glance), folder.audio.suffix.lower()
            stored = shelf.put(
                "media", "media", folder.audio, f"audio/{_AUDIO_TYPES.get(suffix, suffix[1:])}", suffix,
                sha256=self.cache.version(folder.audio),
            )  # fmt: skip
            return Media(stored, sound, None)
        stored = shelf.put("media", "media", _silence(), "audio/wav", ".wav")
        return Media(stored, Sound(1000, "pcm_u8", 8000, 1), None)

    def _tag(
        self, episode: Path, folder: CaseFolder, guid: str, scripts: Sequence[Transcript], recipe: str
    ) -> tags.Written:
        """Give the finished sound *episode* the case's tag, and note that it was made by *recipe*."""
        state_file = episode.with_suffix(".json")
        state = read_json(state_file)
        write_json(state_file, {key: value for key, value in state.items() if key != "recipe"})
        duration_ms, timeline = Sound(**state["sound"]).duration_ms, _timeline(state)
        scripts = timing.placed_cues(scripts, folder.assembly, timeline)
        folder = _placed(folder, timeline)
        written = tags.write(episode, self._tags(folder, guid, scripts, duration_ms, _tag_picture))
        write_json(state_file, {**state, "recipe": recipe})
        return written

    def tag(
        self, folder: CaseFolder, known: Record | None, file: Path | None = None
    ) -> tuple[Path, tags.Written]:
        """Write the tag of the case in *folder* anew: into its finished sound, which is mastered where it
        must be, or into the MP3 *file*. Where it was written, and how. Raises MediaError, InputError."""
        guid, read = self._guid(folder, known), self._transcripts(folder)
        scripts, _ = self._timed(folder, read)
        if file is not None:
            duration_ms = probe(file).duration_ms
            timeline = known.media.timeline if known else Timeline()
            scripts = timing.placed_cues(scripts, folder.assembly, timeline)
            folder = _placed(folder, timeline)
            written = tags.write(file, self._tags(folder, guid, scripts, duration_ms, _tag_picture))
            return file, written
        *_, recipe = self._recipes(folder, guid, read)
        episode = self.episode(folder)
        return episode, self._tag(episode, folder, guid, scripts, recipe)

    def _recipes(self, folder: CaseFolder, guid: str, scripts: Sequence[Transcript]) -> list[str]:
        """Digests of all that the finished sound depends on: as other machines can have it, and last as it
        can be had here, where there may be nothing to hear with, or to time texts with.

        Tags without times and with digests for pictures tell as well whether the file would change; and
        what the times of words are found from tells as well as the times.
        """
        tag = tags.digest(self._tags(folder, guid, scripts, 0, self._stand_in))
        masterings = self._masterings(folder)
        keys = self._keys(folder, scripts)
        possible = [keys, []] if keys and self._lacking() else [keys]
        return [_digest(mastering, tag, *timed) for timed in possible for mastering in masterings]

    def _sounding(
        self,
        authored: CaseFolder,
        placed: CaseFolder,
        guid: str,
        scripts: Sequence[Transcript],
        media: Media,
    ) -> renditions.Sounding:
        """The sound of a case for other encoders: as *authored*, its texts *placed* in the finished audio."""
        duration_ms = media.sound.duration_ms
        return renditions.Sounding(
            _audio(authored),
            self.network.audio,
            authored.assembly,
            authored.case.id,
            lambda: self.episode(authored),
            lambda: self._tags(placed, guid, scripts, duration_ms, _tag_picture),
        )

    def _guid(self, folder: CaseFolder, known: Record | None) -> str:
        return known.guid if known else folder.case.guid or default_guid(self.network, folder.case.id)

    def fingerprints(self, folders: Iterable[CaseFolder]) -> dict[str, str]:
        """By case id, a digest of all that its release is made from, as cheaply as can be told: authored
        text as it was read, files by their stamps, and lornpod itself. Empty where a file cannot be told."""
        common = _digest(
            code_stamp(), repr(self.network), repr([file.feed for file in self.feeds]), self._lacking()
        )
        return {folder.case.id: self._fingerprint(folder, common) for folder in folders}

    def _fingerprint(self, folder: CaseFolder, common: str) -> str:
        case, cover = folder.case, self._picture_of(folder)
        people = (*case.hosts, *case.guests)
        named = (
            case.image,
            *(person.img for person in people),
            *(credit.img for credit in case.credits),
            *(chapter.img for chapter in case.chapters),
            *(picture.href for picture in case.images),
        )
        files = [*folder.transcripts, *(folder.folder / name for name in named if is_file_name(name))]
        files += [path for path in (folder.audio, cover) if path is not None]
        files += [piece.file for piece in folder.assembly.pieces]
        try:
            stamps = [(path.name, stamp_of(path)) for path in files]
        except OSError:
            return ""
        return _digest(common, repr(case), repr(folder.assembly), repr(stamps))

    def mastered(self, folder: CaseFolder) -> master.Mastered:
        """What mastering found of the case in *folder* and did to it, now or before. Raises MediaError, and
        MissingTool where there is no ffmpeg to find anything."""
        state = read_json(self.episode(folder).with_suffix(".json"))
        if state["after"] is None:
            hint = tr("install ffmpeg, or `pip install imageio-ffmpeg`")
            raise MissingTool(tr("nothing is known of its loudness without ffmpeg"), folder.case.id, hint)
        return master.from_json(state)

    def episode(self, folder: CaseFolder) -> Path:
        """The finished sound of the case in *folder*, mastered now unless it lies in the cache. Its tags may
        be those of an earlier publish, or none. Raises MediaError, MissingTool."""
        masterings = self._masterings(folder)
        episode = self.cache.case_folder(folder.case.id) / "episode.mp3"
        state_file = episode.with_suffix(".json")
        if read_json(state_file).get("mastering") not in masterings or not episode.exists():
            source = _audio(folder)
            state_file.unlink(missing_ok=True)
            where = source.relative_to(self.root).as_posix()
            made = self._mastered(folder, source, episode, where)
            write_json(state_file, {"mastering": masterings[-1], **made})
        return episode

    def _mastered(self, folder: CaseFolder, source: Path, episode: Path, where: str) -> dict[str, Any]:
        """Master *source* into *episode*; what there is to know of it then."""
        settings = self.network.audio
        if not ffmpeg.is_there():
            sound = master.unheard(source, episode, settings, folder.assembly, where)
            return {"sound": asdict(sound), "after": None}
        made = master.master(
            source,
            episode,
            settings,
            task=folder.case.id,
            assembly=folder.assembly,
            notify=self.notify,
            where=where,
            found=self.cache.sound(source, where, probe),
        )
        self.cache.remember(source, "survey", asdict(made.survey))
        return asdict(made)

    def around_the_quote(self, folder: CaseFolder) -> Soundbite | None:
        """Where in the finished audio the case's quote is said, with the words around it; None where no
        transcript tells."""
        scripts, _ = self._timed(folder, self._transcripts(folder))
        scripts = timing.placed_cues(scripts, folder.assembly, self.timeline(folder))
        return _around_the_quote(folder.case, scripts)

    def said_between(self, folder: CaseFolder, start_ms: int, end_ms: int, chars: int) -> tuple[Cue, ...]:
        """What is said in that span of the finished audio, on cards of two lines of *chars* characters; none
        without a transcript with times in the case's language."""
        scripts, _ = self._timed(folder, self._transcripts(folder))
        scripts = timing.placed_cues(scripts, folder.assembly, self.timeline(folder))
        timed = [one for one in scripts if one.timed and one.language == folder.case.language]
        cues = timed[0].cues if timed else ()
        return tuple(captions.cards_between(cues, start_ms, end_ms, chars))

    def timeline(self, folder: CaseFolder) -> Timeline:
        """Where in the finished sound of the case in *folder* its recording lies: what is outside
        ``timeline.spoken_ms(…)`` is intro, jingles and outro. Masters the case unless it is in the cache."""
        return _timeline(read_json(self.episode(folder).with_suffix(".json")))

    def _soundbites(
        self, case: Case, scripts: Sequence[Transcript], duration_ms: int
    ) -> tuple[Soundbite, ...]:
        """The case's own; else the one around its quote."""
        found = None if case.soundbites else _around_the_quote(case, scripts)
        inside = found is not None and found.start_ms + found.duration_ms <= duration_ms
        return (found,) if found is not None and inside else case.soundbites

    def _masterings(self, folder: CaseFolder) -> tuple[str, ...]:
        """Digests of all that the mastered sound depends on: where nothing can be heard, of one that another
        machine has mastered, and last of what can be had here."""
        source_sha256, settings = self.cache.sha256(_audio(folder)), self.network.audio
        heard = master.recipe(source_sha256, settings, folder.assembly, self.cache.sha256)
        return (heard,) if ffmpeg.is_there() else (heard, f"{heard} unheard")

    def _stand_in(self, path: Path | None) -> tags.Picture | None:
        return tags.Picture(self.cache.sha256(path).encode(), "") if path else None

    def _picture_of(self, folder: CaseFolder) -> Path | None:
        """The picture in the file's tag: the case's own, else the cover of its first feed."""
        if is_file_name(folder.case.image):
            return folder.folder / folder.case.image
        home = self._home_feed(folder.case)
        artwork = (home.artwork if home else "") or self.network.artwork
        return self.root / artwork if is_file_name(artwork) else None

    def _home_feed(self, case: Case) -> Feed | None:
        """The feed of the case's first theme; else the first feed that takes the case."""
        taking = [file.feed for file in self.feeds if select.matches(file.feed.where, case)]
        first = replace(case, themes=case.themes[:1])
        return next(
            (feed for feed in taking if feed.where.theme and select.matches(feed.where, first)),
            taking[0] if taking else None,
        )

    def _tags(
        self,
        folder: CaseFolder,
        guid: str,
        scripts: Sequence[Transcript],
        duration_ms: int,
        picture: Pictured,
    ) -> tags.Tags:
        """The tag of the case's file; *picture* makes what stands for a picture file in it."""
        case, network, home = folder.case, self.network, self._home_feed(folder.case)
        categories = (home.categories if home else ()) or network.categories
        return tags.Tags(
            title=case.title,
            artist=", ".join(person.name for person in (*case.guests, *case.hosts)),
            show=network.name,
            publisher=network.author or network.name,
            theme=case.themes[0] if case.themes else "",
            track=case.number,
            published=case.published and case.published.astimezone(UTC),
            length_ms=duration_ms,
            language=case.language,
            summary=notes.summary(case),
            quote=case.quote.text if case.quote else "",
            quote_by=case.quoted,
            website=network.case_url(case),
            feed_url=network.feed_url(home.slug) if home else "",
            guid=guid,
            category=categories[0].name if categories else "",
            keywords=case.keywords,
            copyright=network.copyright,
            cover=picture(self._picture_of(folder)),
            chapters=tuple(
                tags.ChapterTag(
                    chapter.start_ms,
                    chapter.end_ms or 0,
                    chapter.title,
                    chapter.href,
                    picture(folder.folder / chapter.img if is_file_name(chapter.img) else None),
                )
                for chapter in chapter_text.complete(case.chapters, duration_ms)
            ),
            transcript=transcripts.plain(_to_read(scripts)) if scripts else "",
            lines=tuple(_lines(scripts, case.language)),
        )


# ---------------------------------------------------------------- what the line above is made of


_AUDIO_TYPES = {
    ".mp3": "mpeg",
    ".m4a": "mp4",
    ".mp4": "mp4",
    ".aif": "aiff",
    ".opus": "ogg",
    ".mka": "x-matroska",
}


def _silence() -> bytes:
    """A second of nothing, as a WAV."""
    import io
    import wave

    written = io.BytesIO()
    with wave.open(written, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(8000)
        file.writeframes(b"\x80" * 8000)
    return written.getvalue()


def _timeline(state: Mapping[str, Any]) -> Timeline:
    """Where the recording lies in a mastered episode, by its *state* in the cache."""
    stretches = state.get("timeline", {}).get("stretches", ())
    return Timeline(tuple(Stretch(**stretch) for stretch in stretches))


def _placed(folder: CaseFolder, timeline: Timeline) -> CaseFolder:
    return replace(folder, case=timing.placed(folder.case, folder.assembly, timeline))


def _audio(folder: CaseFolder) -> Path:
    if folder.audio is None:
        raise MediaError(
            tr("the case has no audio"), folder.lines.where(), tr("put the recording in its folder")
        )
    return folder.audio


def _tag_picture(path: Path | None) -> tags.Picture | None:
    return tags.Picture(*images.for_tag(path)) if path else None


def _to_read(scripts: Sequence[Transcript]) -> Transcript:
    """Of several transcripts the one that people read: hand-edited text before a file of cues."""
    return min(scripts, key=lambda transcript: transcript.timed)


def _lines(scripts: Sequence[Transcript], language: str) -> Iterator[tags.Line]:
    """What is said when, as far as a transcript with times tells; a name where the speaker changes."""
    timed = next((script for script in scripts if script.timed and script.language == language), None)
    speaker = ""
    for cue in timed.cues if timed else ():
        name = f"{cue.speaker}: " if cue.speaker not in ("", speaker) else ""
        speaker = cue.speaker or speaker
        yield tags.Line(cue.start_ms or 0, name + cue.text)


def _around_the_quote(case: Case, scripts: Sequence[Transcript]) -> Soundbite | None:
    """Where the case's quote is said, as far as a transcript with times tells."""
    if case.quote is None:
        return None
    for script in (script for script in scripts if script.timed and script.language == case.language):
        said = quotes.where_said(case.quote, case.quoted, script)
        if said is not None:
            return quotes.soundbite(case.quote, said, script)
    return None


def _text_artifacts(
    scripts: Sequence[Transcript], case: Case, shelf: Shelf, taken: Mapping[str, Sequence[Artifact]]
) -> Iterator[Artifact]:
    """Every format in every language: what carries times from timed cues, the others from edited text.

    Those in a language that is *taken* over are there already.
    """
    for language in dict.fromkeys(script.language for script in scripts):
        if language in taken:
            yield from taken[language]
            continue
        own = [script for script in scripts if script.language == language]
        timed = next((script for script in own if script.timed), None)
        read = _to_read(own)
        for one in transcripts.outputs(timed or read):
            data = transcripts.render(timed if timed and one.timed else read, one, title=case.title)
            yield shelf.put("transcript", "text", data, one.media_type, one.suffixes[0], language=language)


def _chapter_artifact(case: Case, network: Network, shelf: Shelf) -> Artifact | None:
    if not case.chapters:
        return None
    data = chapter_text.render_json(case.chapters, title=case.title, podcast=network.name, url=network.url)
    return shelf.put("chapters", "chapters", data, "application/json+chapters", ".json")


@lru_cache(maxsize=1)
def code_stamp() -> str:
    """A digest of lornpod's own files and of the libraries whose versions show in what it makes."""
    package = Path(__file__).parent.parent
    sources = sorted(path for path in package.rglob("*.py"))
    stamps = [(path.relative_to(package).as_posix(), stamp_of(path)) for path in sources]
    return _digest(repr(stamps), *(version(name) for name in ("markdown-it-py", "mutagen", "nh3", "Pillow")))


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
