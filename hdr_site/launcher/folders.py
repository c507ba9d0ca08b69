"""Where things lie: data, sockets, logs and secrets of one checkout, shared with no other.

Usually all of it is in `var/`. Two things may have to lie elsewhere: the database, when root runs the product from a
folder that PostgreSQL's account cannot enter; and sockets, whose path the kernel limits to about 100 characters.
"""

import fcntl
import hashlib
import os
import secrets
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from hdr_site.launcher.accounts import Account, unprivileged
from hdr_site.launcher.errors import LauncherError

CHECKOUT = Path(__file__).resolve().parent.parent.parent
SOCKET_PATH_LIMIT = 103  # bytes; macOS, Linux has four more
LONGEST_SOCKET_NAME = ".s.PGSQL.5432"


@dataclass(frozen=True)
class DataFolder:
    """The folder that holds everything a checkout keeps."""

    root: Path

    def __post_init__(self) -> None:
        self.root.mkdir(parents=True, exist_ok=True)
        for folder in (self.logs, self.mail, self.media, self.static):
            folder.mkdir(mode=0o700, exist_ok=True)

    @property
    def logs(self) -> Path:
        """One log for each child."""
        return self.root / "logs"

    @property
    def mail(self) -> Path:
        """The mails that were sent, as files."""
        return self.root / "mail"

    @property
    def media(self) -> Path:
        """The pictures."""
        return self.root / "media"

    @property
    def static(self) -> Path:
        """Collected static files."""
        return self.root / "static"

    @property
    def children(self) -> Path:
        """The names and process ids of what the launcher runs, as JSON."""
        return self.root / "children.json"

    @property
    def address(self) -> Path:
        """Where the product was to be reached when it was started last; a line of text."""
        return self.root / "address"

    @property
    def key(self) -> str:
        """A name for this folder that no other folder of this machine has."""
        return hashlib.sha256(os.fsencode(self.root)).hexdigest()[:16]

    def secret(self, name: str) -> str:
        """A random secret, made once and readable by its owner only."""
        path = self.root / name
        if not path.exists():
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write(secrets.token_urlsafe(48))
        return path.read_text().strip()

    def lock(self) -> IO[str]:
        """Take the folder for this process; kept while the returned file is open.

        Raises LauncherError when another launcher has it.
        """
        file = (self.root / "launcher.lock").open("a+")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            raise LauncherError(
                f"The product already runs on {self.root}. Stop that one first (Ctrl-C where it was started), "
                "or work in a second checkout."
            ) from None
        return file

    def is_in_use(self) -> bool:
        """Whether a launcher runs on this folder."""
        try:
            self.lock().close()
        except LauncherError:
            return True
        return False

    def remove(self) -> list[Path]:
        """Remove everything that is kept, wherever it lies; returns what was removed."""
        with self.lock():
            folders = [recorded(self, "database-folder"), recorded(self, "socket-folder"), self.root]
            gone = [folder for folder in folders if folder and folder.exists()]
            for folder in gone:
                shutil.rmtree(folder)
        return gone


def recorded(data: DataFolder, name: str) -> Path | None:
    """A folder outside of var/ that belongs to this data folder, if one was ever made."""
    note = data.root / name
    path = Path(note.read_text().strip()) if note.exists() else None
    return path if path and _owner_of(path) == str(data.root) else None


def _owner_of(outside: Path) -> str | None:
    note = outside / "belongs-to"
    return note.read_text().strip() if note.exists() else None


def _claim(data: DataFolder, outside: Path, name: str) -> Path:
    """Make a folder outside of var/ and write into both whose it is, so that a copied checkout never shares it."""
    outside.mkdir(mode=0o711, parents=True, exist_ok=True)
    if (
        outside.is_symlink()
        or outside.stat().st_uid != os.geteuid()
        or _owner_of(outside) not in {None, str(data.root)}
    ):
        raise LauncherError(f"{outside} belongs to somebody else. Remove it, or start from another folder.")
    (outside / "belongs-to").write_text(f"{data.root}\n")
    (data.root / name).write_text(f"{outside}\n")
    return outside


def moved_from(data: DataFolder) -> Path | None:
    """The database's folder of a checkout that was moved here: it is ours when its old place is empty now."""
    note = data.root / "database-folder"
    outside = Path(note.read_text().strip()) if note.exists() else None
    owner = _owner_of(outside) if outside else None
    if outside is None or owner is None or Path(owner).exists():
        return None
    (outside / "belongs-to").write_text(f"{data.root}\n")
    return outside


def database_home(data: DataFolder) -> tuple[Path, Account | None]:
    """The folder for the database cluster and the account that PostgreSQL runs as (None: our own).

    It is var/ wherever that account can enter it, else a folder under /var/lib made for this checkout alone.
    """
    outside = recorded(data, "database-folder") or moved_from(data)
    if outside and os.geteuid() == 0:
        return outside, unprivileged(outside / "postgres")
    account = unprivileged(data.root / "postgres")
    if account is None or account.can_enter(data.root):
        return data.root, account
    if (data.root / "postgres" / "PG_VERSION").exists():
        raise LauncherError(f"The database is in {data.root}, but user {account.name} can no longer enter that folder.")
    state = Path("/var/lib") if os.access("/var/lib", os.W_OK) else Path(tempfile.gettempdir())
    return _claim(data, state / f"handwritten-digits-{data.key}", "database-folder"), account


def socket_folder(data: DataFolder, home: Path, name: str) -> Path:
    """A folder for one engine's socket: below `home` where the path is short enough, else in the temporary folder."""
    wanted = home / "sockets" / name
    if len(os.fsencode(wanted / LONGEST_SOCKET_NAME)) > SOCKET_PATH_LIMIT:
        short = recorded(data, "socket-folder")
        if short is None:
            short = _claim(data, Path(tempfile.gettempdir()) / f"digits-{data.key}", "socket-folder")
        wanted = short / name
    wanted.mkdir(parents=True, exist_ok=True)
    return wanted
