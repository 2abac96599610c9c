"""Chapters in XML: Podlove Simple Chapters 1.2, and the markers of an XMP file as Audition writes them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from html import escape

from ..messages import tr
from ..model import Chapter
from .chapter_lists import Listed, left_out
from .reading import NotText, fit_for_xml, one_line
from .times import MAX_MS, clock, time_of
from .xml_tree import Element, attribute, line, name, named, tree_of, words

_PSC = "http://podlove.org/simple-chapters"
_DM = "http://ns.adobe.com/xmp/1.0/DynamicMedia/"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"


def is_psc(text: str) -> bool:
    return _PSC in text[:100_000] or re.search(r"<(?:psc:)?chapters[\s>]", text[:2000]) is not None


def parse_psc(text: str) -> Listed:
    """The chapters of a PSC document, or of the first item of a feed that has any."""
    listed = Listed()
    root = tree_of(text, "XML")
    lists = [root] if name(root) == "chapters" else list(named(root, "chapters"))
    if not lists:
        raise NotText(tr("XML without psc:chapters"))
    for element in lists[0]:
        if name(element) != "chapter":
            continue
        start_ms = time_of(attribute(element, "start"))
        if start_ms is None:
            listed.remarks.append(
                left_out(line(element), tr("“{element}” is not a time", element=attribute(element, "start")))
            )
            continue
        told = [one_line(attribute(element, wanted)) for wanted in ("title", "href", "image")]
        listed.chapters.append(Chapter(start_ms, told[0], None, told[1], told[2]))
    return listed


def render_psc(chapters: Sequence[Chapter], _title: str) -> str:
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f'<psc:chapters version="1.2" xmlns:psc="{_PSC}">']
    for one in chapters:
        fields = {"title": one.title, "href": one.href, "image": one.img}
        said = "".join(f' {field}="{_escaped(value)}"' for field, value in fields.items() if value)
        lines.append(f'  <psc:chapter start="{clock(one.start_ms, millis=True)}"{said}/>')
    return "\n".join([*lines, "</psc:chapters>\n"])


def is_xmp(text: str) -> bool:
    return _DM in text


def parse_xmp(text: str) -> Listed:
    """The markers of the tracks in XMP metadata (Adobe XMP, xmpDM:markers); times are frames of the track's
    rate, or of their own. A comment that is a web address is the chapter's link."""
    listed = Listed()
    # What is embedded stands between processing instructions and much white space.
    element = "x:xmpmeta" if "<x:xmpmeta" in text else "rdf:RDF"
    begin, end = max(text.find(f"<{element}"), 0), text.rfind(f"</{element}>")
    root = tree_of(text[begin : end + len(element) + 3 if end > begin else len(text)], "XMP")
    for track in named(root, "Tracks"):
        for holder in track.iter():
            if any(name(child) == "markers" for child in holder):
                _markers(holder, _rate(_value(holder, "frameRate")), listed)
    return listed


def _markers(track: Element, rate: Fraction, listed: Listed) -> None:
    for marker in (one for listing in track if name(listing) == "markers" for one in named(listing, "li")):
        # An item is a resource itself, or holds it as rdf:Description.
        fields = next((child for child in marker if name(child) == "Description"), marker)
        start_ms = _frames(_value(fields, "startTime") or "0", rate)
        length_ms = _frames(_value(fields, "duration") or "0", rate)
        if start_ms is None:
            why = tr("“{fields}” is not a time", fields=_value(fields, "startTime"))
            listed.remarks.append(left_out(line(marker), why))
            continue
        end_ms = start_ms + length_ms if length_ms else None
        comment = _value(fields, "comment").strip()
        href = comment if comment.startswith(("https://", "http://")) and " " not in comment else ""
        listed.chapters.append(Chapter(start_ms, one_line(_value(fields, "name")), end_ms, href))


def _value(element: Element, field: str) -> str:
    """A property as XMP writes it: an attribute, or an element of its own."""
    said = attribute(element, field)
    return said or next((words(child) for child in element if name(child) == field), "")


def _rate(text: str) -> Fraction:
    """Frames a second of ``f44100`` or ``f30000s1001``; one where nothing is said."""
    found = re.fullmatch(r"\s*f(\d{1,9})(?:s(\d{1,9}))?\s*", text)
    rate = Fraction(int(found[1]), int(found[2] or 1) or 1) if found else Fraction(1)
    return rate or Fraction(1)


def _frames(text: str, rate: Fraction) -> int | None:
    found = re.fullmatch(r"\s*(\d{1,15})(f\d{1,9}(?:s\d{1,9})?)?\s*", text)
    if found is None:
        return None
    ms = round(Fraction(int(found[1]) * 1000) / (_rate(found[2]) if found[2] else rate))
    return ms if ms <= MAX_MS else None


_FRAMES_A_SECOND = 1000  # one a millisecond: no time is rounded


def render_xmp(chapters: Sequence[Chapter], _title: str) -> str:
    """XMP with one track of cue markers, to import into Audition or to lie beside the sound."""
    items = []
    for one in chapters:
        fields = {
            "startTime": str(one.start_ms),
            "duration": str(one.end_ms - one.start_ms) if one.end_ms else "",
            "name": one.title,
            "comment": one.href,
            "type": "Cue",
        }
        said = " ".join(
            f'xmpDM:{field}="{_escaped(value)}"'
            for field, value in fields.items()
            if value or field == "name"
        )
        items.append(f"       <rdf:li><rdf:Description {said}/></rdf:li>\n")
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">\n'
        f' <rdf:RDF xmlns:rdf="{_RDF}">\n  <rdf:Description rdf:about="" xmlns:xmpDM="{_DM}">\n'
        "   <xmpDM:Tracks><rdf:Bag><rdf:li>\n"
        '     <rdf:Description xmpDM:trackName="CuePoint Markers" xmpDM:trackType="Cue" '
        f'xmpDM:frameRate="f{_FRAMES_A_SECOND}">\n      <xmpDM:markers><rdf:Seq>\n{"".join(items)}'
        "      </rdf:Seq></xmpDM:markers>\n     </rdf:Description>\n   </rdf:li></rdf:Bag></xmpDM:Tracks>\n"
        "  </rdf:Description>\n </rdf:RDF>\n</x:xmpmeta>\n"
    )


def _escaped(text: str) -> str:
    return escape(fit_for_xml(one_line(text)))
