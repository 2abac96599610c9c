"""Word and OpenDocument texts as editors send them: their paragraphs, and plain ones written.

Only what is said is read: no deletions that a reviewer has not accepted yet, comments, notes, headers or
hidden text. A row of a table is a paragraph: “Kari Nordmann | Takk.” is her turn.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from html import escape

from ..messages import tr
from ..model import Transcript
from .reading import NotText, fit_for_xml, one_line
from .turns import blocks
from .xml_tree import Element, attribute, name, named, tree

_SIGNATURE = b"PK\x03\x04"
_MAX_XML_BYTES = 16_000_000  # of one part: a hundred hours of talk, and no zip bomb
_MAX_MEMBERS = 10_000
# What broken archives raise, beside BadZipFile.
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    RuntimeError,
    KeyError,
)


def is_archive(data: bytes) -> bool:
    return data.startswith(_SIGNATURE)


def paragraphs(data: bytes) -> tuple[str, list[str]]:
    """``docx`` or ``odt``, and the document's paragraphs as Markdown: headings begin with ``# ``.

    Raises NotText for other archives and for damaged ones.
    """
    parts = _Parts(data)
    if body := parts.read(parts.main_part()):
        told = tree(body, "Word document")
        return "docx", list(_word_paragraphs(told, _word_headings(parts.read("word/styles.xml"))))
    if body := parts.read("content.xml"):
        return "odt", list(_odt_paragraphs(tree(body, "OpenDocument text")))
    raise NotText(tr("a zip archive without a text document in it"))


class _Parts:
    """The parts of an archive, each read only as far as it is reasonably long."""

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            self._infos = {info.filename: info for info in self._zip.infolist()[:_MAX_MEMBERS]}
        except _BROKEN:
            raise NotText(tr("a damaged zip archive")) from None

    def main_part(self) -> str:
        """The part of a Word document that holds its text: mostly word/document.xml."""
        listed = self.read("[Content_Types].xml")
        for override in named(tree(listed, "Word document"), "Override") if listed else ():
            if attribute(override, "ContentType").endswith("document.main+xml"):
                return attribute(override, "PartName").lstrip("/")
        return "word/document.xml"

    def read(self, part: str) -> bytes:
        """The bytes of *part*; empty where there is none."""
        info = self._infos.get(part)
        if info is None:
            return b""
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) or info.flag_bits & 1:
            raise NotText(tr("a document that is encrypted, or packed in an unusual way"))
        try:
            with self._zip.open(info) as file:
                data = file.read(_MAX_XML_BYTES + 1)
        except _BROKEN:
            raise NotText(tr("a damaged document")) from None
        if len(data) > _MAX_XML_BYTES:
            raise NotText(
                tr("a document of more than {max_xml_mb} MB of text", max_xml_mb=_MAX_XML_BYTES // 1_000_000)
            )
        return data


# ---------------------------------------------------------------- Word

_HEADING = re.compile(
    r"(?:heading|title|subtitle|overskrift|tittel|undertittel|rubrik|titel)\s?\d*\Z", re.IGNORECASE
)
_UNSAID = frozenset({"del", "moveFrom", "pPr", "Fallback", "instrText", "delText", "annotation", "sectPr"})
_BREAKS = {"tab": " ", "ptab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}


def _word_headings(styles: bytes) -> set[str]:
    """The ids of the styles of headings, whatever language they are named in."""
    told = named(tree(styles, "Word document"), "style") if styles else ()
    return {
        attribute(style, "styleId")
        for style in told
        if any(_HEADING.match(attribute(one, "val")) for one in style if name(one) == "name")
    }


def _word_paragraphs(root: Element, headings: set[str]) -> Iterator[str]:
    """The paragraphs outside of tables, and each row of a table as one."""
    for element in root:
        kind = name(element)
        if kind == "p":
            yield from _word_paragraph(element, headings)
        elif kind == "tr":
            yield _row([_joined(_word_paragraphs(cell, headings)) for cell in named(element, "tc")])
        elif kind not in _UNSAID:
            yield from _word_paragraphs(element, headings)


def _word_paragraph(element: Element, headings: set[str]) -> Iterator[str]:
    style = next((attribute(one, "val") for one in named(element, "pStyle")), "")
    boxes: list[Element] = []
    said = "".join(_word_text(element, boxes))
    yield f"# {one_line(said)}" if style in headings or _HEADING.match(style) else said
    for box in boxes:
        yield from _word_paragraphs(box, headings)


def _word_text(element: Element, boxes: list[Element]) -> Iterator[str]:
    for child in element:
        kind = name(child)
        if kind == "t":
            yield child.text or ""
        elif kind in _BREAKS:
            yield _BREAKS[kind]
        elif kind == "txbxContent":
            boxes.append(child)
        elif kind not in _UNSAID and not (kind == "r" and _is_hidden(child)):
            yield from _word_text(child, boxes)


def _is_hidden(run: Element) -> bool:
    return any(
        name(one) == "vanish" and attribute(one, "val") not in ("0", "false", "off")
        for properties in run
        if name(properties) == "rPr"
        for one in properties
    )


# ---------------------------------------------------------------- OpenDocument

_ODT_UNSAID = frozenset(
    {"tracked-changes", "annotation", "note", "sequence-decls", "variable-decls", "forms"}
)
_MAX_SPACES = 100


def _odt_paragraphs(root: Element) -> Iterator[str]:
    for element in root:
        kind = name(element)
        if kind in ("p", "h"):
            said = "".join(_odt_text(element))
            yield f"# {one_line(said)}" if kind == "h" else said
        elif kind == "table-row":
            yield _row([_joined(_odt_paragraphs(cell)) for cell in named(element, "table-cell")])
        elif kind not in _ODT_UNSAID:
            yield from _odt_paragraphs(element)


def _odt_text(element: Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        kind = name(child)
        if kind == "s":
            count = attribute(child, "c")
            yield " " * min(int(count) if count.isdecimal() and len(count) < 9 else 1, _MAX_SPACES)
        elif kind in ("tab", "line-break"):
            yield "\n" if kind == "line-break" else " "
        elif kind and kind not in _ODT_UNSAID:
            yield from _odt_text(child)
        yield child.tail or ""


# ---------------------------------------------------------------- tables

_TIME = re.compile(r"[\[(]?\d{1,3}:\d\d(?::\d\d)?(?:[.,]\d{1,3})?[\])]?\Z")
_NAME_CHARS = 60


def _joined(paragraphs_of_cell: Iterator[str]) -> str:
    return one_line("\n".join(paragraphs_of_cell))


def _row(cells: Sequence[str]) -> str:
    """A row as a line of text: a time, if one cell is one, a name, and what is said."""
    told = [cell for cell in cells if cell]
    times = [cell.strip("[]()") for cell in told if _TIME.match(cell)]
    said = [cell for cell in told if not _TIME.match(cell)]
    if len(said) > 1 and len(said[0]) <= _NAME_CHARS:
        said[0] = said[0].rstrip(": ") + ":"
    return " ".join([*(f"[{time}]" for time in times[:1]), *said])


# ---------------------------------------------------------------- writing

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_DATE = (1980, 1, 1, 0, 0, 0)  # the same bytes on any day


def render_docx(transcript: Transcript, title: str) -> bytes:
    """A Word document: the title, and a paragraph each, with the names in bold where a turn begins."""
    said = [f'<w:p><w:pPr><w:pStyle w:val="Title"/></w:pPr>{_run(title)}</w:p>'] if title else []
    for speaker, text in blocks(transcript):
        label = _run(f"{speaker}: ", bold=True) if speaker else ""
        said.append(f"<w:p>{label}{_run(text)}</w:p>")
    types = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    return _packed(
        {
            "[Content_Types].xml": f'{_XML}<Types xmlns="{package}/content-types">'
            '<Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/word/document.xml" ContentType="{types}.document.main+xml"/>'
            f'<Override PartName="/word/styles.xml" ContentType="{types}.styles+xml"/></Types>',
            "_rels/.rels": f'{_XML}<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
            f'Type="{relations}/officeDocument" Target="word/document.xml"/></Relationships>',
            "word/_rels/document.xml.rels": f'{_XML}<Relationships xmlns="{package}/relationships">'
            f'<Relationship Id="r1" Type="{relations}/styles" Target="styles.xml"/></Relationships>',
            "word/document.xml": f'{_XML}<w:document xmlns:w="{_W}"><w:body>{"".join(said)}</w:body>'
            "</w:document>",
            "word/styles.xml": f'{_XML}<w:styles xmlns:w="{_W}"><w:docDefaults><w:rPrDefault><w:rPr>'
            f'<w:lang w:val="{escape(transcript.language)}"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr>'
            '<w:spacing w:after="160"/></w:pPr></w:pPrDefault></w:docDefaults>'
            '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>'
            '<w:style w:type="paragraph" w:styleId="Title"><w:name w:val="Title"/><w:rPr><w:sz w:val="40"/>'
            "</w:rPr></w:style></w:styles>",
        }
    )


def _run(text: str, *, bold: bool = False) -> str:
    weight = "<w:rPr><w:b/></w:rPr>" if bold else ""
    return f'<w:r>{weight}<w:t xml:space="preserve">{_escaped(text)}</w:t></w:r>'


def _escaped(text: str) -> str:
    return escape(fit_for_xml(text), quote=False)


def render_odt(transcript: Transcript, title: str) -> bytes:
    """An OpenDocument text like :func:`render_docx`'s."""
    said = [f'<text:h text:outline-level="1">{_escaped(title)}</text:h>'] if title else []
    for speaker, text in blocks(transcript):
        label = f'<text:span text:style-name="Name">{_escaped(speaker)}: </text:span>' if speaker else ""
        said.append(f'<text:p text:style-name="Said">{label}{_escaped(text)}</text:p>')
    urn = "urn:oasis:names:tc:opendocument:xmlns"
    spaces = " ".join(
        f'xmlns:{short}="{urn}:{full}:1.0"'
        for short, full in {"office": "office", "text": "text", "style": "style"}.items()
    )
    media_type = "application/vnd.oasis.opendocument.text"
    return _packed(
        {
            "mimetype": media_type,
            "META-INF/manifest.xml": f'{_XML}<manifest:manifest xmlns:manifest="{urn}:manifest:1.0" '
            f'manifest:version="1.2"><manifest:file-entry manifest:full-path="/" manifest:media-type="'
            f'{media_type}"/><manifest:file-entry manifest:full-path="content.xml" '
            'manifest:media-type="text/xml"/></manifest:manifest>',
            "content.xml": f'{_XML}<office:document-content {spaces} xmlns:fo="{urn}:xsl-fo-compatible:1.0" '
            'office:version="1.2"><office:automatic-styles><style:style style:name="Name" '
            'style:family="text"><style:text-properties fo:font-weight="bold"/></style:style>'
            '<style:style style:name="Said" style:family="paragraph"><style:paragraph-properties '
            'fo:margin-bottom="0.3cm"/></style:style></office:automatic-styles><office:body><office:text>'
            f"{''.join(said)}</office:text></office:body></office:document-content>",
        }
    )


def _packed(parts: Mapping[str, str]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for part, text in parts.items():
            info = zipfile.ZipInfo(part, _DATE)
            # OpenDocument 1.2, part 3, 3.3: the media type is not packed, so that anybody can tell it.
            info.compress_type = zipfile.ZIP_STORED if part == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(info, text.encode("utf-8", "replace"))
    return file.getvalue()
