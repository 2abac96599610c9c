"""Feeds in the shapes in which well-known hosts write them, about an invented show.

``SHAPES`` has a row a host: its name, the codes of what is truly amiss with such a feed, and the feed. What is
amiss is a habit of the host, mostly something that PSP-1 recommends and it leaves out; anything else that a
rule said of one of them would be wrong.
"""

from __future__ import annotations

ITUNES = 'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"'
PODCAST = 'xmlns:podcast="https://podcastindex.org/namespace/1.0"'
ATOM = 'xmlns:atom="http://www.w3.org/2005/Atom"'
CONTENT = 'xmlns:content="http://purl.org/rss/1.0/modules/content/"'
DC = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'
MEDIA = 'xmlns:media="http://search.yahoo.com/mrss/"'
GOOGLE = 'xmlns:googleplay="http://www.google.com/schemas/play-podcasts/1.0"'
SPOTIFY = 'xmlns:spotify="http://www.spotify.com/ns/rss"'
PSC = 'xmlns:psc="http://podlove.org/simple-chapters"'

CASTOPOD = f"""<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" {ITUNES} {PODCAST} {ATOM} {CONTENT}><channel>
<atom:link xmlns:atom="http://www.w3.org/2005/Atom" href="https://pod.example.org/@bruer/feed.xml" rel="self" type="application/rss+xml"/>
<atom:link href="https://pubsubhubbub.example.org/" rel="hub"/>
<generator>Castopod - https://castopod.org/</generator><docs>https://cyber.harvard.edu/rss/rss.html</docs>
<podcast:guid>917393e3-1b1e-5cef-ace4-edaa54e1f810</podcast:guid>
<title>Bruer og folk</title><description><![CDATA[<p>Samtaler om å bygge bruer.</p>
]]></description><itunes:image href="https://pod.example.org/media/podcasts/bruer/cover_feed.jpg"/>
<language>nb</language><podcast:location rel="creator" geo="geo:63.43,10.39" osm="R406567" country="NO">Trøndelag</podcast:location>
<podcast:locked owner="post@example.org">yes</podcast:locked>
<podcast:funding url="https://example.org/stott">Støtt oss</podcast:funding>
<podcast:block id="google">no</podcast:block>
<podcast:person role="Host" group="Cast" img="https://pod.example.org/media/persons/ola.jpg" href="https://example.org/ola">Ola Vik</podcast:person>
<itunes:category text="Society &amp; Culture"><itunes:category text="Documentary"/></itunes:category>
<category>Society &amp; Culture</category><itunes:explicit>false</itunes:explicit>
<itunes:author>Fjordheim kommune</itunes:author><link>https://pod.example.org/@bruer</link>
<itunes:owner><itunes:name>Redaksjonen</itunes:name><itunes:email>post@example.org</itunes:email></itunes:owner>
<itunes:type>episodic</itunes:type><copyright>Fjordheim kommune</copyright>
<image><url>https://pod.example.org/media/podcasts/bruer/cover_feed.jpg</url><title>Bruer og folk</title><link>https://pod.example.org/@bruer</link></image>
<item><title>Vind på brua</title>
<enclosure url="https://pod.example.org/audio/@bruer/vind.mp3?_from=feed" length="14400000" type="audio/mpeg"/>
<guid>https://pod.example.org/@bruer/episodes/vind</guid><pubDate>Mon, 02 Mar 2026 05:00:00 +0000</pubDate>
<description><![CDATA[<p>Om vind.</p>
<p><a href="https://example.org/stott">Støtt oss</a></p>
]]></description><itunes:duration>900</itunes:duration><link>https://pod.example.org/@bruer/episodes/vind</link>
<itunes:image href="https://pod.example.org/media/podcasts/bruer/vind_feed.jpg"/><itunes:explicit>false</itunes:explicit>
<itunes:episode>7</itunes:episode><podcast:episode>7</podcast:episode><podcast:season>1</podcast:season><itunes:season>1</itunes:season>
<itunes:episodeType>full</itunes:episodeType>
<podcast:socialInteract uri="https://pod.example.org/@bruer/posts/1" priority="1" protocol="activitypub" accountId="@bruer"/>
<podcast:transcript url="https://pod.example.org/media/podcasts/bruer/vind.json" type="application/json" rel="captions" language="nb"/>
<podcast:transcript url="https://pod.example.org/media/podcasts/bruer/vind.srt" type="application/x-subrip" rel="captions" language="nb"/>
<podcast:chapters url="https://pod.example.org/media/podcasts/bruer/vind-chapters.json" type="application/json+chapters"/>
<podcast:soundbite startTime="12.5" duration="30">Om vind</podcast:soundbite>
<podcast:person role="Guest" group="Cast">Kari Nordmann</podcast:person></item>
</channel></rss>"""

PODLOVE = f"""<?xml version="1.0" encoding="UTF-8"?>
<?xml-stylesheet type="text/xsl" media="screen" href="https://example.org/podlove.xsl"?>
<rss version="2.0" {ATOM} {ITUNES} {PSC} {CONTENT} xmlns:fh="http://purl.org/syndication/history/1.0" {PODCAST}>
<channel>
\t<title>Bruer og folk</title>
\t<link>https://example.org</link>
\t<description><![CDATA[Samtaler om å bygge bruer.]]></description>
\t<lastBuildDate>Mon, 02 Mar 2026 05:00:03 +0000</lastBuildDate>
\t<image>
\t\t<url>https://example.org/podlove/image/68747470/0/0/0/bruer-og-folk</url>
\t\t<title>Bruer og folk</title>
\t\t<link>https://example.org</link>
\t</image>
\t<atom:link rel="self" type="application/rss+xml" title="Bruer og folk (mp3)" href="https://example.org/feed/mp3/" />
\t<atom:link rel="alternate" type="application/rss+xml" title="Bruer og folk (m4a)" href="https://example.org/feed/m4a/" />
\t<atom:link rel="next" href="https://example.org/feed/mp3/?paged=2" />
\t<atom:link rel="first" href="https://example.org/feed/mp3/" />
\t<atom:link rel="last" href="https://example.org/feed/mp3/?paged=9" />
\t<language>nb-NO</language>
<atom:contributor><atom:name>Ola Vik</atom:name></atom:contributor>
<podcast:person img="https://www.gravatar.com/avatar/067080ea?s=512&amp;d=mm&amp;r=g">Ola Vik</podcast:person>
\t<generator>Podlove Podcast Publisher v4.1.10</generator>
\t<copyright>Fjordheim kommune</copyright>
\t<itunes:author>Fjordheim kommune</itunes:author>
\t<itunes:type>episodic</itunes:type>
\t<itunes:summary><![CDATA[Samtaler om å bygge bruer.]]></itunes:summary>
<itunes:category text="Technology" />
\t<itunes:owner>
\t\t<itunes:name>Redaksjonen</itunes:name>
\t\t<itunes:email>post@example.org</itunes:email>
\t</itunes:owner>
\t<itunes:image href="https://example.org/wp-content/uploads/Cover-1.png"/>
\t<itunes:subtitle>Fra fjord til fjell</itunes:subtitle>
\t<itunes:block>no</itunes:block>
\t<itunes:explicit>false</itunes:explicit>
\t<podcast:license url="https://creativecommons.org/licenses/by/4.0/">CC BY 4.0</podcast:license>
\t<podcast:funding url="https://example.org/stott">Støtt oss</podcast:funding>
\t<item>
\t\t<title>Vind på brua</title>
\t\t<link>https://example.org/podcast/bf007/</link>
\t\t<pubDate>Mon, 02 Mar 2026 05:00:00 +0000</pubDate>
\t\t<guid isPermaLink="false">podlove-2026-03-01t10:40:56+00:00-2e8b8a1f0c3d4e5</guid>
\t\t<description><![CDATA[Om vind.]]></description>
\t\t<enclosure url="https://example.org/podlove/file/123/s/feed/c/mp3/bf007.mp3" length="87100000" type="audio/mpeg"/>
\t\t<itunes:duration>01:30:44</itunes:duration>
\t\t<itunes:author>Fjordheim kommune</itunes:author>
\t\t<itunes:subtitle>Fra sør</itunes:subtitle>
\t\t<itunes:title>Vind på brua</itunes:title>
\t\t<itunes:episode>7</itunes:episode>
\t\t<itunes:episodeType>full</itunes:episodeType>
\t\t<itunes:summary><![CDATA[Om vind.]]></itunes:summary>
\t\t<itunes:image href="https://example.org/wp-content/uploads/bf007.png"/>
\t\t<content:encoded><![CDATA[<h3>Lenker</h3><ul><li><a href="https://example.org/bru">Brua</a></li></ul>]]></content:encoded>
\t\t<psc:chapters version="1.2" xmlns:psc="http://podlove.org/simple-chapters"><psc:chapter start="00:00:00.000" title="Intro"/><psc:chapter start="00:01:24.060" title="Brua &amp; vinden" href="https://example.org/bru"/></psc:chapters>
\t\t<podcast:transcript url="https://example.org/?p=123&amp;podlove_transcript=webvtt" type="text/vtt" rel="captions"/>
\t\t<podcast:transcript url="https://example.org/?p=123&amp;podlove_transcript=json" type="application/json"/>
\t\t<podcast:chapters url="https://example.org/?p=123&amp;podlove_chapters=json" type="application/json+chapters"/>
\t</item>
</channel>
</rss>"""

