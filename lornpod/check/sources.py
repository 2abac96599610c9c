"""What the rules rest on: who asks for it, and where it is written."""

from __future__ import annotations

RSS = "RSS 2.0"
XML = "XML 1.0"
APPLE = "Apple"
PSP = "PSP-1"
NAMESPACE = "Podcast namespace"
SPOTIFY = "Spotify"
YOUTUBE = "YouTube"
PAGING = "RFC 5005"
PSC = "Podlove Simple Chapters"
ID3 = "ID3 chapters"
HTTP = "HTTP"
HOUSE = "lornpod"

# By name, the document; empty where the reason in the rule itself is all there is.
ADDRESSES = {
    RSS: "https://www.rssboard.org/rss-specification",
    XML: "https://www.w3.org/TR/xml/",
    APPLE: "https://help.apple.com/itc/podcasts_connect/#/itcb54353390",
    PSP: "https://github.com/Podcast-Standards-Project/PSP-1-Podcast-RSS-Specification",
    NAMESPACE: "https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/1.0.md",
    SPOTIFY: "https://support.spotify.com/us/podcasters/article/podcast-specification-doc/",
    YOUTUBE: "https://support.google.com/youtube/answer/13525207",
    PAGING: "https://www.rfc-editor.org/rfc/rfc5005",
    PSC: "https://podlove.org/simple-chapters/",
    ID3: "https://id3.org/id3v2-chapters-1.0",
    HTTP: "https://www.rfc-editor.org/rfc/rfc9110",
    HOUSE: "",
}
