"""XML from strangers as a tree: no entities, no outside, no depth without end."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from ..messages import tr
from .reading import NotText

Element = etree._Element


def tree(data: bytes, what: str) -> Element:
    """The root of *data*. Raises NotText where it is no XML, or declares a document type, by which entities
    are made that grow without end."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise NotText(tr("damaged {what} ({error})", what=what, error=_reason(error))) from None
    if getattr(root.getroottree().docinfo, "doctype", ""):
        raise NotText(tr("{what} with a document type, which is not read", what=what))
    return root


def tree_of(text: str, what: str) -> Element:
    """The root of *text*, whatever encoding it had as a file."""
    return tree(_DECLARATION.sub("", text, count=1).encode("utf-8", "replace"), what)


_DECLARATION = re.compile(r"\A\ufeff?\s*<\?xml\s[^<>]*\?>")


def _reason(error: Exception) -> str:
    return " ".join(str(error).split())[:100]


def name(element: Element) -> str:
    """The name of *element* without its namespace; empty for processing instructions and the like."""
    tag = element.tag  # of which lxml itself cannot make a name where its prefix is declared too late
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: Element, wanted: str) -> str:
    """The attribute *wanted* in any namespace; empty where there is none."""
    return next(
        (str(value) for key, value in element.attrib.items() if str(key).rpartition("}")[2] == wanted), ""
    )


def named(root: Element, *wanted: str) -> Iterator[Element]:
    """Every element below *root* of one of the names, in the order of the document."""
    return (element for element in root.iter() if name(element) in wanted)


def words(element: Element) -> str:
    """The text within *element*, that of its children included."""
    return "".join(str(part) for part in element.itertext())


def line(element: Element) -> int:
    """Where *element* stands in its document, from 1; 0 where that is not known."""
    return int(getattr(element, "sourceline", None) or 0)
