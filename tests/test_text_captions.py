"""WebVTT and SubRip: lenient in, strict out. FFmpeg (through PyAV) is the independent reader."""

from __future__ import annotations

import io
import re
import time
from fractions import Fraction
from itertools import pairwise

import av
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lornpod.errors import Finding
from lornpod.model import Cue, Person, Transcript
from lornpod.text import transcripts

PEOPLE = (Person("Kari Nordmann"), Person("Ola Vik"))
VTT, SRT = transcripts.FORMATS[:2]


def read(
    text: str, name: str = "t.vtt"
) -> tuple[list[tuple[str, str, int | None, int | None]], list[Finding]]:
    transcript, findings = transcripts.parse(
        text.encode(), language="nb", people=PEOPLE, name=name, where=name
    )
    return [(cue.speaker, cue.text, cue.start_ms, cue.end_ms) for cue in transcript.cues], list(findings)


def vtt(*blocks: str) -> str:
    return "\n\n".join(["WEBVTT", *blocks]) + "\n"


ONE = "00:00:01.000 --> 00:00:02.000\nHei."
HEI = ("", "Hei.", 1000, 2000)


# ---------------------------------------------------------------- reading


@pytest.mark.parametrize(
    "text",
    [
        vtt(ONE),
        "\ufeff" + vtt(ONE),
        vtt(ONE).replace("\n", "\r\n"),
        vtt(ONE).replace("\n", "\r"),
        vtt(ONE.replace("00:00:0", "00:0")),
        vtt(ONE.replace(".000", ",000")),
        vtt(ONE.replace(".000", ".0")),
        vtt(ONE.replace(".000", "")),
        vtt(ONE.replace(" --> ", "-->")),
        vtt(ONE.replace(" --> ", " → ")),
        vtt(ONE.replace("2.000", "2.000 line:0 position:20% align:start")),
        vtt("intro\n" + ONE),
        vtt("17\n" + ONE),
        vtt("NOTE\nikke sagt\nheller ikke dette", ONE),
        vtt("NOTE en linje", "STYLE\n::cue { color: red }", "REGION\nid:r", ONE),
        vtt(ONE, "NOTE til slutt"),
        vtt(ONE).replace("WEBVTT", "WEBVTT - en tittel\nKind: captions\nLanguage: nb"),
        vtt(ONE).replace("WEBVTT\n\n", "WEBVTT\n"),
        vtt(ONE).replace("WEBVTT\n\n", ""),
        vtt(ONE.replace("Hei", "<i>H<b>ei</b></i>")),
        vtt(ONE.replace("Hei", "<00:00:01.500><c.gul>Hei</c>")),
        vtt(ONE.replace("Hei", "<lang nb>Hei</lang>")),
        vtt(ONE, "00:00:03.000 --> 00:00:04.000\n<i></i>"),
    ],
)
def test_vtt_is_read_whatever_way_it_is_written(text: str) -> None:
    cues, findings = read(text)
    assert cues == [HEI]
    assert [finding.code for finding in findings] in ([], ["transcript-format"])


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_encodings_that_name_themselves_are_read_without_a_word(encoding: str) -> None:
    data = vtt(ONE.replace("Hei", "Blåbærsøt")).encode(encoding)
    transcript, findings = transcripts.parse(data, language="nb", name="t.vtt")
    assert (transcript.cues[0].text, findings) == ("Blåbærsøt.", ())


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252"])
def test_latin_1_is_read_and_told_with_its_line(encoding: str) -> None:
    data = vtt(ONE.replace("Hei", "Blåbærsøt")).encode(encoding)
    transcript, (warning,) = transcripts.parse(data, language="nb", name="t.vtt", where="t.vtt")
    assert transcript.cues[0].text == "Blåbærsøt."
    assert (warning.code, warning.where) == ("transcript-encoding", "t.vtt:4")


def test_a_cue_of_several_lines_is_one_cue() -> None:
    assert read(vtt(ONE + "\nPå deg.\nIgjen."))[0] == [("", "Hei. På deg. Igjen.", 1000, 2000)]


@pytest.mark.parametrize(
    "payload",
    [
        "<v Kari Nordmann>Hei.",
        "<v Kari Nordmann>Hei.</v>",
        "<v.loud.first Kari Nordmann>Hei.</v>",
        "<v Kari>Hei.",
        "<V Kari Nordmann>Hei.",
        "Kari Nordmann: Hei.",
        "Kari:\nHei.",
    ],
)
def test_the_voice_of_a_cue_is_its_speaker(payload: str) -> None:
    assert read(vtt(ONE.replace("Hei.", payload)))[0] == [("Kari Nordmann", "Hei.", 1000, 2000)]


