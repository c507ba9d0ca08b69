"""Links that people share from Google Drive, turned into what downloads the file.

The kinds of links are those that Drive's "Copy link" and Google's help on sharing give.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlencode

from recognition.fetching.addresses import WebAddress
from recognition.fetching.refusals import NotFetched

HOSTS = {"drive.google.com", "docs.google.com"}
DOWNLOADS = "drive.usercontent.google.com"
SIGNING_IN = "accounts.google.com"
KEY = re.compile(r"[\w-]{10,100}", re.ASCII)
FILE = re.compile(r"/(?:a/[^/]+/)?file/(?:u/\d+/)?d/([^/]+)")
FOLDER = re.compile(
    r"/(?:drive/(?:u/\d+/|mobile/)?(?:folders|my-drive|shared-with-me)|folderview|embeddedfolderview)\b"
)
DOCUMENT = re.compile(r"/(?:a/[^/]+/)?(?:document|spreadsheets|presentation|forms|drawings)/")
BY_KEY = {"/open", "/uc", "/thumbnail"}


def is_drive(address: WebAddress) -> bool:
    """Whether Drive answers there, by a page or with the file."""
    return address.host in HOSTS or address.host == DOWNLOADS


def direct(address: WebAddress) -> WebAddress:
    """Where a shared link's file is downloaded; any other address as it is.

    Raises NotFetched for a folder and for documents that are no files.
    """
    if address.host not in HOSTS:
        return address
    if FOLDER.match(address.path):
        raise NotFetched("drive_folder")
    if DOCUMENT.match(address.path):
        raise NotFetched("drive_document")
    asked = parse_qs(address.target.partition("?")[2])
    found = FILE.match(address.path)
    key = found[1] if found else asked.get("id", [""])[0] if address.path in BY_KEY else ""
    if not KEY.fullmatch(key):
        return address
    wanted = {"id": key, "export": "download"}
    if resource_key := asked.get("resourcekey", [""])[0]:  # links from before 2021 have one
        wanted["resourcekey"] = resource_key
    return WebAddress("https", DOWNLOADS, 443, f"/download?{urlencode(wanted)}")
