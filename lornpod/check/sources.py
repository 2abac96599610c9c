"""What the rules, and the rows of what platforms make of an episode, rest on: who says it, and where."""

from __future__ import annotations

RSS = "RSS 2.0"
PROFILE = "RSS Best Practices Profile"
DATES = "RFC 2822"
XML = "XML 1.0"
APPLE = "Apple, A Podcaster's Guide to RSS"
APPLE_FEEDS = "Apple, RSS feed requirements"
APPLE_ART = "Apple, artwork requirements"
APPLE_AUDIO = "Apple, audio requirements"
APPLE_TEXTS = "Apple, Transcripts on Apple Podcasts"
APPLE_CHAPTERS = "Apple, Chapters on Apple Podcasts"
PSP = "PSP-1"
NAMESPACE = "Podcast namespace"
SPOTIFY = "Spotify, Podcast specification doc"
SPOTIFY_CHAPTERS = "Spotify, Enabling podcast chapters"
SPOTIFY_TEXTS = "Spotify, Episode transcripts"
SPOTIFY_OWNER = "Spotify, E-mail address in the feed"
YOUTUBE = "YouTube, Deliver podcasts using an RSS feed"
YOUTUBE_TEXTS = "YouTube, Data API, videos"
YOUTUBE_CHAPTERS = "YouTube, Video chapters"
CAST_NEWS = "Cast News, YouTube takes feeds (after Podnews)"
RENDERED = "Transistor, a test of show notes in apps"
ANTENNAPOD = "AntennaPod's source, parser/feed"
ANTENNAPOD_CHAPTERS = "AntennaPod's source, ChapterMerger"
GPODDER = "gPodder's podcastparser, source"
PAGING = "RFC 5005"
PSC = "Podlove Simple Chapters"
ID3 = "ID3 chapters"
WEBVTT = "WebVTT"
MIXED = "W3C, Mixed Content"
HTTP = "HTTP"
HOUSE = "lornpod"

# By name, where the document was found in 2026; empty where the reason in the rule itself is all there is.
ADDRESSES = {
    RSS: "https://www.rssboard.org/rss-specification",
    PROFILE: "https://www.rssboard.org/rss-profile",
    DATES: "https://www.rfc-editor.org/rfc/rfc2822",
    XML: "https://www.w3.org/TR/xml/",
    APPLE: "https://help.apple.com/itc/podcasts_connect/#/itcb54353390",
    APPLE_FEEDS: "https://podcasters.apple.com/support/823-podcast-requirements",
    APPLE_ART: "https://podcasters.apple.com/support/896-artwork-requirements",
    APPLE_AUDIO: "https://podcasters.apple.com/support/893-audio-requirements",
    APPLE_TEXTS: "https://podcasters.apple.com/support/5316-transcripts-on-apple-podcasts",
    APPLE_CHAPTERS: "https://podcasters.apple.com/support/5482-using-chapters-on-apple-podcasts",
    PSP: "https://github.com/Podcast-Standards-Project/PSP-1-Podcast-RSS-Specification",
    NAMESPACE: "https://github.com/Podcastindex-org/podcast-namespace/tree/main/docs",
    SPOTIFY: "https://support.spotify.com/us/podcasters/article/podcast-specification-doc/",
    SPOTIFY_CHAPTERS: "https://support.spotify.com/us/podcasters/article/enabling-podcast-chapters/",
    SPOTIFY_TEXTS: "https://support.spotify.com/us/creators/article/transcripts/",
    SPOTIFY_OWNER: "https://support.spotify.com/us/creators/article/adding-your-email-address-to-your-rss-feed",
    YOUTUBE: "https://support.google.com/youtube/answer/13525207",
    YOUTUBE_TEXTS: "https://developers.google.com/youtube/v3/docs/videos",
    YOUTUBE_CHAPTERS: "https://support.google.com/youtube/answer/9884579",
    CAST_NEWS: "https://www.castnews.com.br/youtube-lanca-projeto-piloto-com-rss-para-podcasts/",
    RENDERED: "https://transistor.fm/rendering",
    ANTENNAPOD: "https://github.com/AntennaPod/AntennaPod/tree/develop/parser/feed",
    ANTENNAPOD_CHAPTERS: "https://github.com/AntennaPod/AntennaPod/tree/develop/ui/chapters",
    GPODDER: "https://github.com/gpodder/podcastparser",
    PAGING: "https://www.rfc-editor.org/rfc/rfc5005",
    PSC: "https://podlove.org/simple-chapters/",
    ID3: "https://id3.org/id3v2-chapters-1.0",
    WEBVTT: "https://www.w3.org/TR/webvtt1/",
    MIXED: "https://www.w3.org/TR/mixed-content/",
    HTTP: "https://www.rfc-editor.org/rfc/rfc9110",
    HOUSE: "",
}
