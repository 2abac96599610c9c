"""The shapes of values in feeds: dates, durations, addresses, and what texts may hold."""

from __future__ import annotations

import re
from collections.abc import Callable
from difflib import get_close_matches
from email.utils import parsedate_to_datetime
from functools import lru_cache
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from ..messages import tr
from ..workspace import values

_CHAPTER_CLOCK = re.compile(r"(?:(?:(\d{1,3}):)?(\d{1,2}):)?(\d{1,6})(?:\.(\d{1,9}))?")
_DURATION_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):(\d{2})(?:\.\d+)?")
_RFC2822 = re.compile(
    r"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),?\s+)?\d{1,2}\s+(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\s+"
    r"(?:\d{2})?\d{2}\s+\d{2}:\d{2}(?::\d{2})?(?:\s+\S.*)?",
    re.IGNORECASE,
)
ISO_639_1 = frozenset({
    "aa", "ab", "ae", "af", "ak", "am", "an", "ar", "as", "av", "ay", "az", "ba", "be", "bg", "bh",
    "bi", "bm", "bn", "bo", "br", "bs", "ca", "ce", "ch", "co", "cr", "cs", "cu", "cv", "cy", "da",
    "de", "dv", "dz", "ee", "el", "en", "eo", "es", "et", "eu", "fa", "ff", "fi", "fj", "fo", "fr",
    "fy", "ga", "gd", "gl", "gn", "gu", "gv", "ha", "he", "hi", "ho", "hr", "ht", "hu", "hy", "hz",
    "ia", "id", "ie", "ig", "ii", "ik", "io", "is", "it", "iu", "ja", "jv", "ka", "kg", "ki", "kj",
    "kk", "kl", "km", "kn", "ko", "kr", "ks", "ku", "kv", "kw", "ky", "la", "lb", "lg", "li", "ln",
    "lo", "lt", "lu", "lv", "mg", "mh", "mi", "mk", "ml", "mn", "mr", "ms", "mt", "my", "na", "nb",
    "nd", "ne", "ng", "nl", "nn", "no", "nr", "nv", "ny", "oc", "oj", "om", "or", "os", "pa", "pi",
    "pl", "ps", "pt", "qu", "rm", "rn", "ro", "ru", "rw", "sa", "sc", "sd", "se", "sg", "si", "sk",
    "sl", "sm", "sn", "so", "sq", "sr", "ss", "st", "su", "sv", "sw", "ta", "te", "tg", "th", "ti",
    "tk", "tl", "tn", "to", "tr", "ts", "tt", "tw", "ty", "ug", "uk", "ur", "uz", "ve", "vi", "vo",
    "wa", "wo", "xh", "yi", "yo", "za", "zh", "zu",
})  # fmt: skip

# Three-letter codes (ISO 639-2, B and T) of languages that have a code of two letters.
TWO_LETTERS = {
    "alb": "sq", "ara": "ar", "arm": "hy", "baq": "eu", "ben": "bn", "bos": "bs", "bul": "bg", "cat": "ca",
    "ces": "cs", "chi": "zh", "cym": "cy", "cze": "cs", "dan": "da", "deu": "de", "dut": "nl", "ell": "el",
    "eng": "en", "est": "et", "eus": "eu", "fao": "fo", "fas": "fa", "fin": "fi", "fra": "fr", "fre": "fr",
    "geo": "ka", "ger": "de", "gle": "ga", "gre": "el", "heb": "he", "hin": "hi", "hrv": "hr", "hun": "hu",
    "ice": "is", "ind": "id", "isl": "is", "ita": "it", "jpn": "ja", "kal": "kl", "kat": "ka", "kor": "ko",
    "lav": "lv", "lit": "lt", "mac": "mk", "may": "ms", "mkd": "mk", "msa": "ms", "nld": "nl", "nno": "nn",
    "nob": "nb", "nor": "no", "per": "fa", "pol": "pl", "por": "pt", "ron": "ro", "rum": "ro", "rus": "ru",
    "slk": "sk", "slo": "sk", "slv": "sl", "sme": "se", "spa": "es", "sqi": "sq", "srp": "sr", "swe": "sv",
    "tam": "ta", "tha": "th", "tur": "tr", "ukr": "uk", "urd": "ur", "vie": "vi", "wel": "cy", "zho": "zh",
}  # fmt: skip
_COUNTRIES = (
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT "
    "BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH "
    "ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT "
    "HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS "
    "LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI "
    "NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG "
    "SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG "
    "UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW"
)
ISO_3166 = frozenset(_COUNTRIES.split())  # XK is Kosovo's, by use
HTML_TAG = re.compile(r"<([A-Za-z][A-Za-z0-9]*)(?:\s[^<>]*)?/?>")


@lru_cache(maxsize=8192)
def is_rfc2822(said: str) -> bool:
    """Whether *said* is a date as RSS has it, one that exists."""
    if not _RFC2822.fullmatch(said.strip()):
        return False
    try:
        parsedate_to_datetime(said)
    except (ValueError, TypeError, IndexError, OverflowError):
        return False
    return True


def duration_s(said: str) -> int | None:
    """Seconds of an itunes:duration, a number or a clock; None for neither."""
    if re.fullmatch(r"[0-9]{1,7}(?:\.[0-9]+)?", said):
        return int(float(said))
    found = _DURATION_CLOCK.fullmatch(said)
    if not found or int(found[3]) > 59 or (found[1] and int(found[2]) > 59):
        return None
    return (int(found[1] or 0) * 60 + int(found[2])) * 60 + int(found[3])


def chapter_ms(said: str) -> int | None:
    """Normal Play Time (RFC 2326, 3.6): seconds, or a clock, with a fraction or not."""
    found = _CHAPTER_CLOCK.fullmatch(said)
    if not found or (found[2] and int(found[3]) > 59) or (found[1] and int(found[2]) > 59):
        return None
    whole_s = (int(found[1] or 0) * 60 + int(found[2] or 0)) * 60 + int(found[3])
    return whole_s * 1000 + round(float(f"0.{found[4] or 0}") * 1000)


@lru_cache(maxsize=8192)
def is_address(said: str) -> bool:
    """An absolute http or https address, by its look; other characters than ASCII are another rule's."""
    return reads(values.web_address, said.replace(" ", "\n")) and " " not in said.strip()


def reads(reads: Callable[[str], object], said: str) -> bool:
    try:
        reads(said)
    except values.Mistake:
        return False
    return True


def suffix(url: str) -> str:
    try:
        return PurePosixPath(unquote(urlsplit(url).path)).suffix.lower()
    except ValueError:
        return ""


def meant(name: str, known: frozenset[str], prefix: str = "") -> str:
    folded = {one.casefold().replace("-", ""): one for one in known}
    near = get_close_matches(name.casefold().replace("-", "").replace("_", ""), folded, n=1)
    return tr("did you mean {prefix}{folded}?", prefix=prefix, folded=folded[near[0]]) if near else ""
