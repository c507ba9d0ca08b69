"""Files with several pictures, opened in the child process that the product uses."""

import io
import os
import signal
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest

from ml.documents import parent
from ml.documents.document import Bounds
from ml.documents.kinds import Opened, kind_of
from ml.documents.parent import Confines, Refused, Taken
from ml.images import Limits
from ml.rejections import PictureRejected
from tests.documents import drawn_pdf, encrypted, laughing_pdf, pages, pdf, tiff, zipped
from tests.drawing import encoded, page

BOUNDS, CONFINES = Bounds(), Confines()
LINES = " ".join(f"{x} 0 m {600 - x} 700 l S" for x in range(0, 600, 50))


def all_of(
    content: bytes, kind: Opened, bounds: Bounds = BOUNDS, confines: Confines = CONFINES
) -> list[Taken | Refused]:
    return list(begun(content, kind, bounds, confines))


def begun(
    content: bytes, kind: Opened, bounds: Bounds = BOUNDS, confines: Confines = CONFINES
) -> Iterator[Taken | Refused]:
    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.flush()
        yield from parent.take_apart(file, kind, bounds, (), confines)


def refusal(content: bytes, kind: Opened, bounds: Bounds = BOUNDS) -> str:
    """The code with which all of it is refused."""
    with pytest.raises(PictureRejected) as raised:
        all_of(content, kind, bounds)
    return raised.value.code


def codes(found: list[Taken | Refused]) -> list[str]:
    """By place; "" for what was taken."""
    return [bad.code if isinstance(bad, Refused) else "" for bad in found]


# --- What a file is ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (pdf(pages(1)), "pdf"),
        (b"\xef\xbb\xbf\r\n" + pdf(pages(1)), "pdf"),
        (tiff(pages(2)), "tiff"),
        (encoded(page("1"), "TIFF"), None),
        (zipped({"1.png": b""}), "zip"),
        (zipped({}), "zip"),
        (encoded(page("1")), None),
        (b"II*\x00\xff\xff\xff\xff", None),
        (b"", None),
        (b"text", None),
    ],
    ids=[
        "PDF",
        "PDF after a mark",
        "TIFF",
        "TIFF of one page",
        "ZIP",
        "empty ZIP",
        "PNG",
        "torn TIFF",
        "empty",
        "text",
    ],
)
def test_a_file_is_known_by_its_content(content: bytes, kind: str | None) -> None:
    stream = io.BytesIO(content)
    assert (kind_of(stream), stream.tell()) == (kind, 0)


def test_a_big_tiff_is_known_by_its_second_page() -> None:
    content = encoded(pages(1)[0], "TIFF", save_all=True, append_images=pages(1), big_tiff=True)
    assert kind_of(io.BytesIO(content)) == "tiff"


# --- What is taken ----------------------------------------------------------------------------------------------------


def test_each_page_of_a_pdf_is_a_picture() -> None:
    found = all_of(pdf(pages(3)), "pdf")
    assert [(item.place, type(item)) for item in found] == [(0, Taken), (1, Taken), (2, Taken)]


def test_a_page_of_a4_is_drawn_at_200_dots_per_inch() -> None:
    [found] = all_of(drawn_pdf(595, 842, LINES), "pdf")
    assert isinstance(found, Taken)
    assert (found.picture.width, found.picture.height) == (1653, 2339)


def test_a_huge_page_is_drawn_smaller() -> None:
    [found] = all_of(drawn_pdf(14_400, 14_400, LINES), "pdf")
    assert isinstance(found, Taken)
    assert found.picture.width * found.picture.height <= 12_010_000


def test_a_page_without_size_is_refused() -> None:
    assert codes(all_of(drawn_pdf(14_400, 0.1), "pdf")) == ["too_small"]


def test_each_page_of_a_tiff_is_a_picture() -> None:
    found = all_of(tiff(pages(3)), "tiff")
    assert len({item.digest for item in found if isinstance(item, Taken)}) == 3


def test_each_picture_in_a_zip_is_taken_by_its_name_without_folders() -> None:
    found = all_of(zipped({"class/1a.png": encoded(page("1")), "2.jpg": encoded(page("2"), "JPEG")}), "zip")
    assert [(item.name, type(item)) for item in found] == [("1a.png", Taken), ("2.jpg", Taken)]


def test_what_file_managers_leave_in_a_zip_is_passed_over() -> None:
    left = ["__MACOSX/._1.png", ".DS_Store", "a/Thumbs.db", "a/desktop.ini", "folder/"]
    found = all_of(zipped({"1.png": encoded(page("1"))} | dict.fromkeys(left, b"x")), "zip")
    assert [item.name for item in found] == ["1.png"]


@pytest.mark.parametrize("encoding", ["JPEG", "WEBP", "GIF", "BMP"])
def test_pictures_of_every_kind_fit_into_the_memory_of_the_child(encoding: str) -> None:
    large = page("7").resize((2400, 1800))
    assert codes(all_of(encoded(large, encoding), "picture")) == [""]


def test_places_that_are_done_are_passed_over() -> None:
    with tempfile.TemporaryFile() as file:
        file.write(pdf(pages(3)))
        file.flush()
        assert [item.place for item in parent.take_apart(file, "pdf", Bounds(), [0, 2])] == [1]


# --- What is refused, and the rest goes on ----------------------------------------------------------------------------


