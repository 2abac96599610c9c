"""Small feeds with one fault each, and sound ones of many shapes, as edits of one feed with nothing wrong.

``FAULTS`` has a row a feed: the code of the one rule that must fire, and what is put in place of what.
``SOUND`` has a row a feed in which no rule at all may fire. ``python -m tests.corpus FOLDER`` writes them all
as files.
"""

from __future__ import annotations

import sys
import uuid
from pathlib import Path

BASE = """\
<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" \
xmlns:podcast="https://podcastindex.org/namespace/1.0" xmlns:atom="http://www.w3.org/2005/Atom" \
xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:psc="http://podlove.org/simple-chapters" \
xmlns:media="http://search.yahoo.com/mrss/" xmlns:fh="http://purl.org/syndication/history/1.0">
<channel>
<title>Bruer og folk</title>
<link>https://example.org/</link>
<description>Samtaler om å bygge bruer.</description>
<language>nb</language>
<copyright>Fjordheim kommune</copyright>
<lastBuildDate>Mon, 02 Mar 2026 05:00:00 +0000</lastBuildDate>
<image><url>https://example.org/cover.jpg</url><title>Bruer og folk</title><link>https://example.org/</link></image>
<atom:link rel="self" href="https://example.org/feed.xml" type="application/rss+xml"/>
<itunes:author>Fjordheim kommune</itunes:author>
<itunes:owner><itunes:name>Redaksjonen</itunes:name><itunes:email>post@example.org</itunes:email></itunes:owner>
<itunes:image href="https://example.org/cover.jpg"/>
<itunes:category text="Education"><itunes:category text="Courses"/></itunes:category>
<itunes:explicit>false</itunes:explicit>
<itunes:type>episodic</itunes:type>
<podcast:guid>917393e3-1b1e-5cef-ace4-edaa54e1f810</podcast:guid>
<podcast:locked owner="post@example.org">yes</podcast:locked>
<item>
<title>Vind på brua</title>
<link>https://example.org/vind</link>
<guid isPermaLink="false">b-2</guid>
<pubDate>Mon, 02 Mar 2026 05:00:00 +0000</pubDate>
<description>Om vind.</description>
<content:encoded><![CDATA[<p>Om <strong>vind</strong>.</p>]]></content:encoded>
<enclosure url="https://example.org/vind.mp3" length="1440000" type="audio/mpeg"/>
<itunes:duration>90</itunes:duration>
<itunes:explicit>false</itunes:explicit>
<itunes:image href="https://example.org/vind.jpg"/>
<itunes:season>2</itunes:season>
<itunes:episode>7</itunes:episode>
<itunes:episodeType>full</itunes:episodeType>
<podcast:season>2</podcast:season>
<podcast:episode>7</podcast:episode>
<podcast:person role="host" group="cast" href="https://example.org/ola">Ola Vik</podcast:person>
<podcast:person role="guest">Kari Nordmann</podcast:person>
<podcast:location geo="geo:63.43,10.39" osm="R406567" country="NO">Trøndelag</podcast:location>
<podcast:transcript url="https://example.org/vind.vtt" type="text/vtt" language="nb" rel="captions"/>
<podcast:chapters url="https://example.org/vind.json" type="application/json+chapters"/>
<podcast:soundbite startTime="12.5" duration="30">Om vind</podcast:soundbite>
<psc:chapters version="1.2"><psc:chapter start="00:00:00.000" title="Velkommen"/>\
<psc:chapter start="00:00:30.000" title="Brua"/></psc:chapters>
</item>
<item>
<title>Is på fjorden</title>
<link>https://example.org/is</link>
<guid isPermaLink="false">b-1</guid>
<pubDate>Mon, 23 Feb 2026 05:00:00 +0000</pubDate>
<description>Om is.</description>
<enclosure url="https://example.org/is.mp3" length="960000" type="audio/mpeg"/>
<itunes:duration>60</itunes:duration>
<itunes:explicit>false</itunes:explicit>
<itunes:image href="https://example.org/is.jpg"/>
<podcast:transcript url="https://example.org/is.vtt" type="text/vtt"/>
</item>
</channel>
</rss>
"""

SHOW = "<podcast:locked"  # what is added to the channel goes before it
EPISODE = "<itunes:duration>90"  # what is added to the first episode goes before it
TITLE, GUID = "<title>Vind på brua</title>", '<guid isPermaLink="false">b-2</guid>'
ENCLOSURE = '<enclosure url="https://example.org/vind.mp3" length="1440000" type="audio/mpeg"/>'
DATE = "<pubDate>Mon, 02 Mar 2026 05:00:00 +0000</pubDate>"
COVER, CATEGORY = '<itunes:image href="https://example.org/cover.jpg"/>', '<itunes:category text="Courses"/>'
SELF = '<atom:link rel="self" href="https://example.org/feed.xml" type="application/rss+xml"/>'
VTT = '<podcast:transcript url="https://example.org/vind.vtt" type="text/vtt" language="nb" rel="captions"/>'
BITE, LOCATION = 'startTime="12.5" duration="30"', 'geo="geo:63.43,10.39" osm="R406567" country="NO"'
STREAM = '<enclosure url="https://example.org/live.mp3" type="audio/mpeg" length="33"/>'
ELSEWHERE = f'<podcast:contentLink href="https://example.org/live">Lytt</podcast:contentLink>{STREAM}'
OLD_PODCAST = "https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/1.0.md"
UUID = "9b024349-ccf0-5f69-a609-6b82873eab3c"

Edit = tuple[str, str]


def show(added: str) -> Edit:
    return SHOW, f"{added}\n{SHOW}"


def episode(added: str) -> Edit:
    return EPISODE, f"{added}\n{EPISODE}"


def gone(*texts: str) -> tuple[Edit, ...]:
    return tuple((text, "") for text in texts)


