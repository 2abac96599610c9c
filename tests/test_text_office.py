"""Word and OpenDocument texts: what editors send is read, what is written opens elsewhere.

python-docx and odfpy are the independent writers and readers.
"""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml
from hypothesis import given
from hypothesis import strategies as st
from odf import opendocument, teletype
from odf import text as odt

from lornpod.errors import Level
from lornpod.model import Cue, Person, Transcript
from lornpod.text import transcripts

from .test_text_turns import EVERYBODY, untimed

PEOPLE = (Person("Kari Nordmann"), Person("Ola Vik"))
ROWS = {row.name: row for row in transcripts.FORMATS}
TALK = Transcript((Cue("Hei <& du>.", "Ola Vik"), Cue("Takk, æøå.", "Kari Nordmann")), "nb")
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def said(data: bytes, name: str = "t.docx") -> list[tuple[str, str]]:
    transcript, findings = transcripts.parse(data, language="nb", people=PEOPLE, name=name)
    assert [finding.code for finding in findings if finding.level is Level.ERROR] == []
    return [(cue.speaker, cue.text) for cue in transcript.cues]


def saved(document: object) -> bytes:
    file = io.BytesIO()
    document.save(file)  # type: ignore[attr-defined]
    return file.getvalue()


@pytest.mark.parametrize("name", ["docx", "odt"])
@given(untimed, st.sampled_from(["", "Tittel", "Kari: en tittel"]))
def test_turns_written_as_a_document_read_back_the_same(
    name: str, transcript: Transcript, title: str
) -> None:
    data = transcripts.render(transcript, ROWS[name], title=title)
    assert transcripts.parse(data, language="nb", people=EVERYBODY, name=f"t.{name}") == (transcript, ())


def test_a_document_opens_in_word_as_title_and_turns() -> None:
    data = transcripts.render(TALK, ROWS["docx"], title="Små skritt")
    document = docx.Document(io.BytesIO(data))
    assert [(one.style.name if one.style else "", one.text) for one in document.paragraphs] == [
        ("Title", "Små skritt"),
        ("Normal", "Ola Vik: Hei <& du>."),
        ("Normal", "Kari Nordmann: Takk, æøå."),
    ]
    assert [run.text for run in document.paragraphs[1].runs if run.bold] == ["Ola Vik: "]


def test_an_opendocument_text_opens_as_title_and_turns() -> None:
    data = transcripts.render(TALK, ROWS["odt"], title="Små skritt")
    document = opendocument.load(io.BytesIO(data))
    said = [teletype.extractText(one) for one in document.getElementsByType(odt.P)]
    assert said == ["Ola Vik: Hei <& du>.", "Kari Nordmann: Takk, æøå."]
    assert [teletype.extractText(one) for one in document.getElementsByType(odt.H)] == ["Små skritt"]


def test_a_word_document_is_read_as_turns() -> None:
    document = docx.Document()
    document.add_heading("Utskrift av samtalen", 0)
    document.add_heading("Del 1", 2)
    paragraph = document.add_paragraph()
    paragraph.add_run("Ola Vik:").bold = True
    paragraph.add_run(" Hei,").add_break()
    paragraph.add_run("og\tvelkommen.")
    document.add_paragraph("Kari: Takk.", style="List Bullet")
    document.sections[0].header.paragraphs[0].text = "Kladd"
    assert said(saved(document)) == [("Ola Vik", "Hei, og velkommen."), ("Kari Nordmann", "Takk.")]


def test_what_a_reviewer_struck_out_or_hid_is_not_said_and_what_was_put_in_is() -> None:
    document = docx.Document()
    document.add_paragraph("Ola Vik: Vi")
    document.paragraphs[0]._p.append(
        parse_xml(f"<w:del {_W}><w:r><w:delText> aldri</w:delText></w:r></w:del>")
    )
    document.paragraphs[0]._p.append(parse_xml(f"<w:ins {_W}><w:r><w:t> alltid kommer.</w:t></w:r></w:ins>"))
    document.paragraphs[0].add_run(" (sjekk dette)").font.hidden = True
    assert said(saved(document)) == [("Ola Vik", "Vi alltid kommer.")]


def test_a_table_of_names_and_words_is_turns() -> None:
    document = docx.Document()
    table = document.add_table(rows=0, cols=3)
    for row in (("00:01", "Ola Vik", "Hei."), ("00:04", "Kari Nordmann:", "Takk.")):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    assert said(saved(document)) == [("Ola Vik", "Hei."), ("Kari Nordmann", "Takk.")]


