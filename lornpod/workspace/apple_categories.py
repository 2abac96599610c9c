"""Apple's podcast categories, exactly as Apple spells them.

Source: "Apple Podcasts categories", podcasters.apple.com/support/1691-apple-podcasts-categories.
"""

from __future__ import annotations

from difflib import get_close_matches

from ..model import Category

CATEGORIES: dict[str, tuple[str, ...]] = {
    "Arts": ("Books", "Design", "Fashion & Beauty", "Food", "Performing Arts", "Visual Arts"),
    "Business": ("Careers", "Entrepreneurship", "Investing", "Management", "Marketing", "Non-Profit"),
    "Comedy": ("Comedy Interviews", "Improv", "Stand-Up"),
    "Education": ("Courses", "How To", "Language Learning", "Self-Improvement"),
    "Fiction": ("Comedy Fiction", "Drama", "Science Fiction"),
    "Government": (),
    "Health & Fitness": (
        "Alternative Health",
        "Fitness",
        "Medicine",
        "Mental Health",
        "Nutrition",
        "Sexuality",
    ),
    "History": (),
    "Kids & Family": ("Education for Kids", "Parenting", "Pets & Animals", "Stories for Kids"),
    "Leisure": (
        "Animation & Manga",
        "Automotive",
        "Aviation",
        "Crafts",
        "Games",
        "Hobbies",
        "Home & Garden",
        "Video Games",
    ),
    "Music": ("Music Commentary", "Music History", "Music Interviews"),
    "News": (
        "Business News",
        "Daily News",
        "Entertainment News",
        "News Commentary",
        "Politics",
        "Sports News",
        "Tech News",
    ),
    "Religion & Spirituality": (
        "Buddhism",
        "Christianity",
        "Hinduism",
        "Islam",
        "Judaism",
        "Religion",
        "Spirituality",
    ),
    "Science": (
        "Astronomy",
        "Chemistry",
        "Earth Sciences",
        "Life Sciences",
        "Mathematics",
        "Natural Sciences",
        "Nature",
        "Physics",
        "Social Sciences",
    ),
    "Society & Culture": (
        "Documentary",
        "Personal Journals",
        "Philosophy",
        "Places & Travel",
        "Relationships",
    ),
    "Sports": (
        "Baseball",
        "Basketball",
        "Cricket",
        "Fantasy Sports",
        "Football",
        "Golf",
        "Hockey",
        "Rugby",
        "Running",
        "Soccer",
        "Swimming",
        "Tennis",
        "Volleyball",
        "Wilderness",
        "Wrestling",
    ),
    "Technology": (),
    "True Crime": (),
    "TV & Film": ("After Shows", "Film History", "Film Interviews", "Film Reviews", "TV Reviews"),
}

_CHOICES = {
    choice: Category(*choice.split(" > "))
    for name, subs in CATEGORIES.items()
    for choice in (name, *(f"{name} > {sub}" for sub in subs))
}
CHOICES = tuple(_CHOICES)


def category(text: str) -> Category | None:
    """The category that *text* names, such as ``Education`` or ``Education > Courses``."""
    return _CHOICES.get(" > ".join(part.strip() for part in text.split(">")))


def nearest(text: str) -> str:
    """What the author of *text* may have meant, or nothing."""
    folded = {choice.casefold(): choice for choice in CHOICES}
    folded |= {choice.casefold().rpartition(" > ")[2]: choice for choice in CHOICES if " > " in choice}
    wanted = " > ".join(part.strip() for part in text.casefold().replace("/", ">").split(">"))
    last = wanted.rpartition(" > ")[2]
    close = [last] if last in folded else get_close_matches(wanted, folded, n=1)
    return folded[close[0]] if close else ""
