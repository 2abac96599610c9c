"""The templates and assets of pages, those of the workspace before our own, and how they are filled."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from .. import __version__
from ..errors import LornpodError
from ..messages import tr
from ..model import Cue, Network, Person
from .words import Words, clock, fraction, moment, quoted

if TYPE_CHECKING:
    from jinja2 import Environment
    from jinja2.runtime import Context
    from markupsafe import Markup

_PACKAGE = Path(__file__).parent
_ASSETS = {"icon.svg": "image/svg+xml", "site.css": "text/css", "player.js": "text/javascript"}
_OWN_STYLE = "theme.css"  # stands after our style, and so wins
_BRIEF = 200
_OUTWARD = ("http://", "https://", "mailto:", "tel:")
_HEADING = re.compile(r"<(/?)h[2-4]>")
_ONE_PARAGRAPH = re.compile(r"<p>((?:(?!</?p>).)*)</p>", re.DOTALL)


class Templates:
    """Fills the templates of one network's pages. ``digest`` changes with whatever they all share."""

    def __init__(
        self, network: Network, say: Words, markdown: Callable[[str], str], own: Path | None
    ) -> None:
        self._network, self._say, self._markdown = network, say, markdown
        self._own = own if own is not None and own.is_dir() else None
        self._environment = self._made()
        self.digest = self._digest()

    def render(self, template: str, key: str, context: Mapping[str, object]) -> bytes:
        """The page at *key*. Addresses in it are relative to it: it reads the same from any host.

        Raises LornpodError for a template of the workspace that cannot be filled.
        """
        from jinja2 import TemplateError

        try:
            text = self._environment.get_template(template).render(root="../" * key.count("/"), **context)
        except TemplateError as error:
            where = f"pages/{getattr(error, 'name', None) or template}"
            line = getattr(error, "lineno", None)
            hint = tr("mend the template, or delete it: ours is used then")
            raise LornpodError(
                tr("the template cannot be filled: {error}", error=error),
                f"{where}:{line}" if line else where,
                hint,
            ) from error
        return text.encode()

    def assets(self) -> Iterator[tuple[str, bytes, str]]:
        """Key, bytes and media type of each file that pages load."""
        for name, media_type in _ASSETS.items():
            data = self._source(name) or (_PACKAGE / "assets" / name).read_bytes()
            if media_type == "text/css":
                data += self._source(_OWN_STYLE)
            yield f"assets/{name}", data, media_type

    def prose(self, markdown: str, level: int = 2) -> Markup:
        """*markdown* as HTML whose headings are all of one *level*: that of the place where it stands."""
        from markupsafe import Markup

        # The markdown given is made safe by whoever makes it (lornpod.text.notes).
        return Markup(_HEADING.sub(rf"<\1h{level}>", self._markdown(markdown)))  # noqa: S704

    # ------------------------------------------------------------ what the above is made of

    def _source(self, name: str) -> bytes:
        path = self._own / name if self._own else None
        return path.read_bytes() if path is not None and path.is_file() else b""

    def _digest(self) -> str:
        """Of our own templates and code, those of the workspace, and what pages say of the network."""
        network = self._network
        whole = hashlib.sha256(__version__.encode())
        for folder in filter(None, (_PACKAGE, self._own)):
            for path in sorted(folder.rglob("*")):
                if path.suffix in {".html", ".xml", ".opml", ".toml", ".py"}:
                    whole.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
        said = (
            network.name, network.website, network.base_url, network.language, network.time_zone,
            network.author, network.copyright, network.license, network.license_href, network.case_href,
            network.funding,
        )  # fmt: skip
        whole.update(repr(said).encode())
        return whole.hexdigest()

    def _made(self) -> Environment:
        from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PrefixLoader, StrictUndefined

        ours = FileSystemLoader(_PACKAGE / "templates")
        own = [FileSystemLoader(self._own)] if self._own else []
        made = Environment(
            # A template of the workspace reaches the one that it replaces as "lornpod/case.html".
            loader=ChoiceLoader([*own, ours, PrefixLoader({"lornpod": ours})]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        made.policies["json.dumps_kwargs"] = {"sort_keys": True, "ensure_ascii": False}
        made.globals.update(
            network=self._network, say=self._say, language=self._say.language, **_NOTHING_SAID
        )
        made.filters.update(
            ref=_ref(),
            absolute=self._network.url,
            brief=_brief,
            outward=_outward,
            described=_described,
            markdown=self.prose,
            inline=self._inline,
            quoted=quoted,
            clock=clock,
            moment=moment,
            seconds=_seconds,
            spans=_spans,
            decimal=self._say.decimal,
            megabytes=self._megabytes,
        )
        return made

    def _inline(self, markdown: str) -> Markup:
        """*markdown* that is one paragraph, without the paragraph; as it is written where it is more."""
        from markupsafe import Markup, escape

        one = _ONE_PARAGRAPH.fullmatch(self._markdown(markdown))
        return Markup(one[1]) if one else escape(markdown)  # noqa: S704

    def _megabytes(self, length_bytes: int) -> str:
        return f"{self._say.decimal(f'{length_bytes / 1e6:.1f}')} MB"


# What a page may leave out.
_NOTHING_SAID: Mapping[str, object] = {
    "canonical": "", "description": "", "hidden": False, "linked_data": None, "part": "", "picture": "",
    "shows": (),
}  # fmt: skip


def stored(reference: str) -> bool:
    """Whether *reference* lies in the store: pages show nothing that a visitor's browser would have to ask
    another host for."""
    return bool(reference) and "://" not in reference


def _ref() -> Callable[[Context, str], str]:
    from jinja2 import pass_context

    @pass_context
    def ref(context: Context, reference: str) -> str:
        """The address of a key in the store as seen from the page; empty for what is not in the store."""
        return str(context["root"]) + quote(reference) if stored(reference) else ""

    return ref


def _brief(text: str) -> str:
    """The beginning of *text*, for what shows two lines of it."""
    line = " ".join(text.split())
    return line if len(line) <= _BRIEF else line[:_BRIEF].rpartition(" ")[0].rstrip(",;:–-. ") + "…"


def _outward(address: str) -> str:
    """*address*, if it is one that a reader may follow."""
    return address.strip() if address.strip().lower().startswith(_OUTWARD) else "#"


def _described(person: Person) -> str:
    return ", ".join(part for part in (person.role, person.organisation) if part)


def _seconds(ms: int) -> str:
    return str(ms // 1000) + fraction(ms)


def _spans(cues: Iterable[Cue]) -> Markup:
    """The words of *cues*, each cue that has a time in an element that says so in seconds."""
    from markupsafe import Markup, escape

    said = (
        escape(cue.text)
        if cue.start_ms is None
        else f'<span data-t="{_seconds(cue.start_ms)}">{escape(cue.text)}</span>'
        for cue in cues
    )
    return Markup(" ".join(said))  # noqa: S704 - the texts are escaped above
