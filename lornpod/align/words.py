"""Which phones belong to which word of the text: a voice reads “12,5” as three words, “one of the” as two."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

_DIGIT_PHONES = 4  # as a voice reads one figure, or a sign that it names
_NAMED = re.compile(r"(?<=\w)[./](?=\w)")  # a full stop or stroke within a word, which a voice names
_MOST = 12  # words that one word of the text is read as, or that are read as one


def spans(text: Sequence[str], spoken: Sequence[Sequence[str]]) -> list[tuple[float, float]]:
    """Where in the *spoken* words each word of the *text* begins and ends, as places in their row.

    A place such as 2.5 is the middle of the third spoken word. Words without sound take no room. The
    likeliest division by length: spoken words have about as many phones as written ones have letters.
    """
    letters = [_letters(word) for word in text]
    phones = [len(word) for word in spoken]
    first = [_first_consonant(word) for word in text]
    sound = [_first_consonant("".join(word)) for word in spoken]
    many, count = len(text), len(spoken)
    endless = float("inf")
    cost = [[endless] * (count + 1) for _ in range(many + 1)]
    step: list[list[tuple[int, int]]] = [[(0, 0)] * (count + 1) for _ in range(many + 1)]
    cost[0][0] = 0.0
    slope = count / many if many else 0
    for i in range(many + 1):
        middle = round(i * slope)
        for j in range(max(0, middle - _MOST * 2), min(count, middle + _MOST * 2) + 1):
            here = cost[i][j]
            if here == endless:
                continue

            def reach(
                more: int, others: int, price: float, i: int = i, j: int = j, here: float = here
            ) -> None:
                if here + price < cost[i + more][j + others]:
                    cost[i + more][j + others] = here + price
                    step[i + more][j + others] = (more, others)

            if i < many:
                reach(1, 0, 0.1 if not letters[i] else 2.0 + letters[i])
                heard = 0
                for others in range(1, min(_MOST, count - j) + 1):
                    heard += phones[j + others - 1]
                    price = abs(heard - letters[i]) + (others - 1) * 1.5
                    reach(1, others, price - (_SAME if first[i] and first[i] == sound[j] else 0.0))
                    if heard > 2 * letters[i] + 8:
                        break
            if j < count:
                written = letters[i] if i < many else 0
                for more in range(2, min(_MOST, many - i) + 1):
                    written += letters[i + more - 1]
                    reach(more, 1, abs(phones[j] - written) + (more - 1) * 2.0)
                    if written > 2 * phones[j] + 8:
                        break
                reach(0, 1, 2.0 + phones[j])
    if cost[many][count] == endless:
        return [(i * slope, (i + 1) * slope) for i in range(many)]
    found: list[tuple[float, float]] = []
    i, j = many, count
    while i or j:
        more, others = step[i][j]
        if more == 1:
            found.append((float(j - others), float(j)))
        elif more > 1:
            found += reversed(_shared(letters[i - more : i], j - 1))
        i, j = i - more, j - others
    return found[::-1]


def _letters(word: str) -> float:
    """How many phones *word* may have."""
    signs = sum(_DIGIT_PHONES if sign.isdigit() or sign in "%&@" else sign.isalpha() for sign in word)
    return float(signs + _DIGIT_PHONES * len(_NAMED.findall(word)))


# Consonants, written or in IPA, by one that is heard much the same.
_HEARD_AS = str.maketrans("cqxzwðθʃʂʒçɡŋɳɹɾʁɽʋʈɖɭy", "kkksvttssskgnnrrrrvtdlj")
_CONSONANTS = frozenset("bdfghjklmnprstv")
_SAME = 2.5  # letters' worth that two words begin with the same consonant


def _first_consonant(word: str) -> str:
    plain = unicodedata.normalize("NFKD", word.lower()).translate(_HEARD_AS)
    return next((sign for sign in plain if sign in _CONSONANTS), "")


def _shared(letters: Sequence[float], place: int) -> list[tuple[float, float]]:
    total, done = sum(letters) or 1.0, 0.0
    parts = []
    for one in letters:
        parts.append((place + done / total, place + (done + one) / total))
        done += one
    return parts