BUZZSPROUT = f"""<?xml version="1.0" encoding="UTF-8" ?>
<?xml-stylesheet href="https://feeds.example.org/styles.xsl" type="text/xsl"?>
<rss version="2.0" {ITUNES} {CONTENT} {PODCAST} {ATOM} xmlns:psc="http://podlove.org/simple-chapters">
<channel>
  <atom:link href="https://feeds.example.org/123456.rss" rel="self" type="application/rss+xml" />
  <atom:link href="https://pubsubhubbub.example.org/" rel="hub" xmlns="http://www.w3.org/2005/Atom" />
  <title>Bruer og folk</title>
  <link>https://www.example.org</link>
  <lastBuildDate>Mon, 02 Mar 2026 00:05:00 -0500</lastBuildDate>
  <language>nb</language>
  <copyright>© 2026 Bruer og folk</copyright>
  <podcast:locked>yes</podcast:locked>
    <podcast:guid>917393e3-1b1e-5cef-ace4-edaa54e1f810</podcast:guid>
    <podcast:person role="host" href="https://example.org/ola" img="https://storage.example.org/ola">Ola Vik</podcast:person>
  <itunes:author>Fjordheim kommune</itunes:author>
  <itunes:type>episodic</itunes:type>
  <itunes:explicit>false</itunes:explicit>
  <description><![CDATA[<p>Samtaler om å bygge bruer.</p>]]></description>
  <generator>Buzzsprout (https://www.buzzsprout.com)</generator>
  <itunes:keywords>bru, vind</itunes:keywords>
  <itunes:owner>
    <itunes:name>Redaksjonen</itunes:name>
    <itunes:email>post@example.org</itunes:email>
  </itunes:owner>
  <image>
     <url>https://storage.example.org/variants/abc.jpg</url>
     <title>Bruer og folk</title>
     <link>https://www.example.org</link>
  </image>
  <itunes:image href="https://storage.example.org/variants/abc.jpg" />
  <itunes:category text="Health &amp; Fitness">
    <itunes:category text="Mental Health" />
  </itunes:category>
  <item>
    <itunes:title>Vind på brua</itunes:title>
    <title>Vind på brua</title>
    <itunes:summary><![CDATA[<p>Om vind.</p>]]></itunes:summary>
    <description><![CDATA[<p>Om vind. <b>Og is.</b></p>]]></description>
    <content:encoded><![CDATA[<p>Om vind. <b>Og is.</b></p>]]></content:encoded>
    <itunes:author>Fjordheim kommune</itunes:author>
    <link>https://www.example.org/123456/episodes/7</link>
    <itunes:image href="https://storage.example.org/def.jpg" />
    <enclosure url="https://www.example.org/123456/episodes/7-vind-pa-brua.mp3" length="31000000" type="audio/mpeg" />
    <guid isPermaLink="false">Buzzsprout-1234567</guid>
    <pubDate>Mon, 02 Mar 2026 00:00:00 -0500</pubDate>
    <podcast:transcript url="https://www.example.org/123456/7/transcript" type="text/html" />
    <podcast:transcript url="https://www.example.org/123456/7/transcript.json" type="application/json" />
    <podcast:transcript url="https://www.example.org/123456/7/transcript.srt" type="application/x-subrip" />
    <podcast:transcript url="https://www.example.org/123456/7/transcript.vtt" type="text/vtt" />
    <podcast:soundbite startTime="1012.5" duration="30.0" />
    <podcast:chapters url="https://www.example.org/123456/7/chapters.json" type="application/json" />
    <psc:chapters><psc:chapter start="0:00" title="Velkommen" /><psc:chapter start="1:30" title="Brua" /></psc:chapters>
    <itunes:duration>2583</itunes:duration>
    <itunes:keywords>bru</itunes:keywords>
    <itunes:season>1</itunes:season>
    <itunes:episode>7</itunes:episode>
    <itunes:episodeType>full</itunes:episodeType>
    <itunes:explicit>false</itunes:explicit>
  </item>
</channel>
</rss>"""