FAULTS: tuple[tuple[str, Edit | tuple[Edit, ...]], ...] = (
    # the document
    ("rss-xml", ("</description>", "</beskrivelse>")),
    ("rss-xml", ("å bygge", "å & bygge")),
    ("rss-xml", ("Om vind.", "Om&nbsp;vind.")),
    ("rss-xml", ("@latin-1", "")),
    ("rss-xml", ("<item>", "<item><ukjent:noe/>")),
    ("rss-root", ('<?xml version="1.0" encoding="UTF-8"?>\n', "<!doctype html>\n")),
    ("rss-doctype", ("<rss ", '<!DOCTYPE rss [<!ENTITY a "b">]><rss ')),
    ("rss-root", (("<rss version", "<feed version"), ("</rss>", "</feed>"))),
    ("rss-root", (("<channel>", "<kanal>"), ("</channel>", "</kanal>"))),
    ("rss-version", ('<rss version="2.0"', '<rss version="0.91"')),
    ("rss-version", ('<rss version="2.0"', "<rss")),
    ("rss-declaration", ("@blank", "")),
    ("psp-encoding", ('encoding="UTF-8"', 'encoding="ISO-8859-1"')),
    ("psp-encoding", ("@utf16", "")),
    ("psp-namespace", (("xmlns:atom=", "xmlns:sy="), ("http://www.w3.org/2005/Atom", "http://purl.org/rss/1.0/modules/syndication/"), (SELF, SELF.replace("<atom:link", '<atom:link xmlns:atom="http://www.w3.org/2005/Atom"')))),
    ("rss-namespace-spelling", ("http://www.itunes.com/dtds", "http://www.iTunes.com/DTDs")),
    ("rss-namespace-spelling", ("https://podcastindex.org/namespace/1.0", "https://podcastindex.org/namespace/1.0/")),
    ("rss-namespace-spelling", ("http://www.itunes.com/dtds", "https://www.itunes.com/dtds")),
    ("rss-namespace-spelling", ("https://podcastindex.org/namespace/1.0", "http://podcastindex.org/namespace/1.0")),
    ("rss-namespace-spelling", ("http://purl.org/rss/1.0/modules/content/", "http://example.org/content")),
    ("psp-namespace-content", (("xmlns:content=", "xmlns:sy="), ("http://purl.org/rss/1.0/modules/content/", "http://purl.org/rss/1.0/modules/syndication/"), ("<content:encoded><![CDATA[<p>Om <strong>vind</strong>.</p>]]></content:encoded>", ""), ("<description>Om vind.", "<description>&lt;p&gt;Om vind.&lt;/p&gt;"))),
    ("psp-prefix", ("@prefix", "itunes=i")),
    ("psp-prefix", ("@prefix", "podcast=p20")),
    ("podcast-namespace-old", ("https://podcastindex.org/namespace/1.0", OLD_PODCAST)),
    ("rss-item-outside", ("</channel>", "</channel>\n<item><title>Utenfor</title></item>")),
    ("rss-item-outside", ("</channel>", "</channel>\n<channel><title>Nok en</title></channel>")),
    ("spotify-empty", ("@items", "")),
    ("spotify-country", ("<channel>", '<channel xmlns:spotify="http://www.spotify.com/ns/rss"><spotify:countryOfOrigin>norge</spotify:countryOfOrigin>')),
    ("spotify-limit", ("<channel>", '<channel xmlns:spotify="http://www.spotify.com/ns/rss"><spotify:limit recentCount="alle"/>')),
    ("rss-guid-twice", ("b-1</guid>", "b-2</guid>")),
    ("apple-enclosure-twice", ("/is.mp3", "/vind.mp3")),
    ("apple-episode-number-twice", ("<itunes:duration>60", "<itunes:season>2</itunes:season><itunes:episode>7</itunes:episode><itunes:duration>60")),
    ("rss-order", (("<itunes:author>Fjordheim kommune</itunes:author>\n", "\n"), ("</channel>", "<itunes:author>Fjordheim kommune</itunes:author></channel>"))),
    ("rss-order", (("<title>Bruer og folk</title>\n<link>", "<link>"), show(f'<podcast:liveItem status="live" start="2026-03-02T05:00:00Z"><title>Nå</title>{ELSEWHERE}</podcast:liveItem><title>Bruer og folk</title>'))),
    ("psp-recommended", ("<link>https://example.org/vind</link>", "")),
    ("psp-recommended", ('<itunes:image href="https://example.org/vind.jpg"/>', "")),
    ("psp-recommended", (VTT, "")),
    # the channel
    ("rss-title", ("<title>Bruer og folk</title>\n", "\n")),
    ("rss-link", ("<link>https://example.org/</link>\n", "\n")),
    ("rss-description", ("<description>Samtaler om å bygge bruer.</description>", "")),
    ("rss-description", ("<description>Samtaler om å bygge bruer.</description>", "<description/>")),
    ("apple-language", ("<language>nb</language>", "")),
    ("rss-language", ("<language>nb</language>", "<language>norsk språk</language>")),
    ("rss-language", ("<language>nb</language>", "<language>nb_NO</language>")),
    ("rss-language", ("<language>nb</language>", "<language>nx</language>")),
    ("rss-language", ("<language>nb</language>", "<language>nob</language>")),
    ("rss-language", ("<language>nb</language>", "<language>nb-NX</language>")),
    ("rss-language", (("<language>nb", "<language>en-UK"), ('language="nb"', 'language="en-GB"'))),
    ("rss-ttl", ("<copyright>", "<ttl>en time</ttl><copyright>")),
    ("rss-skip", ("<copyright>", "<skipHours><hour>2</hour><hour>24</hour></skipHours><copyright>")),
    ("rss-skip", ("<copyright>", "<skipDays><day>søndag</day></skipDays><copyright>")),
    ("apple-category", ('<itunes:category text="Education"><itunes:category text="Courses"/></itunes:category>', "")),
    ("apple-category-unknown", ('text="Education"', 'text="education"')),
    ("apple-category-unknown", ('text="Courses"', 'text="Kurs"')),
    ("apple-category-unknown", (('text="Education"', 'text="Games &amp; Hobbies"'), (CATEGORY, ""))),
    ("apple-explicit", ("<itunes:explicit>false</itunes:explicit>\n<itunes:type>", "<itunes:type>")),
    ("apple-explicit-value", ("<itunes:explicit>false</itunes:explicit>\n<itunes:type>", "<itunes:explicit>kanskje</itunes:explicit>\n<itunes:type>")),
    ("apple-explicit-old", ("<itunes:explicit>false</itunes:explicit>\n<itunes:type>", "<itunes:explicit>clean</itunes:explicit>\n<itunes:type>")),
    ("apple-explicit-old", ("<itunes:explicit>false</itunes:explicit>\n<itunes:image", "<itunes:explicit>yes</itunes:explicit>\n<itunes:image")),
    ("apple-image", (COVER, "")),
    ("apple-image-address", (COVER, '<itunes:image href="/cover.jpg"/>')),
    ("apple-image-address", ('<itunes:image href="https://example.org/vind.jpg"/>', "<itunes:image>https://example.org/vind.jpg</itunes:image>")),
    ("apple-image-suffix", (COVER, '<itunes:image href="https://example.org/cover.webp"/>')),
    ("apple-author", ("<itunes:author>Fjordheim kommune</itunes:author>", "")),
    ("apple-owner", ("<itunes:owner><itunes:name>Redaksjonen</itunes:name><itunes:email>post@example.org</itunes:email></itunes:owner>", "")),
    ("apple-owner", ("<itunes:email>post@example.org</itunes:email>", "")),
    ("apple-owner", ("<itunes:email>post@example.org", "<itunes:email>post at example.org")),
    ("apple-type", ("<itunes:type>episodic", "<itunes:type>weekly")),
    ("apple-serial", ("<itunes:type>episodic", "<itunes:type>serial")),
    ("apple-complete", show("<itunes:complete>kanskje</itunes:complete>")),
    ("apple-block", show("<itunes:block>true</itunes:block>")),
    ("apple-new-feed-url", show("<itunes:new-feed-url>example.org/ny.xml</itunes:new-feed-url>")),
    ("apple-keywords", show("<itunes:keywords>bru, vind</itunes:keywords>")),
    ("apple-tag-unknown", show("<itunes:Author>Fjordheim</itunes:Author>")),
    ("apple-tag-unknown", episode("<itunes:episodetype>full</itunes:episodetype>")),
    ("psp-copyright", ("<copyright>Fjordheim", "<copyright>© 2026 Fjordheim")),
    ("psp-copyright", ("<copyright>Fjordheim", "<copyright>2026 Fjordheim")),
    ("psp-self", (SELF, "")),
    ("psp-self", (SELF, SELF + SELF.replace("feed.xml", "feed2.xml"))),
    ("psp-self-other", (SELF, SELF.replace("feed.xml", "annen.xml"))),
    ("psp-self", (SELF, '<atom:link rel="hub" href="https://hub.example.org/"/>')),
    ("rss-paging-rel", show('<atom:link rel="prev" href="https://example.org/feed-2.xml"/>')),
    ("rss-paging-circle", show('<atom:link rel="next" href="https://example.org/feed.xml"/>')),
    ("rss-archive", show("<fh:archive/>")),
    ("rss-image", ("<title>Bruer og folk</title><link>https://example.org/</link></image>", "</image>")),
    ("rss-once", ("<language>nb</language>", "<language>nb</language><language>nn</language>")),
    ("rss-once", (DATE, DATE + DATE)),
    ("rss-address", ("<link>https://example.org/vind</link>", "<link>/vind</link>")),
    ("rss-address", show('<atom:link rel="alternate" href="hjem"/>')),
    ("podcast-guid-missing", ("<podcast:guid>917393e3-1b1e-5cef-ace4-edaa54e1f810</podcast:guid>", "")),
    ("podcast-locked-missing", ('<podcast:locked owner="post@example.org">yes</podcast:locked>', "")),
    ("podcast-guid-scheme", ("917393e3-1b1e-5cef-ace4-edaa54e1f810", "@wrong-guid")),
    # the episode
    ("rss-item-title", (TITLE, "")),
    ("rss-guid", (GUID, "")),
    ("rss-guid", (GUID, "<guid></guid>")),
    ("rss-guid-permalink", (GUID, "<guid>b-2</guid>")),
    ("rss-guid-permalink", (GUID, '<guid isPermaLink="true">b-2</guid>')),
    ("rss-enclosure", (ENCLOSURE, "")),
    ("rss-enclosure-several", (ENCLOSURE, ENCLOSURE + ENCLOSURE.replace("vind.mp3", "vind2.mp3"))),
    ("rss-enclosure-url", ("https://example.org/vind.mp3", "vind.mp3")),
    ("rss-enclosure-url", ('url="https://example.org/vind.mp3" ', "")),
    ("rss-enclosure-length", (' length="1440000"', "")),
    ("rss-enclosure-length", ('length="1440000"', 'length="1,44 MB"')),
    ("apple-enclosure-empty", ('length="1440000"', 'length="0"')),
    ("rss-enclosure-length-odd", ('length="1440000"', 'length="1440"')),
    ("rss-enclosure-type", ('length="1440000" type="audio/mpeg"', 'length="1440000"')),
    ("rss-enclosure-type", ('length="1440000" type="audio/mpeg"', 'length="1440000" type="mp3"')),
    ("apple-enclosure-type", ('length="1440000" type="audio/mpeg"', 'length="1440000" type="audio/mp3"')),
    ("apple-enclosure-suffix", ("vind.mp3", "vind")),
    ("apple-enclosure-suffix", ("vind.mp3", "vind.m4a")),
    ("apple-enclosure-ascii", ("vind.mp3", "blåst.mp3")),
    ("spotify-size", (('length="1440000"', 'length="240000000"'), ("<itunes:duration>90", "<itunes:duration>9000"))),
    ("apple-https", ("https://example.org/vind.mp3", "http://example.org/vind.mp3")),
    ("apple-pubdate", (DATE, "")),
    ("rss-date", (DATE, "<pubDate>2026-03-02</pubDate>")),
    ("rss-date", (DATE, "<pubDate>Mon, 31 Feb 2026 05:00:00 +0000</pubDate>")),
    ("rss-date", (DATE, "<pubDate>man, 02 mar 2026 05:00:00 +0000</pubDate>")),
    ("rss-date-zone", (DATE, "<pubDate>Mon, 02 Mar 2026 05:00:00 CET</pubDate>")),
    ("rss-date-future", (DATE, "<pubDate>Sun, 02 Mar 2036 05:00:00 +0000</pubDate>")),
    ("rss-date-weekday", (DATE, DATE.replace("Mon", "Tue"))),
    ("rss-date-weekday", ("<lastBuildDate>Mon", "<lastBuildDate>Sun")),
    ("rss-date-epoch", (DATE, "<pubDate>Thu, 01 Jan 1970 00:00:00 +0000</pubDate>")),
    ("rss-date-year", (DATE, "<pubDate>Mon, 02 Mar 26 05:00:00 +0000</pubDate>")),
    ("rss-item-description", (("<description>Om vind.</description>", ""), ("<content:encoded><![CDATA[<p>Om <strong>vind</strong>.</p>]]></content:encoded>", ""))),
    ("apple-duration", ("<itunes:duration>60</itunes:duration>", "")),
    ("apple-duration-value", ("<itunes:duration>60<", "<itunes:duration>et minutt<")),
    ("apple-duration-zero", ("<itunes:duration>60<", "<itunes:duration>00:00:00<")),
    ("apple-duration-seconds", ("<itunes:duration>60<", "<itunes:duration>60.5<")),
    ("apple-duration-seconds", ("<itunes:duration>60<", "<itunes:duration>00:01:00<")),
    ("apple-episode-type", ("<itunes:episodeType>full", "<itunes:episodeType>episode")),
    ("apple-number", ("<itunes:episode>7", "<itunes:episode>VII")),
    ("apple-number", ("<itunes:season>2", "<itunes:season>0")),
    ("apple-title-number", (TITLE, "<title>#7 Vind på brua</title>")),
    ("apple-title-number", (TITLE, "<title>Episode 7: Vind på brua</title>")),
    ("apple-title-show", (TITLE, "<title>Bruer og folk: Vind på brua</title>")),
    ("apple-transcript-type", (VTT, VTT.replace("text/vtt", "text/html"))),
    ("apple-chapters-list", ("<description>Om is.", "<description>00:10 Is\n00:20 Snø\n00:40 Vann")),
    ("youtube-thumbnail", episode('<media:thumbnail url="vind.jpg"/>')),
    ("psc-chapters", ('start="00:00:30.000"', 'start="halvveis"')),
    ("psc-chapters", (' title="Brua"', "")),
    ("psc-chapters", ("@psc", '<psc:chapters version="1.2"></psc:chapters>')),
    ("psc-clock", (('start="00:00:00.000"', 'start="0"'), ('start="00:00:30.000"', 'start="30.5"'))),
    ("psc-order", ('start="00:00:00.000"', 'start="00:00:45.000"')),
    ("psc-past-end", ('start="00:00:30.000"', 'start="00:12:30.000"')),
    # words
    ("psp-length", (TITLE, f"<title>{'Vind ' * 60}.</title>")),
    ("psp-description-length", ("Samtaler om å bygge bruer.", "bruer og ører " * 280)),
    ("psp-whitespace", (GUID, GUID.replace("b-2", " b-2 "))),
    ("psp-whitespace", ("<language>nb<", "<language>nb\n<")),
    ("text-markup", (TITLE, "<title>Vind &amp;amp; bru</title>")),
    ("text-markup", (TITLE, "<title><![CDATA[<b>Vind</b> på brua]]></title>")),
    ("text-escaped-twice", ("<description>Om vind.", "<description>Om &amp;amp;lt;p&amp;amp;gt; vind.")),
    ("text-mojibake", (TITLE, "<title>Vind pÃ¥ brua</title>")),
    ("text-relative-link", ("<p>Om <strong>", '<p><a class="x" href="/om">Om</a> <strong>')),
    ("text-relative-link", ("<p>Om <strong>", "<p><img src='vind.png'/>Om <strong>")),
    ("text-script", ("<p>Om <strong>", "<script>x()</script><p>Om <strong>")),
    ("apple-html", ("<description>Om vind.</description>", "<description>&lt;h2&gt;Om&lt;/h2&gt; vind.</description>")),
    # the podcast namespace
    ("podcast-locked-value", ("post@example.org\">yes", "post@example.org\">maybe")),
    ("podcast-locked-value", ('<podcast:locked owner="post@example.org"', '<podcast:locked owner="posten"')),
    ("podcast-guid-value", ("917393e3-1b1e-5cef-ace4-edaa54e1f810", "917393e3")),
    ("podcast-medium-value", show("<podcast:medium>radio</podcast:medium>")),
    ("podcast-funding", show("<podcast:funding>Støtt oss</podcast:funding>")),
    ("podcast-funding-value", show(f'<podcast:funding url="https://example.org/s">{"Støtt " * 30}oss</podcast:funding>')),
    ("podcast-person", (">Ola Vik</podcast:person>", "/>")),
    ("podcast-person-value", ('role="guest"', 'role="gjest"')),
    ("podcast-person-value", ('href="https://example.org/ola"', 'href="ola.html"')),
    ("podcast-person-group", ('role="host" group="cast"', 'role="audio engineer" group="cast"')),
    ("podcast-location", (f"<podcast:location {LOCATION}>Trøndelag", f"<podcast:location {LOCATION}>")),
    ("podcast-location-value", (LOCATION, 'geo="63.43 10.39"')),
    ("podcast-location-value", ('osm="R406567"', 'osm="relation 406567"')),
    ("podcast-location-value", ('country="NO"', 'country="Norge"')),
    ("podcast-license-url", show("<podcast:license>Vår egen lisens</podcast:license>")),
    ("podcast-trailer", show('<podcast:trailer url="https://example.org/t.mp3">Kort om oss</podcast:trailer>')),
    ("podcast-trailer-value", show('<podcast:trailer url="https://example.org/t.mp3" pubdate="2026-03-02">Kort</podcast:trailer>')),
    ("podcast-block-value", show("<podcast:block>all</podcast:block>")),
    ("podcast-txt", show('<podcast:txt purpose="verify"/>')),
    ("apple-txt-verify", show('<podcast:txt purpose="applepodcastsverify">min kode er 123</podcast:txt>')),
    ("podcast-podroll", show("<podcast:podroll/>")),
    ("podcast-publisher", show("<podcast:publisher></podcast:publisher>")),
    ("podcast-publisher", show(f'<podcast:publisher>{f"""<podcast:remoteItem medium="publisher" feedGuid="{UUID}"/>""" * 2}</podcast:publisher>')),
    ("podcast-publisher-medium", show(f'<podcast:publisher><podcast:remoteItem feedGuid="{UUID}"/></podcast:publisher>')),
    ("podcast-remote-item", show('<podcast:podroll><podcast:remoteItem feedUrl="https://example.org/x.xml"/></podcast:podroll>')),
    ("podcast-remote-item-value", show('<podcast:podroll><podcast:remoteItem feedGuid="x"/></podcast:podroll>')),
    ("podcast-update-frequency-value", show('<podcast:updateFrequency rrule="hver uke">Ukentlig</podcast:updateFrequency>')),
    ("podcast-podping", show("<podcast:podping/>")),
    ("podcast-image", show('<podcast:image alt="Ei bru"/>')),
    ("podcast-image-value", show('<podcast:image href="https://example.org/b.jpg" width="bred"/>')),
    ("podcast-chat", show('<podcast:chat server="irc.example.org"/>')),
    ("podcast-chat-value", show('<podcast:chat server="irc.example.org" protocol="sms"/>')),
    ("podcast-social-interact", episode('<podcast:socialInteract protocol="activitypub"/>')),
    ("podcast-social-interact-value", episode('<podcast:socialInteract protocol="fax" uri="https://example.org/1"/>')),
    ("podcast-value", show('<podcast:value type="lightning" method="keysend"/>')),
    ("podcast-value-recipient", show('<podcast:value type="lightning" method="keysend"><podcast:valueRecipient type="node" address="02ab"/></podcast:value>')),
    ("podcast-value-recipient-value", show('<podcast:value type="lightning" method="keysend"><podcast:valueRecipient type="node" address="02ab" split="50%"/></podcast:value>')),
    ("podcast-transcript", (VTT, VTT.replace(' type="text/vtt"', "") + VTT)),
    ("podcast-transcript-value", (VTT, VTT + VTT.replace("text/vtt", "application/rtf"))),
    ("podcast-transcript-value", (VTT, VTT.replace('language="nb"', 'language="norsk språk"'))),
    ("podcast-transcript-srt", (VTT, VTT.replace("text/vtt", "application/srt"))),
    ("podcast-transcript-language", (VTT, VTT.replace('"nb"', '"en"') + VTT)),
    ("podcast-chapters", (' type="application/json+chapters"', "")),
    ("podcast-chapters-value", ("application/json+chapters", "text/plain")),
    ("podcast-soundbite", (BITE, 'starttime="12.5" duration="30"')),
    ("podcast-soundbite-value", (BITE, 'startTime="1,012.5" duration="30"')),
    ("podcast-soundbite-length", (BITE, 'startTime="12.5" duration="5"')),
    ("podcast-soundbite-end", (BITE, 'startTime="80" duration="30"')),
    ("podcast-season-value", ("<podcast:season>2", "<podcast:season>to")),
    ("podcast-episode-value", ("<podcast:episode>7", "<podcast:episode>sju")),
    ("podcast-alternate-enclosure", episode('<podcast:alternateEnclosure type="video/mp4"/>')),
    ("podcast-source", episode('<podcast:alternateEnclosure type="video/mp4"><podcast:source/></podcast:alternateEnclosure>')),
    ("podcast-integrity-value", episode('<podcast:alternateEnclosure type="video/mp4"><podcast:source uri="https://example.org/v.mp4"/><podcast:integrity type="md5" value="x"/></podcast:alternateEnclosure>')),
    ("podcast-content-link", episode("<podcast:contentLink>Se den</podcast:contentLink>")),
    ("podcast-live-item", show(f'<podcast:liveItem status="live"><title>Nå</title>{ELSEWHERE}</podcast:liveItem>')),
    ("podcast-live-item-value", show(f'<podcast:liveItem status="snart" start="2026-03-02T05:00:00Z"><title>Nå</title>{ELSEWHERE}</podcast:liveItem>')),
    ("podcast-live-content-link", show(f'<podcast:liveItem status="live" start="2026-03-02T05:00:00Z"><title>Nå</title>{STREAM}</podcast:liveItem>')),
    ("podcast-live-enclosure", show(f'<podcast:liveItem status="live" start="2026-03-02T05:00:00Z"><title>Nå</title>{ELSEWHERE.replace(STREAM, "")}</podcast:liveItem>')),
    ("podcast-update-frequency-start", show('<podcast:updateFrequency rrule="FREQ=DAILY;COUNT=10">Ti dager</podcast:updateFrequency>')),
    ("podcast-images-old", show('<podcast:images srcset="https://example.org/a.jpg 1500w, https://example.org/b.jpg 600w"/>')),
    ("podcast-images-value", show('<podcast:images srcset="a.jpg 1500w, https://example.org/b.jpg 600w"/>')),
    ("podcast-txt-ai-content", show('<podcast:txt purpose="ai-content">delvis</podcast:txt>')),
    ("podcast-list", (("@items", ""), show("<podcast:medium>publisher</podcast:medium>"))),
    ("podcast-list", show(f'<podcast:medium>podcastL</podcast:medium><podcast:remoteItem feedGuid="{UUID}"/>')),
    ("podcast-alternate-enclosure-value", episode(f'<podcast:alternateEnclosure type="video/mp4" title="{"x" * 33}"><podcast:source uri="https://example.org/v.mp4"/></podcast:alternateEnclosure>')),
    ("podcast-images", show("<podcast:images/>")),
    ("podcast-locked", episode("<podcast:locked>yes</podcast:locked>")),
    ("podcast-soundbite", show(f"<podcast:soundbite {BITE}/>")),
    ("podcast-once", show("<podcast:medium>podcast</podcast:medium><podcast:medium>music</podcast:medium>")),
    ("podcast-guid", episode(f"<podcast:guid>{UUID}</podcast:guid>")),
    ("podcast-medium", show("<podcast:medium/>")),
    ("podcast-license", show("<podcast:license/>")),
    ("podcast-license-value", show('<podcast:license url="vilkar.html">cc-by-4.0</podcast:license>')),
    ("podcast-block", episode("<podcast:block>yes</podcast:block>")),
    ("podcast-txt-value", show(f'<podcast:txt purpose="{"x" * 129}">a</podcast:txt>')),
    ("podcast-update-frequency", episode("<podcast:updateFrequency>Ukentlig</podcast:updateFrequency>")),
    ("podcast-podping-value", show('<podcast:podping usesPodping="ja"/>')),
    ("podcast-season", ("<podcast:season>2</podcast:season>", '<podcast:season name="Fjord"/>')),
    ("podcast-episode", ("<podcast:episode>7</podcast:episode>", '<podcast:episode display="Sju"/>')),
    ("podcast-alternate-enclosure-value", episode('<podcast:alternateEnclosure type="video"><podcast:source uri="https://example.org/v.mp4"/></podcast:alternateEnclosure>')),
    ("podcast-source-value", episode('<podcast:alternateEnclosure type="video/mp4"><podcast:source uri="v.mp4"/></podcast:alternateEnclosure>')),
    ("podcast-integrity", episode('<podcast:alternateEnclosure type="video/mp4"><podcast:source uri="https://example.org/v.mp4"/><podcast:integrity type="sri"/></podcast:alternateEnclosure>')),
    ("podcast-content-link-value", episode('<podcast:contentLink href="video">Se den</podcast:contentLink>')),
    ("podcast-value-value", show('<podcast:value type="lightning" method="keysend" suggested="litt"><podcast:valueRecipient type="node" address="02ab" split="1"/></podcast:value>')),
    ("podcast-value-time-split", show('<podcast:value type="lightning" method="keysend"><podcast:valueRecipient type="node" address="02ab" split="1"/><podcast:valueTimeSplit startTime="0"><podcast:valueRecipient type="node" address="02ab" split="1"/></podcast:valueTimeSplit></podcast:value>')),
    ("podcast-value-time-split", show('<podcast:value type="lightning" method="keysend"><podcast:valueRecipient type="node" address="02ab" split="1"/><podcast:valueTimeSplit startTime="0" duration="5"/></podcast:value>')),
    ("podcast-value-time-split-value", show('<podcast:value type="lightning" method="keysend"><podcast:valueRecipient type="node" address="02ab" split="1"/><podcast:valueTimeSplit startTime="00:10" duration="5"><podcast:valueRecipient type="node" address="02ab" split="1"/></podcast:valueTimeSplit></podcast:value>')),
    ("podcast-unknown", episode('<podcast:transcripts url="https://example.org/v.vtt" type="text/vtt"/>')),
    ("podcast-unknown", (' rel="captions"', ' relation="captions"')),
)  # fmt: skip

