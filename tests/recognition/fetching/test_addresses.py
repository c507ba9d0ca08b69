"""Web addresses as people give them: what may be asked, and what is refused before anybody is asked."""

import pytest

from recognition.fetching import drive
from recognition.fetching.addresses import checked
from recognition.fetching.guards import Guards
from recognition.fetching.refusals import NotFetched

GUARDS = Guards()
KEY = "1AbC-d_EfGhIjKlMnOp"


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        ("https://example.org", "https://example.org/"),
        ("  HTTP://Example.ORG/A b.png?q=1#part\n", "http://example.org/A%20b.png?q=1"),
        ("example.org/marks.png", "https://example.org/marks.png"),
        ("https://example.org:443/", "https://example.org/"),
        ("http://example.org:443/", "http://example.org:443/"),
        ("https://bücher.example/ü", "https://xn--bcher-kva.example/%C3%BC"),
        ("https://example.org./x", "https://example.org/x"),
        ("https://8.8.8.8/x", "https://8.8.8.8/x"),
        ("https://[2606:4700:4700::1111]/x", "https://[2606:4700:4700::1111]/x"),
        ("https://example.org/\\@127.0.0.1/", "https://example.org/%5C@127.0.0.1/"),
    ],
)
def test_an_address_is_asked_as_it_is_understood(given: str, asked: str) -> None:
    assert str(checked(given, GUARDS)) == asked


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ("", "bad_address"),
        ("https://", "bad_address"),
        ("https:///marks.png", "bad_address"),
        ("file:///etc/passwd", "bad_address"),
        ("ftp://example.org/", "bad_address"),
        ("gopher://example.org:80/_GET", "bad_address"),
        ("javascript:alert(1)", "bad_address"),
        ("data:image/png;base64,AAAA", "bad_address"),
        ("https://example.org/\r\nHost: other.example.org", "bad_address"),
        ("https://exam\u200bple.org/", "bad_address"),
        ("https://example.org:99999/", "bad_address"),
        ("https://-.example.org/", "bad_address"),
        ("https://a..example.org/", "bad_address"),
        (f"https://example.org/{'x' * 2_000}", "bad_address"),
        (f"https://example.org/{'ü' * 500}", "bad_address"),
        ("http://127.1/", "bad_address"),
        ("http://0x7f.0.0.1/", "bad_address"),
        ("http://2130706433/", "bad_address"),
        ("http://017700000001/", "bad_address"),
        ("http://1.2.3.4.5/", "bad_address"),
        ("https://alice:secret@example.org/", "address_credentials"),
        ("https://alice@example.org/", "address_credentials"),
        ("https://example.org:80@127.0.0.1/", "address_credentials"),
        ("https://example.org:8443/", "address_port"),
        ("http://example.org:22/", "address_port"),
        ("http://127.0.0.1/", "address_forbidden"),
        ("http://169.254.169.254/latest/meta-data/", "address_forbidden"),
        ("http://[::1]/", "address_forbidden"),
        ("http://[::ffff:10.0.0.1]/", "address_forbidden"),
        ("http://[fe80::1%25eth0]/", "address_forbidden"),
        ("http://[64:ff9b::a00:1]/", "address_forbidden"),
        ("http://localhost/", "host_unknown"),
        ("http://intranet/marks.png", "host_unknown"),
    ],
)
def test_what_may_not_be_asked_is_refused_with_its_code(given: str, code: str) -> None:
    with pytest.raises(NotFetched) as refused:
        checked(given, GUARDS)
    assert refused.value.code == code


def test_a_call_goes_over_https_alone() -> None:
    calls = Guards(schemes=("https",), ports=((443, 443),))
    assert checked("https://example.org/done", calls).port == 443
    with pytest.raises(NotFetched, match="not_https"):
        checked("http://example.org/done", calls)
    with pytest.raises(NotFetched, match="address_port"):
        checked("https://example.org:80/done", calls)


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://example.org/a/marks%20of%20May.png?x=1", "marks of May.png"),
        ("https://example.org/a/", "a"),
        ("https://example.org/", "example.org"),
    ],
)
def test_a_file_is_called_as_its_address_ends(address: str, name: str) -> None:
    assert checked(address, GUARDS).file_name == name


# --- Google Drive -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "link",
    [
        f"https://drive.google.com/file/d/{KEY}/view?usp=sharing",
        f"https://drive.google.com/file/d/{KEY}",
        f"https://drive.google.com/file/u/1/d/{KEY}/edit",
        f"https://drive.google.com/a/example.org/file/d/{KEY}/view",
        f"https://drive.google.com/open?id={KEY}",
        f"https://drive.google.com/uc?export=view&id={KEY}",
        f"https://docs.google.com/uc?id={KEY}",
        f"drive.google.com/file/d/{KEY}/preview",
    ],
)
def test_a_shared_link_is_turned_into_its_download(link: str) -> None:
    assert str(drive.direct(checked(link, GUARDS))) == (
        f"https://drive.usercontent.google.com/download?id={KEY}&export=download"
    )


def test_the_resource_key_of_an_old_link_goes_along() -> None:
    link = f"https://drive.google.com/file/d/{KEY}/view?resourcekey=0-abc"
    assert str(drive.direct(checked(link, GUARDS))).endswith(f"?id={KEY}&export=download&resourcekey=0-abc")


@pytest.mark.parametrize(
    ("link", "code"),
    [
        (f"https://drive.google.com/drive/folders/{KEY}?usp=sharing", "drive_folder"),
        (f"https://drive.google.com/drive/u/0/folders/{KEY}", "drive_folder"),
        ("https://drive.google.com/drive/my-drive", "drive_folder"),
        (f"https://drive.google.com/folderview?id={KEY}", "drive_folder"),
        (f"https://docs.google.com/document/d/{KEY}/edit", "drive_document"),
        (f"https://docs.google.com/spreadsheets/d/{KEY}/edit#gid=0", "drive_document"),
        (f"https://docs.google.com/presentation/d/{KEY}/", "drive_document"),
    ],
)
def test_a_folder_and_a_document_are_refused(link: str, code: str) -> None:
    with pytest.raises(NotFetched) as refused:
        drive.direct(checked(link, GUARDS))
    assert refused.value.code == code


@pytest.mark.parametrize(
    "link",
    [
        "https://drive.google.com/file/d/../../x/view",
        "https://drive.google.com/open?id=a%26confirm%3Dt",
        f"https://drive.google.com.example.org/file/d/{KEY}/view",
        "https://example.org/file/d/1AbC-d_EfGhIjKlMnOp/view",
    ],
)
def test_what_is_no_such_link_stays_as_it_is(link: str) -> None:
    assert drive.direct(checked(link, GUARDS)) == checked(link, GUARDS)