LIBSYN = f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" {ATOM} xmlns:cc="http://web.resource.org/cc/" {ITUNES} {MEDIA} {CONTENT} {PODCAST} {GOOGLE} xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
\t<channel>
\t\t<atom:link href="https://feeds.example.org/100001/rss" rel="self" type="application/rss+xml"/>
\t\t<title>Bruer og folk</title>
\t\t<pubDate>Mon, 02 Mar 2026 05:00:00 +0000</pubDate>
\t\t<lastBuildDate>Mon, 02 Mar 2026 05:17:55 +0000</lastBuildDate>
\t\t<generator>Libsyn WebEngine 2.0</generator>
\t\t<link>https://www.example.org</link>
\t\t<language>nb</language>
\t\t<copyright><![CDATA[Fjordheim kommune]]></copyright>
\t\t<docs>https://www.example.org</docs>
\t\t<managingEditor>post@example.org (post@example.org)</managingEditor>
\t\t<itunes:summary><![CDATA[<p>Samtaler om å bygge bruer.</p>]]></itunes:summary>
\t\t<image>
\t\t\t<url>https://static.example.org/p/assets/0/1/cover.jpg</url>
\t\t\t<title>Bruer og folk</title>
\t\t\t<link><![CDATA[https://www.example.org]]></link>
\t\t</image>
\t\t<itunes:author>Fjordheim kommune</itunes:author>
\t\t<itunes:category text="News"><itunes:category text="Politics"/></itunes:category>
\t\t<itunes:image href="https://static.example.org/p/assets/0/1/cover.jpg" />
\t\t<itunes:explicit>false</itunes:explicit>
\t\t<itunes:owner>
\t\t\t<itunes:name><![CDATA[Redaksjonen]]></itunes:name>
\t\t\t<itunes:email>post@example.org</itunes:email>
\t\t</itunes:owner>
\t\t<description><![CDATA[<p>Samtaler om å bygge bruer.</p>]]></description>
\t\t<itunes:type>episodic</itunes:type>
\t\t<podcast:locked owner="post@example.org">no</podcast:locked>
\t\t<podcast:guid>917393e3-1b1e-5cef-ace4-edaa54e1f810</podcast:guid>
\t\t<item>
\t\t\t<title>Vind på brua</title>
\t\t\t<itunes:title>Vind på brua</itunes:title>
\t\t\t<pubDate>Mon, 02 Mar 2026 05:00:00 +0000</pubDate>
\t\t\t<guid isPermaLink="false"><![CDATA[0b3c1a5e-6f2a-4d0c-8a3e-5a1c1f3e9b11]]></guid>
\t\t\t<link><![CDATA[https://www.example.org/vind]]></link>
\t\t\t<itunes:image href="https://static.example.org/p/assets/0/1/vind.jpg" />
\t\t\t<description><![CDATA[<p>Om vind.</p>]]></description>
\t\t\t<content:encoded><![CDATA[<p>Om vind.</p>]]></content:encoded>
\t\t\t<enclosure length="43210000" type="audio/mpeg" url="https://traffic.example.org/secure/bruer/BF007.mp3?dest-id=1234567" />
\t\t\t<itunes:duration>45:00</itunes:duration>
\t\t\t<itunes:explicit>false</itunes:explicit>
\t\t\t<itunes:keywords />
\t\t\t<itunes:subtitle><![CDATA[Om vind.]]></itunes:subtitle>
\t\t\t<itunes:episode>7</itunes:episode>
\t\t\t<itunes:episodeType>full</itunes:episodeType>
\t\t</item>
\t</channel>
</rss>"""

TRANSISTOR = f"""<?xml version="1.0" encoding="UTF-8"?>
<?xml-stylesheet href="/stylesheet.xsl" type="text/xsl"?>
<rss version="2.0" {ATOM} {CONTENT} {ITUNES} {PODCAST}>
  <channel>
    <atom:link rel="self" type="application/rss+xml" href="https://feeds.example.org/bruer" title="MP3 Audio"/>
    <atom:link rel="hub" href="https://pubsubhubbub.example.org/"/>
    <podcast:podping usesPodping="true"/>
    <title>Bruer og folk</title>
    <generator>Transistor (https://transistor.fm)</generator>
    <itunes:new-feed-url>https://feeds.example.org/bruer</itunes:new-feed-url>
    <description>Samtaler om å bygge bruer.</description>
    <copyright>Fjordheim kommune</copyright>
    <podcast:guid>917393e3-1b1e-5cef-ace4-edaa54e1f810</podcast:guid>
    <podcast:locked>yes</podcast:locked>
    <language>nb</language>
    <pubDate>Mon, 02 Mar 2026 06:00:00 +0100</pubDate>
    <lastBuildDate>Mon, 02 Mar 2026 06:00:12 +0100</lastBuildDate>
    <link>https://example.org</link>
    <image><url>https://img.example.org/abc/w:1400/h:1400/cover.jpg</url><title>Bruer og folk</title><link>https://example.org</link></image>
    <itunes:category text="Business"><itunes:category text="Entrepreneurship"/></itunes:category>
    <itunes:category text="Technology"/>
    <itunes:type>episodic</itunes:type>
    <itunes:author>Fjordheim kommune</itunes:author>
    <itunes:image href="https://img.example.org/abc/w:1400/h:1400/cover.jpg"/>
    <itunes:summary>Samtaler om å bygge bruer.</itunes:summary>
    <itunes:subtitle>Samtaler om å bygge bruer.</itunes:subtitle>
    <itunes:keywords></itunes:keywords>
    <itunes:owner><itunes:name>Redaksjonen</itunes:name><itunes:email>post@example.org</itunes:email></itunes:owner>
    <itunes:complete>No</itunes:complete>
    <itunes:explicit>No</itunes:explicit>
    <item>
      <title>Vind på brua</title><itunes:episode>7</itunes:episode><podcast:episode>7</podcast:episode>
      <itunes:title>Vind på brua</itunes:title><itunes:episodeType>full</itunes:episodeType>
      <guid isPermaLink="false">6a9b2f4e-2c1d-4c3e-9a7b-0f1e2d3c4b5a</guid>
      <link>https://share.example.org/s/1a2b3c4d</link>
      <description><![CDATA[<p>Om vind.</p><ul><li><a href="https://example.org">Brua</a></li></ul>]]></description>
      <content:encoded><![CDATA[<p>Om vind.</p>]]></content:encoded>
      <pubDate>Mon, 02 Mar 2026 06:00:00 +0100</pubDate>
      <author>Fjordheim kommune</author>
      <enclosure url="https://media.example.org/1a2b3c4d/5e6f7a8b.mp3" length="25000000" type="audio/mpeg"/>
      <itunes:author>Fjordheim kommune</itunes:author>
      <itunes:image href="https://img.example.org/def/w:1400/h:1400/vind.png"/>
      <itunes:duration>1561</itunes:duration>
      <itunes:summary>Om vind.</itunes:summary><itunes:subtitle>Om vind.</itunes:subtitle><itunes:keywords></itunes:keywords>
      <itunes:explicit>No</itunes:explicit>
      <podcast:transcript url="https://share.example.org/s/1a2b3c4d/transcript.txt" type="text/plain"/>
      <podcast:transcript url="https://share.example.org/s/1a2b3c4d/transcript.srt" type="application/x-subrip" rel="captions"/>
      <podcast:transcript url="https://share.example.org/s/1a2b3c4d/transcription" type="text/html"/>
      <podcast:chapters url="https://share.example.org/s/1a2b3c4d/chapters.json" type="application/json+chapters"/>
      <podcast:person role="Guest" href="https://example.org/kari" img="https://img.example.org/kari.jpg">Kari Nordmann</podcast:person>
    </item>
  </channel>
</rss>"""

ACAST = f"""<?xml version="1.0" encoding="UTF-8"?><?xml-stylesheet type="text/xsl" href="/global/feed/rss.xslt" ?><rss version="2.0" {ITUNES} {PODCAST} {MEDIA} {GOOGLE} {ATOM} xmlns:acast="https://schema.acast.com/1.0/">
    <channel>
\t\t<ttl>60</ttl>
\t\t<generator>acast.com</generator>
\t\t<title>Bruer og folk</title>
\t\t<link>https://shows.example.org/bruer</link>
\t\t<atom:link rel="self" href="https://feeds.example.org/public/shows/bruer" type="application/rss+xml"/>
\t\t<language>nb</language>
\t\t<copyright>Fjordheim kommune</copyright>
\t\t<itunes:keywords/>
\t\t<itunes:author>Fjordheim kommune</itunes:author>
\t\t<itunes:subtitle/>
\t\t<itunes:summary><![CDATA[Samtaler om å bygge bruer.<hr><p style='color:grey; font-size:0.75em;'> Hosted on Acast. See <a style='color:grey;' target='_blank' rel='noopener noreferrer' href='https://acast.com/privacy'>acast.com/privacy</a> for more information.</p>]]></itunes:summary>
\t\t<description><![CDATA[Samtaler om å bygge bruer.<hr><p style='color:grey; font-size:0.75em;'> Hosted on Acast. See <a style='color:grey;' target='_blank' rel='noopener noreferrer' href='https://acast.com/privacy'>acast.com/privacy</a> for more information.</p>]]></description>
\t\t<itunes:explicit>false</itunes:explicit>
\t\t<itunes:owner><itunes:name>Redaksjonen</itunes:name><itunes:email>info+5f1a@mg-eu.example.org</itunes:email></itunes:owner>
\t\t<acast:showId>5f1a</acast:showId><acast:showUrl>bruer</acast:showUrl>
\t\t<acast:signature key="EXAMPLE" algorithm="aes-256-cbc"><![CDATA[abc]]></acast:signature>
\t\t<acast:settings><![CDATA[abc]]></acast:settings><acast:network id="5f" slug="fjord"><![CDATA[Fjord]]></acast:network>
\t\t<acast:importedFeed>https://example.org/gammel.xml</acast:importedFeed>
\t\t<itunes:type>episodic</itunes:type>
\t\t<itunes:image href="https://assets.example.org/shows/5f1a/show-cover.jpg"/>
\t\t<image><url>https://assets.example.org/shows/5f1a/show-cover.jpg</url><link>https://shows.example.org/bruer</link><title>Bruer og folk</title></image>
\t\t<itunes:new-feed-url>https://feeds.example.org/public/shows/bruer</itunes:new-feed-url>
\t\t<itunes:category text="True Crime"/>
\t\t<item>
\t\t\t<title>Vind på brua</title>
\t\t\t<itunes:title>Vind på brua</itunes:title>
\t\t\t<pubDate>Mon, 02 Mar 2026 05:00:00 GMT</pubDate>
\t\t\t<itunes:duration>28:12</itunes:duration>
\t\t\t<enclosure url="https://sphinx.example.org/p/open/s/5f1a/e/65e2/media.mp3" length="27072000" type="audio/mpeg"/>
\t\t\t<guid isPermaLink="false">65e2</guid>
\t\t\t<itunes:explicit>false</itunes:explicit>
\t\t\t<link>https://shows.example.org/bruer/episodes/vind</link>
\t\t\t<acast:episodeId>65e2</acast:episodeId><acast:showId>5f1a</acast:showId><acast:episodeUrl>vind</acast:episodeUrl><acast:settings><![CDATA[abc]]></acast:settings>
\t\t\t<itunes:episodeType>full</itunes:episodeType><itunes:season>1</itunes:season><itunes:episode>7</itunes:episode>
\t\t\t<itunes:image href="https://assets.example.org/shows/5f1a/65e2.jpeg"/>
\t\t\t<description><![CDATA[<p>Om vind.</p><br><hr><p style='color:grey; font-size:0.75em;'> Hosted on Acast. See <a href='https://acast.com/privacy'>acast.com/privacy</a> for more information.</p>]]></description>
\t\t\t<itunes:summary><![CDATA[<p>Om vind.</p>]]></itunes:summary>
\t\t</item>
\t\t<itunes:category text="Society &amp; Culture"><itunes:category text="Documentary"/></itunes:category>
    </channel>
</rss>"""

ANCHOR = f"""<?xml version="1.0" encoding="UTF-8"?><rss {DC} {CONTENT} {ATOM} version="2.0" xmlns:anchor="https://anchor.fm/xmlns" {PODCAST} {ITUNES} {PSC}>
\t<channel>
\t\t<title><![CDATA[Bruer og folk]]></title>
\t\t<description><![CDATA[Samtaler om å bygge bruer.]]></description>
\t\t<link>https://example.org</link>
\t\t<image>
\t\t\t<url>https://d3t3ozftmdmh3i.example.org/staging/podcast_uploaded_nologo/123/123-1700000000000-abc.jpg</url>
\t\t\t<title>Bruer og folk</title>
\t\t\t<link>https://example.org</link>
\t\t</image>
\t\t<generator>Anchor Podcasts</generator>
\t\t<lastBuildDate>Mon, 02 Mar 2026 08:21:07 GMT</lastBuildDate>
\t\t<atom:link href="https://anchor.example.org/s/1a2b3c/podcast/rss" rel="self" type="application/rss+xml"/>
\t\t<author><![CDATA[Fjordheim kommune]]></author>
\t\t<copyright><![CDATA[Fjordheim kommune]]></copyright>
\t\t<language><![CDATA[nb]]></language>
\t\t<atom:link rel="hub" href="https://pubsubhubbub.example.org/"/>
\t\t<itunes:author>Fjordheim kommune</itunes:author>
\t\t<itunes:summary>Samtaler om å bygge bruer.</itunes:summary>
\t\t<itunes:type>episodic</itunes:type>
\t\t<itunes:owner>
\t\t\t<itunes:name>Fjordheim kommune</itunes:name>
\t\t\t<itunes:email>podcasts1+1a2b3c@anchor.example.org</itunes:email>
\t\t</itunes:owner>
\t\t<itunes:explicit>false</itunes:explicit>
\t\t<itunes:category text="Education"/>
\t\t<itunes:image href="https://d3t3ozftmdmh3i.example.org/staging/podcast_uploaded_nologo/123/123-1700000000000-abc.jpg"/>
\t\t<podcast:guid>917393e3-1b1e-5cef-ace4-edaa54e1f810</podcast:guid>
\t\t<item>
\t\t\t<title><![CDATA[Vind på brua]]></title>
\t\t\t<description><![CDATA[<p>Om vind.</p>
]]></description>
\t\t\t<link>https://podcasters.example.org/pod/show/bruer/episodes/Vind-p-brua-e1a2b3</link>
\t\t\t<guid isPermaLink="false">3fa85f64-5717-4562-b3fc-2c963f66afa6</guid>
\t\t\t<dc:creator><![CDATA[Fjordheim kommune]]></dc:creator>
\t\t\t<pubDate>Mon, 02 Mar 2026 05:00:00 GMT</pubDate>
\t\t\t<enclosure url="https://anchor.example.org/s/1a2b3c/podcast/play/8080808/https%3A%2F%2Fd3ctxlq1ktw2nl.example.net%2Fstaging%2F2026-2-2%2F36a-44100-2-b1.mp3" length="34567890" type="audio/mpeg"/>
\t\t\t<itunes:summary>&lt;p&gt;Om vind.&lt;/p&gt;
</itunes:summary>
\t\t\t<itunes:explicit>false</itunes:explicit>
\t\t\t<itunes:duration>00:36:00</itunes:duration>
\t\t\t<itunes:image href="https://d3t3ozftmdmh3i.example.org/staging/podcast_uploaded_episode/123/def.jpg"/>
\t\t\t<itunes:season>1</itunes:season>
\t\t\t<itunes:episode>7</itunes:episode>
\t\t\t<itunes:episodeType>full</itunes:episodeType>
\t\t</item>
\t</channel>
</rss>"""

POWERPRESS = f"""<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"
\t{CONTENT}
\txmlns:wfw="http://wellformedweb.org/CommentAPI/"
\t{DC}
\t{ATOM}
\txmlns:sy="http://purl.org/rss/1.0/modules/syndication/"
\txmlns:slash="http://purl.org/rss/1.0/modules/slash/"
\t{ITUNES}
\t{PODCAST}
\txmlns:rawvoice="https://blubrry.com/developer/rawvoice-rss/"
\t{GOOGLE}
\t>

<channel>
\t<title>Bruer og folk</title>
\t<atom:link href="https://example.org/feed/podcast/" rel="self" type="application/rss+xml" />
\t<link>https://example.org</link>
\t<description>Samtaler om å bygge bruer.</description>
\t<lastBuildDate>Mon, 02 Mar 2026 05:10:11 +0000</lastBuildDate>
\t<language>nb-NO</language>
\t<sy:updatePeriod>
\thourly\t</sy:updatePeriod>
\t<sy:updateFrequency>
\t1\t</sy:updateFrequency>
\t<generator>https://wordpress.org/?v=6.4.3</generator>
<site xmlns="com-wordpress:feed-additions:1">12345678</site>\t<itunes:summary>Samtaler om å bygge bruer.</itunes:summary>
\t<itunes:author>Fjordheim kommune</itunes:author>
\t<itunes:explicit>false</itunes:explicit>
\t<itunes:image href="https://example.org/wp-content/uploads/powerpress/cover.jpg" />
\t<itunes:type>episodic</itunes:type>
\t<itunes:owner>
\t\t<itunes:name>Redaksjonen</itunes:name>
\t\t<itunes:email>post@example.org</itunes:email>
\t</itunes:owner>
\t<copyright>Fjordheim kommune</copyright>
\t<podcast:license>Fjordheim kommune</podcast:license>
\t<podcast:medium>podcast</podcast:medium>
\t<image>
\t\t<title>Bruer og folk</title>
\t\t<url>https://example.org/wp-content/uploads/powerpress/cover.jpg</url>
\t\t<link>https://example.org</link>
\t</image>
\t<itunes:category text="Society &amp; Culture">
\t\t<itunes:category text="Documentary" />
\t</itunes:category>
\t<rawvoice:frequency>Weekly</rawvoice:frequency>
\t<podcast:locked owner="post@example.org">yes</podcast:locked>
\t<podcast:guid>917393e3-1b1e-5cef-ace4-edaa54e1f810</podcast:guid>
\t<item>
\t\t<title>Vind på brua &#8211; og under den</title>
\t\t<link>https://example.org/vind/</link>
\t\t\t\t\t<comments>https://example.org/vind/#respond</comments>
\t\t<pubDate>Mon, 02 Mar 2026 05:00:00 +0000</pubDate>
\t\t<dc:creator><![CDATA[redaksjonen]]></dc:creator>
\t\t<guid isPermaLink="false">https://example.org/?p=608</guid>
\t\t<category><![CDATA[Bruer]]></category>
\t\t<description><![CDATA[Om vind. [&#8230;]]]></description>
\t\t<content:encoded><![CDATA[<p>Om vind.</p>
<figure class="wp-block-image"><img loading="lazy" decoding="async" width="1024" height="683" src="https://example.org/wp-content/uploads/bru-1024x683.jpg" alt="" class="wp-image-609" srcset="https://example.org/a.jpg 1024w"/></figure>
]]></content:encoded>
\t\t<wfw:commentRss>https://example.org/vind/feed/</wfw:commentRss>
\t\t<slash:comments>0</slash:comments>
\t\t<enclosure url="https://media.example.org/bruer/content.example.org/bruer/vind.mp3" length="30000000" type="audio/mpeg" />
\t\t<itunes:subtitle>Om vind.</itunes:subtitle>
\t\t<itunes:summary><![CDATA[Om vind.]]></itunes:summary>
\t\t<itunes:author>Fjordheim kommune</itunes:author>
\t\t<itunes:image href="https://example.org/wp-content/uploads/vind.png" />
\t\t<itunes:season>1</itunes:season>
\t\t<itunes:episode>7</itunes:episode>
\t\t<podcast:episode display="Sju">7</podcast:episode>
\t\t<itunes:title>Vind på brua</itunes:title>
\t\t<itunes:episodeType>full</itunes:episodeType>
\t\t<itunes:explicit>false</itunes:explicit>
\t\t<podcast:transcript url="https://example.org/wp-content/uploads/vind.vtt" type="text/vtt" />
\t\t<podcast:chapters url="https://example.org/wp-content/uploads/vind.json" type="application/json+chapters" />
\t\t<itunes:duration>31:15</itunes:duration>
<post-id xmlns="com-wordpress:feed-additions:1">608</post-id>\t</item>
</channel>
</rss>"""

SPREAKER = f"""<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" {ATOM} {ITUNES} {MEDIA} {GOOGLE} {SPOTIFY} {PODCAST}>
  <channel>
    <title>Bruer og folk</title>
    <link>https://www.example.org/show/bruer</link>
    <description><![CDATA[Samtaler om å bygge bruer.]]></description>
    <atom:link href="https://www.example.org/show/1234567/episodes/feed" rel="self" type="application/rss+xml"/>
    <podcast:guid>917393e3-1b1e-5cef-ace4-edaa54e1f810</podcast:guid>
    <language>no</language>
    <category>Society &amp; Culture</category>
    <copyright>Copyright Fjordheim kommune</copyright>
    <image><url>https://img.example.org/images.spreaker.com/original/abc.jpg</url><title>Bruer og folk</title><link>https://www.example.org/show/bruer</link></image>
    <lastBuildDate>Mon, 02 Mar 2026 05:00:04 +0000</lastBuildDate>
    <itunes:author>Fjordheim kommune</itunes:author>
    <itunes:owner><itunes:name>Redaksjonen</itunes:name><itunes:email>post@example.org</itunes:email></itunes:owner>
    <itunes:image href="https://img.example.org/images.spreaker.com/original/abc.jpg"/>
    <itunes:subtitle>Samtaler</itunes:subtitle>
    <itunes:summary><![CDATA[Samtaler om å bygge bruer.]]></itunes:summary>
    <itunes:category text="Society &amp; Culture"/>
    <itunes:keywords>bru,vind</itunes:keywords>
    <itunes:explicit>false</itunes:explicit>
    <itunes:type>episodic</itunes:type>
    <podcast:locked>yes</podcast:locked>
    <spotify:countryOfOrigin>no</spotify:countryOfOrigin>
    <item>
      <title>Vind på brua</title>
      <link>https://www.example.org/episode/vind--58000000</link>
      <description><![CDATA[Om vind.<br/><br/>Become a supporter of this podcast: <a href="https://www.example.org/podcast/bruer--1/support">link</a>.]]></description>
      <guid isPermaLink="false">https://api.example.org/episode/58000000</guid>
      <pubDate>Mon, 02 Mar 2026 05:00:03 +0000</pubDate>
      <enclosure url="https://api.example.org/download/episode/58000000/vind.mp3" length="28800000" type="audio/mpeg"/>
      <podcast:transcript url="https://transcription.example.org/58000000/transcript.srt" type="application/srt"/>
      <itunes:author>Fjordheim kommune</itunes:author>
      <itunes:subtitle>Om vind.</itunes:subtitle>
      <itunes:summary><![CDATA[Om vind.]]></itunes:summary>
      <itunes:duration>1800</itunes:duration>
      <itunes:keywords>bru</itunes:keywords>
      <itunes:explicit>false</itunes:explicit>
      <itunes:image href="https://img.example.org/images.spreaker.com/original/def.jpg"/>
      <itunes:episodeType>full</itunes:episodeType>
    </item>
  </channel>
</rss>"""

PODBEAN = f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0"
     {CONTENT}
     xmlns:wfw="http://wellformedweb.org/CommentAPI/"
     {DC}
     {ATOM}
     {ITUNES}
     {GOOGLE}
     {SPOTIFY}
     {PODCAST}
     {MEDIA}>

<channel>
    <title>Bruer og folk</title>
    <atom:link href="https://feed.example.org/bruer/feed.xml" rel="self" type="application/rss+xml"/>
    <link>https://bruer.example.org</link>
    <description>Samtaler om å bygge bruer.</description>
    <pubDate>Mon, 02 Mar 2026 05:00:00 +0000</pubDate>
    <generator>https://podbean.com/?v=5.5</generator>
    <language>nb</language>
    <spotify:countryOfOrigin>no</spotify:countryOfOrigin>
    <copyright>Copyright 2026 All rights reserved.</copyright>
    <category>Education</category>
    <ttl>1440</ttl>
    <itunes:type>episodic</itunes:type>
          <itunes:summary></itunes:summary>
        <itunes:author>Fjordheim kommune</itunes:author>
\t<itunes:category text="Education" />
    <itunes:owner>
        <itunes:name>Redaksjonen</itunes:name>
            <itunes:email>post@example.org</itunes:email>
    </itunes:owner>
    \t<itunes:block>No</itunes:block>
\t<itunes:explicit>false</itunes:explicit>
\t<itunes:new-feed-url>https://feed.example.org/bruer/feed.xml</itunes:new-feed-url>
    <itunes:image href="https://pbcdn1.example.org/imglogo/image-logo/1/cover.jpg" />
    <image>
        <url>https://pbcdn1.example.org/imglogo/image-logo/1/cover_200.jpg</url>
        <title>Bruer og folk</title>
        <link>https://bruer.example.org</link>
        <width>144</width>
        <height>144</height>
    </image>
    <podcast:locked>no</podcast:locked>
    <podcast:guid>917393e3-1b1e-5cef-ace4-edaa54e1f810</podcast:guid>
    <item>
        <title>Vind på brua</title>
        <itunes:title>Vind på brua</itunes:title>
        <link>https://bruer.example.org/e/vind/</link>
                    <comments>https://bruer.example.org/e/vind/#comments</comments>        <pubDate>Mon, 02 Mar 2026 05:00:00 +0000</pubDate>
        <guid isPermaLink="false">bruer.podbean.example.org/1c2d3e4f-0000-3333-aaaa-123456789abc</guid>
                                    <description><![CDATA[<p>Om vind.</p>]]></description>
                                                            <content:encoded><![CDATA[<p>Om vind.</p>]]></content:encoded>
        <enclosure url="https://mcdn.example.org/mf/web/abcdef/vind7abcd.mp3" length="28800000" type="audio/mpeg"/>
        <itunes:summary><![CDATA[Om vind.]]></itunes:summary>
        <itunes:author>Fjordheim kommune</itunes:author>
        <itunes:explicit>false</itunes:explicit>
        <itunes:block>No</itunes:block>
        <itunes:duration>1800</itunes:duration>
                <itunes:episode>7</itunes:episode>
        <itunes:episodeType>full</itunes:episodeType>
        <itunes:image href="https://pbcdn1.example.org/imglogo/ep-logo/1/vind.jpg" />    </item>
</channel>
</rss>"""

RSS_COM = f"""<?xml version="1.0" encoding="UTF-8"?>
<?xml-stylesheet href="https://media.example.org/style.xsl" type="text/xsl"?>
<rss version="2.0" {ITUNES} {ATOM} {PODCAST} {CONTENT}>
<channel>
<title><![CDATA[Bruer og folk]]></title>
<link>https://example.org/podcasts/bruer</link>
<atom:link href="https://media.example.org/bruer/feed.xml" rel="self" type="application/rss+xml"/>
<atom:link rel="hub" href="https://pubsubhubbub.example.org/"/>
<description><![CDATA[<p>Samtaler om å bygge bruer.</p>]]></description>
<generator>RSS.com 2026.302.1</generator>
<lastBuildDate>Mon, 02 Mar 2026 05:00:01 GMT</lastBuildDate>
<language>nb</language>
<copyright><![CDATA[Fjordheim kommune]]></copyright>
<itunes:image href="https://media.example.org/bruer/podcast_cover.png"/>
<podcast:guid>917393e3-1b1e-5cef-ace4-edaa54e1f810</podcast:guid>
<image><url>https://media.example.org/bruer/podcast_cover.png</url><title>Bruer og folk</title><link>https://example.org/podcasts/bruer</link></image>
<podcast:locked>yes</podcast:locked>
<podcast:license>Fjordheim-lisensen</podcast:license>
<itunes:author>Fjordheim kommune</itunes:author>
<itunes:owner><itunes:name>Redaksjonen</itunes:name></itunes:owner>
<itunes:explicit>false</itunes:explicit>
<itunes:type>episodic</itunes:type>
<itunes:category text="Government"/>
<podcast:txt purpose="applepodcastsverify">a1b2c3d4-0000-11ee-be56-0242ac120002</podcast:txt>
<podcast:location geo="geo:59.91,10.75" osm="R406091">Oslo</podcast:location>
<podcast:medium>podcast</podcast:medium>
<item>
<title><![CDATA[Vind på brua]]></title>
<itunes:title><![CDATA[Vind på brua]]></itunes:title>
<description><![CDATA[<p>Om vind.</p>]]></description>
<link>https://example.org/podcasts/bruer/1234567</link>
<enclosure url="https://content.example.org/episodes/10/1234567/bruer/2026_03_02_05_00_00_abc.mp3" length="28800000" type="audio/mpeg"/>
<guid isPermaLink="false">a0b1c2d3-0000-4444-8888-121212121212</guid>
<itunes:duration>1800</itunes:duration>
<itunes:episodeType>full</itunes:episodeType><itunes:season>1</itunes:season><podcast:season>1</podcast:season><itunes:episode>7</itunes:episode><podcast:episode>7</podcast:episode>
<itunes:explicit>false</itunes:explicit>
<pubDate>Mon, 02 Mar 2026 05:00:00 GMT</pubDate>
<itunes:image href="https://media.example.org/bruer/ep_cover_7.png"/>
<podcast:transcript url="https://transcripts.example.org/10/1234567/transcript" type="text/vtt"/>
<podcast:soundbite startTime="10.0" duration="60.0"/>
</item>
</channel>
</rss>"""

OMNY = f"""<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:omny="https://omny.fm/rss-extensions" {SPOTIFY} {ITUNES} {CONTENT} {ATOM} {MEDIA} {GOOGLE} xmlns:acast="https://schema.acast.com/1.0/" {PODCAST}>
  <channel>
    <title>Bruer og folk</title>
    <link>https://example.org</link>
    <atom:link href="https://www.omnycontent.example.org/d/playlist/a/b/c/podcast.rss" rel="self" type="application/rss+xml"/>
    <omny:playlistId>5f0e</omny:playlistId><omny:clipId>x</omny:clipId>
    <description>Samtaler om å bygge bruer.</description>
    <itunes:type>episodic</itunes:type>
    <itunes:summary>Samtaler om å bygge bruer.</itunes:summary>
    <itunes:owner><itunes:name>Redaksjonen</itunes:name><itunes:email>post@example.org</itunes:email></itunes:owner>
    <itunes:author>Fjordheim kommune</itunes:author>
    <copyright>2026 Fjordheim kommune</copyright>
    <itunes:explicit>no</itunes:explicit>
    <itunes:category text="News"><itunes:category text="Daily News"/></itunes:category>
    <itunes:image href="https://www.omnycontent.example.org/d/playlist/a/b/c/image.jpg?t=1700000000&amp;size=Large"/>
    <image><url>https://www.omnycontent.example.org/d/playlist/a/b/c/image.jpg?t=1700000000&amp;size=Large</url><title>Bruer og folk</title><link>https://example.org</link></image>
    <language>nb</language>
    <item>
      <title>Vind på brua</title><itunes:title>Vind på brua</itunes:title>
      <description><![CDATA[<p>Om vind.</p><p>See <a href="https://omnystudio.com/listener">omnystudio.com/listener</a> for privacy information.</p>]]></description>
      <content:encoded><![CDATA[<p>Om vind.</p>]]></content:encoded>
      <itunes:episodeType>full</itunes:episodeType><itunes:author>Fjordheim kommune</itunes:author>
      <itunes:image href="https://www.omnycontent.example.org/d/clips/a/b/c/image.jpg?t=1700000000&amp;size=Large"/>
      <media:content url="https://traffic.omny.example.org/d/clips/a/b/c/audio.mp3?utm_source=Podcast&amp;in_playlist=d" type="audio/mpeg"><media:player url="https://omny.example.org/shows/bruer/vind/embed"/></media:content>
      <media:content url="https://www.omnycontent.example.org/d/clips/a/b/c/image.jpg?t=1700000000&amp;size=Large" type="image/jpeg"/>
      <guid isPermaLink="false">7b1e2a3c-1111-4222-9333-b12345678901</guid><omny:clipId>7b1e</omny:clipId>
      <pubDate>Mon, 02 Mar 2026 05:00:00 +0000</pubDate><itunes:duration>1800</itunes:duration>
      <enclosure url="https://traffic.omny.example.org/d/clips/a/b/c/audio.mp3?utm_source=Podcast&amp;in_playlist=d" length="28812345" type="audio/mpeg"/>
      <link>https://omny.example.org/shows/bruer/vind</link>
      <podcast:transcript url="https://api.omny.example.org/a/clips/c/transcript?format=SubRip&amp;t=17" type="application/srt" language="nb"/>
      <podcast:transcript url="https://api.omny.example.org/a/clips/c/transcript?format=WebVTT&amp;t=17" type="text/vtt" language="nb"/>
      <podcast:transcript url="https://api.omny.example.org/a/clips/c/transcript?format=TextWithTimestamps&amp;t=17" type="text/plain" language="nb"/>
    </item>
  </channel>
</rss>"""

SIMPLECAST = f"""<?xml version="1.0" encoding="UTF-8"?>
<rss {ATOM} {CONTENT} {GOOGLE} {ITUNES} {MEDIA} {PODCAST} version="2.0">
  <channel>
    <atom:link href="https://feeds.example.org/Abc12345" rel="self" title="MP3 Audio" type="application/atom+xml"/>
    <atom:link href="https://simplecast.superfeedr.example.org" rel="hub" xmlns="http://www.w3.org/2005/Atom"/>
    <generator>https://simplecast.com</generator>
    <title>Bruer og folk</title>
    <description>Samtaler om å bygge bruer.</description>
    <copyright>Fjordheim kommune</copyright>
    <language>nb</language>
    <pubDate>Mon, 2 Mar 2026 05:00:00 +0000</pubDate>
    <lastBuildDate>Mon, 2 Mar 2026 05:00:23 +0000</lastBuildDate>
    <image>
      <link>https://example.org</link>
      <title>Bruer og folk</title>
      <url>https://image.example.org/images/1/2/3000x3000/cover.jpg?aid=rss_feed</url>
    </image>
    <link>https://example.org</link>
    <itunes:type>episodic</itunes:type>
    <itunes:summary>Samtaler om å bygge bruer.</itunes:summary>
    <itunes:author>Fjordheim kommune</itunes:author>
    <itunes:explicit>false</itunes:explicit>
    <itunes:image href="https://image.example.org/images/1/2/3000x3000/cover.jpg?aid=rss_feed"/>
    <itunes:new-feed-url>https://feeds.example.org/Abc12345</itunes:new-feed-url>
    <itunes:keywords>bru, vind</itunes:keywords>
    <itunes:owner>
      <itunes:name>Redaksjonen</itunes:name>
      <itunes:email>post@example.org</itunes:email>
    </itunes:owner>
    <itunes:category text="Arts">
      <itunes:category text="Design"/>
    </itunes:category>
    <item>
      <guid isPermaLink="false">d1c2b3a4-5555-4666-8777-888899990000</guid>
      <title>Vind på brua</title>
      <description><![CDATA[<p>Om vind.</p>
]]></description>
      <pubDate>Mon, 2 Mar 2026 05:00:00 +0000</pubDate>
      <author>post@example.org (Fjordheim kommune)</author>
      <link>https://bruer.example.org/episodes/vind-AbCdEf</link>
      <media:thumbnail height="720" url="https://image.example.org/images/1/2/vind.jpg" width="1280"/>
      <content:encoded><![CDATA[<p>Om vind.</p>
]]></content:encoded>
      <enclosure length="28812345" type="audio/mpeg" url="https://pdst.example.net/e/cdn.example.org/audio/1/episodes/2/audio/3/default_tc.mp3?aid=rss_feed&amp;feed=Abc12345"/>
      <itunes:title>Vind på brua</itunes:title>
      <itunes:author>Fjordheim kommune</itunes:author>
      <itunes:duration>00:30:00</itunes:duration>
      <itunes:summary>Om vind.</itunes:summary>
      <itunes:subtitle>Om vind.</itunes:subtitle>
      <itunes:keywords>bru</itunes:keywords>
      <itunes:explicit>false</itunes:explicit>
      <itunes:episodeType>full</itunes:episodeType>
      <itunes:episode>7</itunes:episode>
    </item>
  </channel>
</rss>"""

MEGAPHONE = f"""<?xml version="1.0" encoding="UTF-8"?>
<rss {ITUNES} version="2.0" {GOOGLE} {ATOM} {MEDIA} {CONTENT}>
  <channel>
    <atom:link href="https://feeds.example.org/bruer" rel="self" type="application/rss+xml"/>
    <title>Bruer og folk</title>
    <link>https://example.org</link>
    <language>nb</language>
    <copyright>Fjordheim kommune</copyright>
    <description>Samtaler om å bygge bruer.</description>
    <image>
      <url>https://megaphone.imgix.example.net/podcasts/a-b-c/image/cover.jpg?ixlib=rails-4.3.1&amp;max-w=3000&amp;max-h=3000&amp;fit=crop&amp;auto=format,compress</url>
      <title>Bruer og folk</title>
      <link>https://example.org</link>
    </image>
    <itunes:explicit>no</itunes:explicit>
    <itunes:type>episodic</itunes:type>
    <itunes:subtitle></itunes:subtitle>
    <itunes:author>Fjordheim kommune</itunes:author>
    <itunes:summary>Samtaler om å bygge bruer.</itunes:summary>
    <content:encoded>
      <![CDATA[<p>Samtaler om å bygge bruer.</p>]]>
    </content:encoded>
    <itunes:owner>
      <itunes:name>Redaksjonen</itunes:name>
      <itunes:email>post@example.org</itunes:email>
    </itunes:owner>
    <itunes:image href="https://megaphone.imgix.example.net/podcasts/a-b-c/image/cover.jpg?ixlib=rails-4.3.1&amp;max-w=3000&amp;max-h=3000&amp;fit=crop&amp;auto=format,compress"/>
    <itunes:category text="Business">
      <itunes:category text="Management"/>
    </itunes:category>
    <item>
      <title>Vind på brua</title>
      <link>https://example.org/vind</link>
      <description>Om vind.
Learn more about your ad choices. Visit megaphone.fm/adchoices</description>
      <pubDate>Mon, 02 Mar 2026 05:00:00 -0000</pubDate>
      <itunes:title>Vind på brua</itunes:title>
      <itunes:episodeType>full</itunes:episodeType>
      <itunes:episode>7</itunes:episode>
      <itunes:author>Fjordheim kommune</itunes:author>
      <itunes:image href="https://megaphone.imgix.example.net/podcasts/d-e-f/image/vind.png?ixlib=rails-4.3.1&amp;max-w=3000"/>
      <itunes:subtitle></itunes:subtitle>
      <itunes:summary>Om vind.</itunes:summary>
      <content:encoded>
        <![CDATA[<p>Om vind.</p><p> </p><p>Learn more about your ad choices. Visit <a href="https://megaphone.fm/adchoices">megaphone.fm/adchoices</a></p>]]>
      </content:encoded>
      <itunes:duration>1800</itunes:duration>
      <itunes:explicit>no</itunes:explicit>
      <guid isPermaLink="false"><![CDATA[4f5a6b7c-1234-11ee-b2aa-7f1f2a3b4c5d]]></guid>
      <enclosure url="https://www.podtrac.example.net/pts/redirect.mp3/traffic.example.org/FJO1234567890.mp3?updated=1700000000" length="0" type="audio/mpeg"/>
    </item>
  </channel>
</rss>"""

CAPTIVATE = f"""<?xml version="1.0" encoding="UTF-8"?><?xml-stylesheet href="https://feeds.example.org/style.xsl" type="text/xsl"?><rss {DC} {CONTENT} {ATOM} version="2.0" {GOOGLE} {ITUNES} {PODCAST}>
    <channel>
        <atom:link href="https://feeds.example.org/bruer/" rel="self" type="application/rss+xml"/>
        <title><![CDATA[Bruer og folk]]></title>
        <podcast:guid>917393e3-1b1e-5cef-ace4-edaa54e1f810</podcast:guid>
        <lastBuildDate>Mon, 02 Mar 2026 05:00:06 +0000</lastBuildDate>
        <generator>Captivate.fm</generator>
        <language><![CDATA[nb]]></language>
        <copyright><![CDATA[Fjordheim kommune]]></copyright>
        <managingEditor>Redaksjonen</managingEditor>
        <itunes:summary><![CDATA[Samtaler om å bygge bruer.]]></itunes:summary>
        <image>
            <url>https://artwork.example.org/1-2-3/cover.jpg</url>
            <title>Bruer og folk</title>
            <link><![CDATA[https://example.org]]></link>
        </image>
        <itunes:image href="https://artwork.example.org/1-2-3/cover.jpg"/>
        <itunes:owner>
            <itunes:name>Redaksjonen</itunes:name>
            <itunes:email>post@example.org</itunes:email>
        </itunes:owner>
        <itunes:author>Fjordheim kommune</itunes:author>
        <description>Samtaler om å bygge bruer.</description>
        <link>https://example.org</link>
        <atom:link href="https://pubsubhubbub.example.org" rel="hub"/>
        <itunes:subtitle><![CDATA[Samtaler]]></itunes:subtitle>
        <itunes:explicit>false</itunes:explicit>
        <itunes:type>episodic</itunes:type>
        <itunes:category text="Business"></itunes:category>
        <itunes:category text="Business">
            <itunes:category text="Careers"/>
        </itunes:category>
        <podcast:locked>no</podcast:locked>
        <podcast:medium>podcast</podcast:medium>
        <itunes:new-feed-url>https://feeds.example.org/bruer/</itunes:new-feed-url>
        <item>
            <title>Vind på brua</title>
            <itunes:title>Vind på brua</itunes:title>
            <description><![CDATA[<p>Om vind.</p>]]></description>
            <content:encoded><![CDATA[<p>Om vind.</p>]]></content:encoded>
            <link><![CDATA[https://bruer.example.org/episode/vind]]></link>
            <guid isPermaLink="false">0f0e0d0c-0b0a-4999-8888-777766665555</guid>
            <itunes:image href="https://artwork.example.org/4-5-6/vind.jpg"/>
            <dc:creator><![CDATA[Fjordheim kommune]]></dc:creator>
            <pubDate>Mon, 02 Mar 2026 05:00:00 +0000</pubDate>
            <enclosure url="https://podcasts.example.org/media/9-8-7/vind.mp3" length="28812345" type="audio/mpeg"/>
            <itunes:duration>30:00</itunes:duration>
            <itunes:explicit>false</itunes:explicit>
            <itunes:episodeType>full</itunes:episodeType>
            <itunes:season>1</itunes:season>
            <itunes:episode>7</itunes:episode>
            <podcast:episode>7</podcast:episode>
            <podcast:season>1</podcast:season>
            <itunes:author>Fjordheim kommune</itunes:author>
            <podcast:transcript url="https://transcripts.example.org/transcript/1/index.html" type="text/html"/>
            <podcast:transcript url="https://transcripts.example.org/transcript/1.srt" type="application/srt" rel="captions"/>
            <podcast:chapters url="https://podcasts.example.org/chapters/1.json" type="application/json"/>
            <podcast:person role="host" group="cast">Ola Vik</podcast:person>
            <podcast:alternateEnclosure type="video/youtube" title="Vind på brua"><podcast:source uri="https://youtu.be/abc"/></podcast:alternateEnclosure>
        </item>
    </channel>
</rss>"""

SOUNDCLOUD = f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" {ITUNES} {ATOM}>
  <channel>
    <atom:link href="https://feeds.example.org/users/soundcloud:users:1234/sounds.rss" rel="self" type="application/rss+xml"/>
    <atom:link href="https://feeds.example.org/users/soundcloud:users:1234/sounds.rss?before=99" rel="next" type="application/rss+xml"/>
    <title>Bruer og folk</title>
    <link>https://example.org</link>
    <pubDate>Mon, 02 Mar 2026 05:00:00 +0000</pubDate>
    <lastBuildDate>Mon, 02 Mar 2026 05:00:00 +0000</lastBuildDate>
    <ttl>60</ttl>
    <language>nb</language>
    <copyright>All rights reserved</copyright>
    <webMaster>feeds@example.org (SoundCloud Feeds)</webMaster>
    <description>Samtaler om å bygge bruer.</description>
    <itunes:subtitle>Samtaler om å bygge bruer.</itunes:subtitle>
    <itunes:owner>
      <itunes:name>Redaksjonen</itunes:name>
      <itunes:email>post@example.org</itunes:email>
    </itunes:owner>
    <itunes:author>Fjordheim kommune</itunes:author>
    <itunes:explicit>no</itunes:explicit>
    <itunes:image href="https://i1.example.org/avatars-000-original.jpg"/>
    <image>
      <url>https://i1.example.org/avatars-000-original.jpg</url>
      <title>Bruer og folk</title>
      <link>https://example.org</link>
    </image>
    <itunes:category text="Music"/>
    <item>
      <guid isPermaLink="false">tag:soundcloud,2010:tracks/1234567890</guid>
      <title>Vind på brua</title>
      <pubDate>Mon, 02 Mar 2026 05:00:00 +0000</pubDate>
      <link>https://soundcloud.example.org/bruer/vind</link>
      <itunes:duration>00:30:00</itunes:duration>
      <itunes:author>Fjordheim kommune</itunes:author>
      <itunes:explicit>no</itunes:explicit>
      <itunes:summary>Om vind.</itunes:summary>
      <itunes:subtitle>Om vind.</itunes:subtitle>
      <description>Om vind.</description>
      <enclosure type="audio/mpeg" url="https://feeds.example.org/stream/1234567890-bruer-vind.mp3" length="28812345"/>
      <itunes:image href="https://i1.example.org/artworks-000-t3000x3000.jpg"/>
    </item>
  </channel>
</rss>"""

SHAPES: tuple[tuple[str, set[str], str], ...] = (
    ("Castopod", set(), CASTOPOD),
    ("Podlove", {"apple-duration-seconds", "podcast-guid-missing", "podcast-locked-missing", "psp-recommended"}, PODLOVE),
    ("Buzzsprout", {"apple-keywords", "psp-copyright"}, BUZZSPROUT),
    ("Libsyn", {"apple-duration-seconds", "psp-recommended"}, LIBSYN),
    ("Transistor", {"apple-explicit-old"}, TRANSISTOR),
    ("Acast", {"apple-duration-seconds", "apple-html", "podcast-guid-missing", "podcast-locked-missing", "psp-namespace-content", "psp-recommended", "rss-order"}, ACAST),
    ("Anchor", {"apple-duration-seconds", "podcast-locked-missing", "psp-recommended"}, ANCHOR),
    ("WordPress with PowerPress", {"apple-duration-seconds", "podcast-license-url"}, POWERPRESS),
    ("Spreaker", {"apple-keywords", "podcast-transcript-srt", "psp-copyright", "psp-namespace-content"}, SPREAKER),
    ("Podbean", {"psp-copyright", "psp-recommended"}, PODBEAN),
    ("RSS.com", {"apple-owner", "podcast-license-url"}, RSS_COM),
    ("Omny", {"apple-explicit-old", "podcast-guid-missing", "podcast-locked-missing", "podcast-transcript-srt", "psp-copyright", "psp-recommended"}, OMNY),
    ("Simplecast", {"apple-duration-seconds", "apple-keywords", "podcast-guid-missing", "podcast-locked-missing", "psp-recommended"}, SIMPLECAST),
    ("Megaphone", {"apple-enclosure-empty", "apple-explicit-old", "podcast-guid-missing", "podcast-locked-missing", "psp-namespace", "psp-recommended"}, MEGAPHONE),
    ("Captivate", {"apple-duration-seconds", "podcast-transcript-srt"}, CAPTIVATE),
    ("SoundCloud", {"apple-duration-seconds", "apple-explicit-old", "podcast-guid-missing", "podcast-locked-missing", "psp-namespace", "psp-recommended"}, SOUNDCLOUD),
)  # fmt: skip
