"""The commands of a document's `sh` blocks, as far as they are `curl`, sent by Django's client."""

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http.response import HttpResponseBase
from django.test import Client
from django.test.client import MULTIPART_CONTENT, encode_multipart

BOUNDARY = re.search(r"boundary=(\S+)", MULTIPART_CONTENT)[1]  # type: ignore[index]

COMMAND = re.compile(r"^(curl (?:(?!^curl ).)*?) *# (\d{3})([^\n]*)\n", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Example:
    """One command, the status that the document promises, and the part of the answer that it keeps under a name."""

    line: int
    command: str
    status: int
    kept: tuple[str, str] | None


@dataclass
class Request:
    """What a command asks for."""

    method: str = "GET"
    address: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    form: dict[str, list[Any]] = field(default_factory=dict)
    body: str | None = None


def examples(document: Path) -> Iterator[Example]:
    """Every command with its promise, in order; what a block sets at its beginning is not a command."""
    text = document.read_text()
    for block in re.finditer(r"```sh\n(.*?)```", text, re.DOTALL):
        for found in COMMAND.finditer(block[1]):
            kept = re.search(r'\$(\w+) is its "(\w+)"', found[3])
            line = text[: block.start(1) + found.start()].count("\n") + 1
            yield Example(line, found[1], int(found[2]), (kept[1], kept[2]) if kept else None)


def send(client: Client, example: Example, names: Mapping[str, str], files: Mapping[str, bytes]) -> HttpResponseBase:
    """Send it. `names`: what stands behind a `$`; `files`: what stands behind an `@`."""
    request = parsed(example.command, names, files)
    parts = urlsplit(request.address)
    address = parts.path + (f"?{parts.query}" if parts.query else "")
    if request.form:
        body: str | bytes = encode_multipart(BOUNDARY, request.form)
        return client.generic(request.method, address, body, MULTIPART_CONTENT, headers=request.headers)
    return client.generic(request.method, address, request.body or "", "application/json", headers=request.headers)


def parsed(command: str, names: Mapping[str, str], files: Mapping[str, bytes]) -> Request:
    """What it asks for. Raises KeyError for a name or file that nobody gave, ValueError for an option unknown here."""
    told = re.sub(r"\$(\w+)", lambda name: names[name[1]], command)
    words = iter(shlex.split(told)[1:])
    request, method = Request(), None
    for word in words:
        if word == "-H":
            name, _, value = next(words).partition(": ")
            request.headers[name] = value
        elif word == "-F":
            _put(request.form, next(words), files)
        elif word == "--json":
            request.body = next(words)
            json.loads(request.body)
        elif word == "-X":
            method = next(words)
        elif word == "-o":
            next(words)
        elif word.startswith("-"):
            raise ValueError(f"{word} in {command}")
        else:
            request.address = word
    request.method = method or ("POST" if request.form or request.body else "GET")
    return request


def _put(form: dict[str, list[Any]], said: str, files: Mapping[str, bytes]) -> None:
    name, _, value = said.partition("=")
    is_file = value.startswith("@")
    form.setdefault(name, []).append(SimpleUploadedFile(value[1:], files[value[1:]]) if is_file else value)