def test_several_voices_in_a_cue_share_its_time_by_what_they_say() -> None:
    cues, _ = read(vtt(ONE.replace("Hei.", "<v Kari>Hei.</v> <v Ola>Hallo på deg.</v>")))
    assert cues == [("Kari Nordmann", "Hei.", 1000, 1235), ("Ola Vik", "Hallo på deg.", 1235, 2000)]


def test_a_voice_named_only_where_it_changes_goes_on() -> None:
    blocks = [
        f"00:00:0{n}.000 --> 00:00:0{n}.900\n{said}"
        for n, said in enumerate(["<v Kari>A", "B", "<v Ola>C", "D"])
    ]
    assert [who for who, *_ in read(vtt(*blocks))[0]] == ["Kari Nordmann"] * 2 + ["Ola Vik"] * 2


def test_a_cue_without_voice_is_the_narrators_where_every_cue_names_its_own() -> None:
    blocks = [
        f"00:00:0{n}.000 --> 00:00:0{n}.900\n{said}" for n, said in enumerate(["<v Kari>A", "<v Kari>B", "C"])
    ]
    assert [who for who, *_ in read(vtt(*blocks))[0]] == ["Kari Nordmann"] * 2 + [""]


def test_entities_and_odd_brackets_are_characters() -> None:
    payload = "AT&T &amp; 3 &lt; 5 &gt; 4 &#248;l &aring; x < y &uendelig"
    assert read(vtt(ONE.replace("Hei.", payload)))[0][0][1] == "AT&T & 3 < 5 > 4 øl å x < y &uendelig"


def test_an_arrow_in_the_text_is_text() -> None:
    assert read(vtt(ONE + "\nFra A --> B."))[0][0][1] == "Hei. Fra A --> B."


def test_a_malformed_cue_is_left_out_and_told_with_its_line() -> None:
    cues, (warning,) = read(vtt(ONE, "00:00:71.000 --> 00:00:72.000\nUsagt.", ONE.replace("Hei", "Ja")))
    assert [text for _, text, *_ in cues] == ["Hei.", "Ja."]
    assert (warning.code, warning.where) == ("transcript-cue", "t.vtt:6")


def test_cues_out_of_order_are_sorted_and_told() -> None:
    cues, (warning,) = read(vtt("00:05.000 --> 00:06.000\nB", "00:01.000 --> 00:02.000\nA"))
    assert [text for _, text, *_ in cues] == ["A", "B"]
    assert (warning.code, warning.where) == ("transcript-order", "t.vtt:6")


def test_overlapping_cues_end_where_the_next_starts() -> None:
    cues, (warning,) = read(vtt("00:01.000 --> 00:05.000\nA", "00:02.000 --> 00:06.000\nB"))
    assert [times for _, _, *times in cues] == [[1000, 2000], [2000, 6000]]
    assert (warning.code, warning.where) == ("transcript-overlap", "t.vtt:3")


def test_cues_that_start_together_share_their_time() -> None:
    cues, _ = read(vtt("00:01.000 --> 00:03.000\nAb", "00:01.000 --> 00:03.000\nCd"))
    assert [times for _, _, *times in cues] == [[1000, 2000], [2000, 3000]]


def test_a_cue_that_ends_before_it_starts_keeps_its_words() -> None:
    cues, (warning,) = read(vtt("00:05.000 --> 00:01.000\nHei.", "00:09.000 --> 00:10.000\nJa."))
    assert cues[0] == ("", "Hei.", 5000, 6000)
    assert warning.code == "transcript-times"


def test_single_words_of_speech_recognition_become_phrases() -> None:
    words = ["Dette", "er", "en", "lang", "setning.", "Og", "her", "er", "enda", "en", "setning", "til."]
    blocks = [f"00:00:{n:02}.000 --> 00:00:{n:02}.900\n{word}" for n, word in enumerate(words)]
    assert read(vtt(*blocks))[0] == [
        ("", "Dette er en lang setning.", 0, 4900),
        ("", "Og her er enda en setning til.", 5000, 11900),
    ]


def srt(*payloads: str) -> str:
    return "\n".join(
        f"{n}\n00:00:0{n},000 --> 00:00:0{n},900\n{said}\n" for n, said in enumerate(payloads, 1)
    )


def test_srt_speakers_go_on_until_the_next_name() -> None:
    cues, findings = read(srt("Kari Nordmann: Hei.", "Mer.", "Ola: Hallo."), "t.srt")
    assert [who for who, *_ in cues] == ["Kari Nordmann", "Kari Nordmann", "Ola Vik"]
    assert findings == []