def test_an_opendocument_text_is_read_without_comments_notes_and_deletions() -> None:
    from odf import office

    document = opendocument.OpenDocumentText()
    document.text.addElement(odt.H(outlinelevel=1, text="Utskrift"))
    changes = odt.TrackedChanges()
    region = odt.ChangedRegion(check_grammar=False)
    deletion = odt.Deletion()
    deletion.addElement(odt.P(text="Ola Vik: Strøket."))
    region.addElement(deletion)
    changes.addElement(region)
    document.text.addElement(changes)
    paragraph = odt.P()
    teletype.addTextToElement(paragraph, "Ola Vik: Hei,  og\tvel\nkommen")
    note = office.Annotation()
    note.addElement(odt.P(text="Er dette riktig?"))
    paragraph.addElement(note)
    paragraph.addText(".")
    document.text.addElement(paragraph)
    items = odt.List()
    item = odt.ListItem()
    item.addElement(odt.P(text="Kari: Takk."))
    items.addElement(item)
    document.text.addElement(items)
    assert said(saved(document), "t.odt") == [("Ola Vik", "Hei, og vel kommen."), ("Kari Nordmann", "Takk.")]


def test_a_doubt_about_a_document_names_the_paragraph() -> None:
    document = docx.Document()
    for text in ("Ola Vik: Hei.", "Kari Nordmann: Takk.", "Ola Vik: Ja.", "Nils Gran: Hva?"):
        document.add_paragraph(text)
    _, (doubt,) = transcripts.parse(
        saved(document), language="nb", people=PEOPLE, name="t.docx", where="t.docx"
    )
    assert (doubt.where, doubt.field) == ("t.docx", "paragraph 4")


def test_a_document_is_known_by_its_content_and_a_wrong_name_told() -> None:
    transcript, (told,) = transcripts.parse(
        transcripts.render(TALK, ROWS["odt"], title=""),
        people=PEOPLE,
        name="t.docx",
        where="t.docx",
        language="nb",
    )
    assert (transcript, told.code, told.where) == (TALK, "transcript-format", "t.docx")


# ---------------------------------------------------------------- hostile documents


def archive(**parts: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for part, data in parts.items():
            packed.writestr(part.replace("__", "/").replace("_xml", ".xml"), data)
    return file.getvalue()


BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(
        b'<!ENTITY %c "%s">' % (98 + n, (b"&%c;" % (97 + n)) * 10) for n in range(9)
    )
    + b']><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r>'
    b"<w:t>&j;</w:t></w:r></w:p></w:body></w:document>"
)  # fmt: skip


@pytest.mark.parametrize(
    "data",
    [
        archive(word__document_xml=b" " * 200_000_000),
        archive(content_xml=b"<a>" * 100_000),
        archive(word__document_xml=BOMB),
        archive(word__document_xml=b"<w"),
        archive(notes=b"x"),
        archive(),
        b"PK\x03\x04" + b"x" * 200,
        transcripts.render(TALK, ROWS["docx"], title="")[:-30],
    ],
    ids=["zip-bomb", "deep", "entities", "damaged-xml", "another", "empty", "no-zip", "cut"],
)
def test_a_hostile_or_damaged_document_is_an_error_in_one_line(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "t.docx").write_bytes(data)
    transcript, (error,) = transcripts.read(tmp_path / "t.docx", language="nb", people=(), where="t.docx")
    assert (transcript.cues, error.level) == ((), Level.ERROR)
    assert "\n" not in str(error)


def test_a_name_with_a_prefix_that_lxml_lets_pass_undeclared_is_a_name() -> None:
    run, other = b'<w:r><w:t e="">Hei.</w:t></w:r>', b'<w:r><w:rPr></w:rPr><w:t :=""></w:t></w:r>'
    begin = b'<?l ?><w:document xmlns:w="h"><w:body><w:p><w:pPr><: l=""/></w:pPr><w:r><w:t e=""/></w:r></w:p>'
    end = b'<w:p><w:r><w:t xml:space=""></w:t></w:r><w:r><w:t e="">\xc3\xb8</w:t></w:r></w:p>'
    said_twice = b"<w:p>%s</w:p><w:p>%s%s</w:p>" % (run, other, run)
    document = begin + said_twice + end + b"</w:body></w:document>"
    assert said(archive(word__document_xml=document)) == [("", "Hei."), ("", "Hei."), ("", "ø")]