def test_a_bad_entry_is_listed_with_its_reason_and_the_rest_goes_on() -> None:
    entries = {
        "letter.txt": b"Dear Bob",
        "empty.png": b"",
        "torn.png": encoded(page("1"))[:200],
        "inner.zip": zipped({"1.png": encoded(page("1"))}),
        "inner.pdf": pdf(pages(1)),
        "inner.tif": tiff(pages(2)),
        "../../etc/1.png": encoded(page("1")),
        "/1.png": encoded(page("1")),
        "C:\\1.png": encoded(page("1")),
        "good.png": encoded(page("1")),
    }
    assert codes(all_of(zipped(entries), "zip")) == [
        "not_a_picture",
        "empty_file",
        "truncated_picture",
        "nested",
        "nested",
        "nested",
        "bad_entry_name",
        "bad_entry_name",
        "bad_entry_name",
        "",
    ]


def test_an_entry_with_a_password_is_refused() -> None:
    assert codes(all_of(encrypted(zipped({"1.png": encoded(page("1"))})), "zip")) == ["encrypted"]


def test_an_entry_whose_bytes_were_changed_is_refused() -> None:
    good = encoded(page("1"))
    archive = zipped({"1.png": good, "2.png": good}, zipfile.ZIP_STORED)
    place = archive.find(b"IDAT") + 50
    changed = archive[:place] + bytes([archive[place] ^ 0xFF]) + archive[place + 1 :]
    assert codes(all_of(changed, "zip")) == ["truncated_picture", ""]


def test_an_entry_that_is_longer_than_a_picture_may_be_is_refused() -> None:
    archive = zipped({"zeros.png": bytes(2_000_000), "1.png": encoded(page("1"))})
    assert codes(all_of(archive, "zip", Bounds(picture=Limits(max_bytes=1_000_000)))) == ["too_many_bytes", ""]


def test_an_entry_that_announces_less_than_it_holds_gives_no_more_than_it_announced() -> None:
    archive = bytearray(zipped({"zeros.png": bytes(50_000_000)}))
    length = (50_000_000).to_bytes(4, "little")
    assert archive.count(length) == 2
    lying = bytes(archive).replace(length, (1_000).to_bytes(4, "little"))
    assert codes(all_of(lying, "zip", Bounds(unpacked_bytes=10_000))) == ["truncated_picture"]


# --- What is refused as a whole ---------------------------------------------------------------------------------------


def test_a_zip_bomb_is_refused_by_what_it_announces() -> None:
    archive = zipped({f"{number}.png": bytes(19_000_000) for number in range(11)})
    assert len(archive) < 1_000_000
    assert refusal(archive, "zip") == "too_large_unpacked"


@pytest.mark.parametrize(
    ("content", "kind", "code"),
    [
        (zipped({f"{number}.png": b"" for number in range(501)}), "zip", "too_many_entries"),
        (drawn_pdf(100, 100, pages=51), "pdf", "too_many_pages"),
        (tiff([page("1", height=12, margin=2)] * 51), "tiff", "too_many_pages"),
        (zipped({}), "zip", "no_pictures_inside"),
        (zipped({"[Content_Types].xml": b"", "word/media/1.png": b""}), "zip", "unsupported_format"),
        (zipped({"1.png": encoded(page("1"))})[:100], "zip", "broken_document"),
        (b"%PDF-1.7\n1 0 obj\n", "pdf", "broken_document"),
        (b"II*\x00\x08\x00\x00\x00\xff", "tiff", "broken_document"),
    ],
    ids=["501 entries", "51 PDF", "51 TIFF", "empty", "office", "torn ZIP", "torn PDF", "torn TIFF"],
)
def test_a_file_that_cannot_be_taken_is_refused(content: bytes, kind: Opened, code: str) -> None:
    assert refusal(content, kind) == code


def test_fifty_pages_are_taken() -> None:
    assert codes(all_of(drawn_pdf(100, 100, pages=50), "pdf")) == [""] * 50


# --- What kills the child ---------------------------------------------------------------------------------------------


def test_a_page_that_takes_too_long_costs_that_page_alone() -> None:
    assert codes(all_of(laughing_pdf(), "pdf", confines=Confines(seconds=8))) == ["", "too_heavy", ""]


def test_a_file_that_kills_process_after_process_is_given_up() -> None:
    archive = zipped({f"{number}.png": encoded(page("1").resize((2000, 2000))) for number in range(9)})
    with pytest.raises(PictureRejected) as raised:
        all_of(archive, "zip", confines=Confines(seconds=0.0005))
    assert raised.value.code == "too_heavy"


def test_a_picture_that_takes_too_much_memory_is_refused_and_the_rest_goes_on() -> None:
    archive = zipped({"large.png": encoded(page("1").resize((6000, 6000))), "1.png": encoded(page("1"))})
    found = all_of(archive, "zip", confines=Confines(memory=180_000_000))
    assert codes(found)[0] in {"too_heavy", "truncated_picture"}
    assert codes(found)[1:] == [""]


def test_the_child_dies_when_nobody_listens_any_more(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[int] = []
    popen: Any = subprocess.Popen

    def noted(*args: object, **options: object) -> object:
        process = popen(*args, **options)
        started.append(process.pid)
        return process

    monkeypatch.setattr(subprocess, "Popen", noted)
    going = begun(pdf(pages(3)), "pdf")
    next(going)
    going.close()  # type: ignore[attr-defined]
    with pytest.raises(ProcessLookupError):
        os.kill(started[0], signal.SIGCONT)


def test_the_child_has_no_secrets_in_its_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "do not tell")
    assert not set(parent.ENVIRONMENT) & {"SECRET_KEY", "DATABASE_URL", "STORAGE_URL"}
    seen: list[dict[str, str]] = []
    popen: Any = subprocess.Popen

    def noted(*args: object, **options: dict[str, str]) -> object:
        seen.append(options["env"])
        return popen(*args, **options)

    monkeypatch.setattr(subprocess, "Popen", noted)
    all_of(pdf(pages(1)), "pdf")
    assert seen == [parent.ENVIRONMENT]