def test_two_names_in_one_srt_card_are_two_cues() -> None:
    cues, _ = read(srt("Kari: Hei.\nOla: Hei."), "t.srt")
    assert [(who, text) for who, text, *_ in cues] == [("Kari Nordmann", "Hei."), ("Ola Vik", "Hei.")]


def test_a_number_alone_in_srt_text_is_text_and_an_index_is_not() -> None:
    assert [text for _, text, *_ in read(srt("42", "Svaret er\n42", "Ja."), "t.srt")[0]] == [
        "42",
        "Svaret er 42",
        "Ja.",
    ]


def test_an_srt_without_blank_lines_between_cards_is_read() -> None:
    assert [text for _, text, *_ in read(srt("A", "B").replace("\n\n", "\n"), "t.srt")[0]] == ["A", "B"]


def test_a_blank_line_inside_an_srt_card_does_not_lose_words() -> None:
    assert [text for _, text, *_ in read(srt("A\n\nmer", "B"), "t.srt")[0]] == ["A mer", "B"]


def test_srt_markup_is_no_text() -> None:
    assert read(srt(r'{\an8}<font color="#fff">Hei</font>'), "t.srt")[0][0][1] == "Hei"


# ---------------------------------------------------------------- writing

words = st.text(st.sampled_from("abcæøåABC&<>-.,;!?»“0123456789#\xa0"), min_size=1, max_size=20)
texts = st.lists(words, min_size=1, max_size=40).map(" ".join).map(lambda text: " ".join(text.split()))
speakers = st.sampled_from(["", "Kari Nordmann", "Ola Vik", "Å & B <C>"])


@st.composite
def timed(
    draw: st.DrawFn,
    texts: st.SearchStrategy[str] = texts,
    speakers: st.SearchStrategy[str] = speakers,
) -> Transcript:
    cues: list[Cue] = []
    at = 0
    for text in draw(st.lists(texts.filter(bool), min_size=1, max_size=8)):
        start_ms = at + draw(st.integers(0, 5000))
        at = start_ms + draw(st.integers(400, 20_000))
        cues.append(Cue(text, draw(speakers), start_ms, at))
    return Transcript(tuple(cues), "nb")


def said_of(transcript: Transcript) -> str:
    return " ".join(cue.text for cue in transcript.cues)


short = st.lists(st.text(st.sampled_from("abæ&<>"), min_size=1, max_size=9), min_size=2, max_size=9).map(
    " ".join
)


def names_something_twice_running_or_everything(transcript: Transcript) -> bool:
    """Where neither holds, a VTT file cannot tell a narrator from a voice that goes on."""
    who = [cue.speaker for cue in transcript.cues]
    first = next((index for index, speaker in enumerate(who) if speaker), len(who))
    return "" not in who[first:] or any(a and a == b for a, b in pairwise(who))


@given(timed(short))
def test_short_cues_written_as_vtt_read_back_the_same(transcript: Transcript) -> None:
    assume(names_something_twice_running_or_everything(transcript))
    data = transcripts.render(transcript, VTT, title="")
    assert transcripts.parse(data, language="nb") == (transcript, ())


# SRT has no escapes and no narrator after a name.
plain = st.lists(st.text(st.sampled_from("abæø&>"), min_size=1, max_size=4), min_size=1, max_size=5).map(
    " ".join
)


@given(timed(plain, st.sampled_from(["Kari Nordmann", "Ola Vik"])))
def test_short_cues_written_as_srt_read_back_the_same(transcript: Transcript) -> None:
    data = transcripts.render(transcript, SRT, title="")
    assert transcripts.parse(data, language="nb", people=PEOPLE) == (transcript, ())


@given(timed())
def test_long_cues_are_divided_without_losing_a_word_or_the_order_of_time(transcript: Transcript) -> None:
    data = transcripts.render(transcript, VTT, title="")
    back, _ = transcripts.parse(data, language="nb")
    assert said_of(back) == said_of(transcript)
    assert all(one.end_ms <= other.start_ms for one, other in pairwise(back.cues))  # type: ignore[operator]
    assert back.cues[0].start_ms == transcript.cues[0].start_ms
    assert back.cues[-1].end_ms == transcript.cues[-1].end_ms


