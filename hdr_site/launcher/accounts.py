"""Who PostgreSQL runs as: it refuses to run as root, so root lends it an account without rights."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from hdr_site.launcher.errors import LauncherError


class Credentials(TypedDict, total=False):
    """The arguments of subprocess.Popen that choose a user."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True)
class Account:
    """A user of this machine."""

    name: str
    uid: int
    gid: int

    def can_enter(self, folder: Path) -> bool:
        """Whether this user can reach the folder: tried for real, because access lists and mounts have a say too."""
        try:
            tried = subprocess.run(["/bin/ls", "-d", f"{folder}/."], capture_output=True, **credentials(self))
        except OSError:
            return False
        return tried.returncode == 0

    def can_run(self, program: Path) -> bool:
        """Whether this user can start the program."""
        try:
            tried = subprocess.run([program, "--version"], capture_output=True, cwd="/", **credentials(self))
        except OSError:
            return False
        return tried.returncode == 0


def credentials(account: Account | None) -> Credentials:
    """For starting a program as this account; as ourselves when it is None."""
    return {} if account is None else {"user": account.uid, "group": account.gid, "extra_groups": []}


def unprivileged(cluster: Path) -> Account | None:
    """None for an ordinary user; for root the owner of the cluster that is there, or `nobody`."""
    if os.geteuid() != 0:
        return None
    owner = cluster.stat().st_uid if (cluster / "PG_VERSION").exists() else 0
    try:
        entry = pwd.getpwuid(owner) if owner else pwd.getpwnam("nobody")
    except KeyError:
        raise LauncherError(
            "PostgreSQL refuses to run as root, and this machine has no user called nobody. "
            "Start the product as an ordinary user, or set DATABASE_URL."
        ) from None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