_MANY = "".join(
    f'<item><title>Samtale {word}</title><guid isPermaLink="false">m-{word}</guid>'
    f"<pubDate>{day:02d} Jan 2026 05:00:00 +0000</pubDate><description>Om {word}.</description>"
    f'<enclosure url="https://example.org/{word}.mp3" length="960000" type="audio/mpeg"/>'
    f"<itunes:duration>60</itunes:duration><link>https://example.org/{word}</link>"
    f'<itunes:image href="https://example.org/{word}.jpg"/><itunes:explicit>false</itunes:explicit>'
    f'<podcast:transcript url="https://example.org/{word}.vtt" type="text/vtt"/></item>'
    for day, word in enumerate(("alfa", "bravo", "charlie", "delta", "ekko"), 5)
)
_REMOTE = f'<podcast:remoteItem feedGuid="{UUID}" feedUrl="https://example.org/annen.xml"/>'
_PUBLISHER = f'<podcast:remoteItem medium="publisher" feedGuid="{UUID}" feedUrl="https://example.org/p.xml"/>'

SOUND: tuple[tuple[str, Edit | tuple[Edit, ...]], ...] = (
    ("as it is", ()),
    ("no optional channel fields", (("<copyright>Fjordheim kommune</copyright>", ""), ("<itunes:type>episodic</itunes:type>", ""))),
    ("one episode", ("@last-item", "")),
    ("many episodes", ("</item>\n</channel>", f"</item>{_MANY}</channel>")),
    ("a serial show", (("<itunes:type>episodic", "<itunes:type>serial"), ("<itunes:duration>60", "<itunes:season>2</itunes:season><itunes:episode>6</itunes:episode><itunes:duration>60"))),
    ("a serial show with a trailer", (("<itunes:type>episodic", "<itunes:type>serial"), ("<itunes:duration>60", "<itunes:episodeType>trailer</itunes:episodeType><itunes:duration>60"))),
    ("one number in two seasons", ("<itunes:duration>60", "<itunes:season>1</itunes:season><itunes:episode>7</itunes:episode><itunes:duration>60")),
    ("a bonus beside its episode", ("<itunes:duration>60", "<itunes:season>2</itunes:season><itunes:episode>7</itunes:episode><itunes:episodeType>bonus</itunes:episodeType><itunes:duration>60")),
    ("everything on one line", ("@join", "")),
    ("windows line ends", ("@crlf", "")),
    ("indented", ("@indent", "")),
    ("a byte order mark", ("@bom", "")),
    ("no XML declaration", ('<?xml version="1.0" encoding="UTF-8"?>\n', "")),
    ("a blank line and no XML declaration", ('<?xml version="1.0" encoding="UTF-8"?>\n', "\n")),
    ("comments", ("<channel>", "<channel><!-- <item> i en kommentar -->")),
    ("a style sheet", ("<rss ", '<?xml-stylesheet href="s.xsl"?><rss ')),
    ("Podlove's short prefix", ("@prefix", "psc=sc")),
    ("namespaces of others", ("<channel>", '<channel xmlns:x="https://example.net/ns"><x:noe a="b">annet</x:noe>')),
    ("CDATA throughout", (("<title>Vind på brua</title>", "<title><![CDATA[Vind på brua]]></title>"), ("<description>Om is.</description>", "<description><![CDATA[<p>Om <a href=\"https://example.org/\">is</a>.</p>]]></description>"))),
    ("an ampersand", (TITLE, "<title>Vind &amp; bru</title>")),
    ("a title of 255 letters", (TITLE, f"<title>{'ø' * 255}</title>")),
    ("a description of 4,000 bytes", ("Samtaler om å bygge bruer.", "ø" * 2000)),
    ("less-than in words", (TITLE, "<title>1 &lt; 2 og 3 &gt; 2</title>")),
    ("emoji and other scripts", (TITLE, "<title>🌉 мост 橋</title>")),
    ("Portuguese in capitals", (TITLE, "<title>«BOM DIA, AMANHû – A IRMÃ… e o pão</title>")),
    ("a title that begins with a year", (TITLE, "<title>2026 – et år med vind</title>")),
    ("a title that begins with another number", (TITLE, "<title>24: timer på brua</title>")),
    ("links and anchors in show notes", ("<p>Om <strong>", '<p><a href="#kap2">2</a> <a href="mailto:post@example.org">post</a> <a href="//example.org/x">x</a> <img src="data:image/gif;base64,R0"/>Om <strong>')),
    ("blanks around long texts", ("<description>Om vind.</description>", "<description>\n  Om vind.\n</description><itunes:subtitle> Vind </itunes:subtitle>")),
    ("blanks in tags of others", ("<channel>", '<channel xmlns:x="https://example.net/ns"><x:noe> annet </x:noe>')),
    ("a misspelt namespace that nothing is in", ("xmlns:fh=", 'xmlns:googleplay="https://www.google.com/schemas/play-podcasts/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1" xmlns:fh=')),
    ("Spotify's own", ("<channel>", '<channel xmlns:spotify="https://www.spotify.com/ns/rss"><spotify:countryOfOrigin>no SE dk</spotify:countryOfOrigin><spotify:limit recentCount="20"/>')),
    ("hours to skip", ("<copyright>", "<ttl>1440</ttl><skipHours><hour>0</hour><hour>23</hour></skipHours><skipDays><day>Sunday</day></skipDays><copyright>")),
    ("Southern Sami, which has three letters", (("<language>nb", "<language>sma"), ('language="nb"', 'language="sma"'))),
    ("Chinese in its script", (("<language>nb", "<language>zh-Hant-TW"), ('language="nb"', 'language="zh-Hant"'))),
    ("PSP-1's name for M4A", (ENCLOSURE, ENCLOSURE.replace("vind.mp3", "vind.m4a").replace("audio/mpeg", "audio/m4a"))),
    ("simple HTML", ("<description>Om vind.</description>", "<description><![CDATA[<p>Om <em>vind</em> og <b>is</b>.</p>]]></description>")),
    ("a number inside a title", (TITLE, "<title>Femti år med 3 bruer</title>")),
    ("a permalink as guid", (GUID, "<guid>https://example.org/vind</guid>")),
    ("a long-lived odd guid", (GUID, '<guid isPermaLink="false">tag:example.org,2026:/?p=608&amp;x=å</guid>')),
    ("m4a", (ENCLOSURE, ENCLOSURE.replace("vind.mp3", "vind.m4a").replace("audio/mpeg", "audio/x-m4a"))),
    ("video", (ENCLOSURE, ENCLOSURE.replace("vind.mp3", "vind.mp4").replace("audio/mpeg", "video/mp4"))),
    ("a document", (ENCLOSURE, ENCLOSURE.replace("vind.mp3", "vind.pdf").replace("audio/mpeg", "application/pdf"))),
    ("an address with a query", ("vind.mp3", "vind.mp3?from=feed&amp;v=2")),
    ("an address through a counter", ("https://example.org/vind.mp3", "https://teller.example.net/e/example.org/vind.mp3")),
    ("an encoded address", ("vind.mp3", "bl%C3%A5st.mp3")),
    ("200 MB", (('length="1440000"', 'length="200000000"'), ("<itunes:duration>90", "<itunes:duration>9000"))),
    ("a date without seconds", (DATE, "<pubDate>Mon, 02 Mar 2026 05:00 GMT</pubDate>")),
    ("a date without its day", (DATE, "<pubDate>2 Mar 2026 06:00:00 +0100</pubDate>")),
    ("a date in American time", (DATE, "<pubDate>Mon, 02 Mar 2026 00:00:00 EST</pubDate>")),
    ("English", (("<language>nb", "<language>en-GB"), ('language="nb"', 'language="en-GB"'))),
    ("Sami", (("<language>nb", "<language>se"), ('language="nb"', 'language="se"'))),
    ("a category without a sub", (CATEGORY, "")),
    ("several categories", ("</itunes:category>\n", '</itunes:category><itunes:category text="News"><itunes:category text="Tech News"/></itunes:category><itunes:category text="Technology"/>')),
    ("a category with an ampersand", ('<itunes:category text="Education"><itunes:category text="Courses"/>', '<itunes:category text="Society &amp; Culture"><itunes:category text="Documentary"/>')),
    ("explicit", ("<itunes:explicit>false</itunes:explicit>\n<itunes:type>", "<itunes:explicit>true</itunes:explicit>\n<itunes:type>")),
    ("blocked", show("<itunes:block>Yes</itunes:block>")),
    ("not complete", show("<itunes:complete>No</itunes:complete>")),
    ("keywords left empty", show("<itunes:keywords/>")),
    ("complete", show("<itunes:complete>yes</itunes:complete>")),
    ("moved", show("<itunes:new-feed-url>https://example.net/feed.xml</itunes:new-feed-url>")),
    ("a PNG cover", (COVER, '<itunes:image href="https://example.org/cover.PNG"/>')),
    ("a picture called jpeg", ('<itunes:image href="https://example.org/vind.jpg"/>', '<itunes:image href="https://example.org/vind.jpeg"/>')),
    ("a picture with a query", (COVER, '<itunes:image href="https://example.org/cover.jpg?v=2"/>')),
    ("an Apple title", episode("<itunes:title>Vind</itunes:title>")),
    ("pages", show('<atom:link rel="next" href="https://example.org/feed-2.xml"/><atom:link rel="last" href="https://example.org/feed-9.xml"/>')),
    ("an archive page", show('<fh:archive/><atom:link rel="current" href="https://example.org/all.xml"/><atom:link rel="prev-archive" href="https://example.org/1.xml"/>')),
    ("a hub", show('<atom:link rel="hub" href="https://hub.example.org/"/>')),
    ("a publisher above", show(f"<podcast:publisher>{_PUBLISHER}</podcast:publisher>")),
    ("a publisher feed", (("@items", ""), show(f"<podcast:medium>publisher</podcast:medium>{_REMOTE}"))),
    ("a list of music", (("@items", ""), show(f"<podcast:medium>musicL</podcast:medium>{_REMOTE}"))),
    ("a podroll", show(f"<podcast:podroll>{_REMOTE}</podcast:podroll>")),
    ("all of funding", (show('<podcast:funding url="https://example.org/stott">Støtt oss</podcast:funding><podcast:funding url="https://example.org/mer"/>'), episode('<podcast:funding url="https://example.org/vind">Gi</podcast:funding>'))),
    ("people of every kind", episode('<podcast:person role="Audio Engineer" group="Audio Production" img="https://example.org/t.jpg">Tuva</podcast:person><podcast:person>Uten rolle</podcast:person>')),
    ("people of the show", show('<podcast:person role="host">Ola Vik</podcast:person>')),
    ("places", episode('<podcast:location rel="creator" osm="N240109189#3">Oslo</podcast:location><podcast:location>Et sted</podcast:location>')),
    ("a known licence", show("<podcast:license>cc-by-4.0</podcast:license>")),
    ("a licence of one's own", show('<podcast:license url="https://example.org/vilkar">Våre vilkår</podcast:license>')),
    ("a trailer", show('<podcast:trailer url="https://example.org/t.mp3" pubdate="Mon, 02 Mar 2026 05:00:00 +0000" length="9" type="audio/mpeg" season="2">Kort om oss</podcast:trailer>')),
    ("blocks", show('<podcast:block>yes</podcast:block><podcast:block id="google">no</podcast:block>')),
    ("proofs of ownership", show('<podcast:txt purpose="verify">S6lpp-7ZCn8</podcast:txt><podcast:txt purpose="ai-content">false</podcast:txt><podcast:txt>hva som helst</podcast:txt>')),
    ("a rhythm", show('<podcast:updateFrequency rrule="FREQ=WEEKLY;BYDAY=MO,TH" dtstart="2026-01-05T05:00:00Z" complete="false">To ganger i uka</podcast:updateFrequency>')),
    ("podping", show('<podcast:podping usesPodping="true"/>')),
    ("both names of a picture", show('<podcast:image href="https://example.org/b.jpg" width="1500" aspect-ratio="1/1"/><podcast:images srcset="https://example.org/b.jpg 1500w"/>')),
    ("pictures of every shape", show('<podcast:image href="https://example.org/b.jpg" alt="Ei bru" aspect-ratio="16/9" width="1920" height="1080" type="image/jpeg" purpose="banner social"/>')),
    ("a chat", show('<podcast:chat server="irc.example.org" protocol="irc" accountId="@ola" space="#bruer"/>')),
    ("comments", episode('<podcast:socialInteract protocol="activitypub" uri="https://example.org/@bruer/1" accountId="@bruer" accountUrl="https://example.org/@bruer" priority="1"/>')),
    ("no comments", episode('<podcast:socialInteract protocol="disabled"/>')),
    ("value", show('<podcast:value type="lightning" method="keysend" suggested="0.00000015000"><podcast:valueRecipient name="Kari" type="node" address="02ab" split="95"/><podcast:valueRecipient type="lnaddress" address="ola@example.org" split="5" fee="true"/></podcast:value>')),
    ("transcripts of every type", (VTT, "".join(VTT.replace("text/vtt", kind).replace(' rel="captions"', "") for kind in ("text/vtt", "application/x-subrip", "application/json", "text/html", "text/plain")))),
    ("transcripts of two languages", (VTT, VTT + VTT.replace('"nb"', '"en"'))),
    ("a soundbite without a title", ('duration="30">Om vind</podcast:soundbite>', 'duration="60"/>')),
    ("a late soundbite", (("<itunes:duration>90", "<itunes:duration>3600"), ('length="1440000"', 'length="57600000"'), (BITE, 'startTime="1012.5" duration="30.0"'))),
    ("a named season", ("<podcast:season>2", '<podcast:season name="Fjord og fjell">2')),
    ("a half episode", ("<podcast:episode>7", '<podcast:episode display="Kap. 7½">7.5')),
    ("alternate enclosures", episode('<podcast:alternateEnclosure type="video/mp4" length="7924786" bitrate="511276.52" height="720" lang="nb" title="Video" default="false"><podcast:source uri="https://example.org/v.mp4"/><podcast:source uri="ipfs://Qm33" contentType="video/mp4"/><podcast:integrity type="sri" value="sha384-AbC"/></podcast:alternateEnclosure>')),
    ("a link to elsewhere", episode('<podcast:contentLink href="https://example.org/video">Se den</podcast:contentLink>')),
    ("a live item", show('<podcast:liveItem status="pending" start="2026-04-02T18:00:00Z" end="2026-04-02T19:00:00Z"><title>Direkte</title><guid>l-1</guid><enclosure url="https://example.org/live.mp3" type="audio/mpeg" length="33"/><podcast:contentLink href="https://example.org/live">Lytt</podcast:contentLink></podcast:liveItem>')),
    ("no chapters", ("@no-psc", "")),
    ("chapters in whole seconds, without hours", (('start="00:00:00.000"', 'start="0:00"'), ('start="00:00:30.000"', 'start="00:30"'))),
    ("chapters with links and pictures", (' title="Brua"', ' title="Brua" href="https://example.org/bru" image="https://example.org/bru.jpg"')),
    ("a list of times that begins at nought", ("<description>Om is.", "<description>00:00 Is\n00:20 Snø\n00:40 Vann")),
    ("YouTube's picture", episode('<media:thumbnail url="https://example.org/wide.jpg"/>')),
    ("Dublin Core", ("<channel>", '<channel xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator>Fjordheim kommune</dc:creator>')),
    ("managing editor and ttl", ("<channel>", "<channel><managingEditor>post@example.org (Redaksjonen)</managingEditor><ttl>60</ttl><generator>lornpod</generator>")),
)  # fmt: skip