@given(timed())
def test_vtt_is_written_as_the_strictest_reader_wants_it(transcript: Transcript) -> None:
    text = transcripts.render(transcript, VTT, title="").decode()
    header, *blocks = text.rstrip("\n").split("\n\n")
    assert header == "WEBVTT"
    for block in blocks:
        timing, *lines = block.split("\n")
        assert re.fullmatch(r"\d\d:\d\d:\d\d\.\d{3} --> \d\d:\d\d:\d\d\.\d{3}", timing)
        bare = [re.sub(r"<v [^<>]+>", "", line) for line in lines]
        assert not re.search(r"[<>]", "".join(bare))
        assert not re.search(r"&(?!amp;|lt;|gt;)", "".join(lines))
        shown = [re.sub(r"&[a-z]+;", "x", line) for line in bare]
        assert len(lines) <= 2
        assert all(len(line) <= 65 for line in shown)


@given(timed())
def test_srt_cards_have_two_lines_of_32_characters(transcript: Transcript) -> None:
    text = transcripts.render(transcript, SRT, title="").decode()
    for number, card in enumerate(text.rstrip("\n").split("\n\n"), 1):
        index, timing, *lines = card.split("\n")
        assert index == str(number)
        assert re.fullmatch(r"\d\d:\d\d:\d\d,\d{3} --> \d\d:\d\d:\d\d,\d{3}", timing)
        assert len(lines) <= 2
        assert all(len(line) <= 32 for line in lines)
        assert "-->" not in "".join(lines)


@pytest.mark.parametrize("row", [VTT, SRT], ids=lambda row: row.name)
def test_what_is_written_once_is_written_the_same_again(row: transcripts.Format) -> None:
    text = "Vi bygger broer, sier hun, mens vi går på dem. " * 12
    cues = (Cue(text.strip(), "Kari Nordmann", 0, 60_000), Cue("Ja?", "Ola Vik", 60_000, 61_000))
    data = transcripts.render(Transcript(cues, "nb"), row, title="")
    again, _ = transcripts.parse(data, language="nb")
    assert transcripts.render(again, row, title="") == data


def test_a_word_longer_than_a_line_is_not_torn() -> None:
    word = "menneskerettighetsorganisasjonsmedlemskap"
    data = transcripts.render(Transcript((Cue(f"Et {word} til.", "", 0, 1000),), "nb"), SRT, title="")
    assert word in data.decode()


def test_a_cue_too_short_for_its_many_words_is_written_in_time() -> None:
    cue = Cue("ord " * 20_000 + "slutt.", "Kari Nordmann", 0, 100)
    began = time.process_time()
    assert b"slutt." in transcripts.render(Transcript((cue,), "nb"), SRT, title="")
    assert time.process_time() - began < 2  # some 0.1 s; where every cut was tried, six


def test_a_name_is_never_alone_on_a_card() -> None:
    text = "Har du et lite skilt som vi kan henge opp på døra di nå?"
    data = transcripts.render(Transcript((Cue(text, "Silvana Moen", 0, 9000),), "nb"), SRT, title="")
    assert all(len(card.split("\n", 2)[2]) > len("Silvana Moen:") + 1 for card in data.decode().split("\n\n"))


def seen_by_ffmpeg(data: bytes, kind: str) -> list[tuple[int, int, str]]:
    with av.open(io.BytesIO(data), format=kind) as file:
        packets = [packet for packet in file.demux() if packet.pts is not None and packet.size]
        return [
            (
                int(packet.pts * Fraction(packet.time_base) * 1000),
                int(packet.duration * Fraction(packet.time_base) * 1000),
                bytes(packet).decode().rstrip("\n"),
            )
            for packet in packets
        ]


THREE = Transcript(
    (
        Cue("Velkommen.", "", 0, 1500),
        Cue("Vi går fra A --> B & <C>.", "Kari Nordmann", 1500, 3_723_004),
        Cue("Ja.", "Ola Vik", 3_723_250, 3_724_000),
    ),
    "nb",
)


def test_ffmpeg_reads_every_vtt_cue_at_its_time() -> None:
    assert seen_by_ffmpeg(transcripts.render(THREE, VTT, title=""), "webvtt") == [
        (0, 1500, "Velkommen."),
        (1500, 3_721_504, "<v Kari Nordmann>Vi går fra A --&gt; B &amp; &lt;C&gt;."),
        (3_723_250, 750, "<v Ola Vik>Ja."),
    ]


def test_ffmpeg_reads_every_srt_card_at_its_time() -> None:
    assert seen_by_ffmpeg(transcripts.render(THREE, SRT, title=""), "srt") == [
        (0, 1500, "Velkommen."),
        (1500, 3_721_504, "Kari Nordmann: Vi går\nfra A → B & ‹C›."),
        (3_723_250, 750, "Ola Vik: Ja."),
    ]