def text(edits: Edit | tuple[Edit, ...]) -> bytes:
    """The base feed after *edits*; raises where an edit finds nothing to replace."""
    made, encoding = BASE, "utf-8"
    rows: list[Edit] = [edits] if edits and isinstance(edits[0], str) else list(edits)
    for old, new in rows:
        if old.startswith("@"):
            made, encoding = _whole(made, old, new, encoding)
            continue
        if old not in made:
            raise AssertionError(f"nothing to replace: {old}")
        made = made.replace(old, new, 1)
    if "@wrong-guid" in made:
        space = uuid.UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")
        made = made.replace("@wrong-guid", str(uuid.uuid5(space, "https://example.org/feed.xml")))
    return made.encode("iso-8859-1" if 'encoding="ISO-8859-1"' in made else encoding)


def _whole(made: str, how: str, said: str, encoding: str) -> tuple[str, str]:
    """Edits of the whole text."""
    first, last = made.index("<item>"), made.rindex("</item>") + len("</item>")
    match how:
        case "@items":
            return made[:first] + made[last:], encoding
        case "@last-item":
            return made[: made.rindex("<item>")] + made[last:], encoding
        case "@psc":
            return made[: made.index("<psc:")] + said + made[made.index("</psc:chapters>") + 15 :], encoding
        case "@no-psc":
            return made[: made.index("<psc:")] + made[made.index("</psc:chapters>") + 15 :], encoding
        case "@join":
            return made.replace("\n", ""), encoding
        case "@crlf":
            return made.replace("\n", "\r\n"), encoding
        case "@indent":
            return made.replace("\n<", "\n\t\t<"), encoding
        case "@prefix":
            prefix, other = said.split("=")
            return made.replace(f"{prefix}:", f"{other}:").replace(
                f"xmlns:{prefix}=", f"xmlns:{other}="
            ), encoding
        case "@bom":
            return made, "utf-8-sig"
        case "@blank":
            return f"\n\n{made}", encoding
        case "@latin-1":
            return made, "iso-8859-1"
        case "@utf16":
            return made.replace('encoding="UTF-8"', 'encoding="UTF-16"'), "utf-16"
    raise AssertionError(how)


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number, (code, edits) in enumerate(FAULTS):
        (folder / f"fault-{number:03d}-{code}.xml").write_bytes(text(edits))
    for number, (name, edits) in enumerate(SOUND):
        (folder / f"sound-{number:03d}-{name.replace(' ', '-')}.xml").write_bytes(text(edits))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
