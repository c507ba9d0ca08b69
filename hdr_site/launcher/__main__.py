"""`python -m hdr_site.launcher run | admin EMAIL | manage … | backup FILE | restore FILE | clean-data`."""

import argparse
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import FrameType

from hdr_site.launcher import backups
from hdr_site.launcher.errors import LauncherError
from hdr_site.launcher.folders import CHECKOUT, DataFolder
from hdr_site.launcher.product import Product, engines_for_the_time_being

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StopRequested(BaseException):
    """Somebody asked the launcher to stop; no Exception, so that nothing on the way swallows it."""


def _stop(number: int, frame: FrameType | None) -> None:
    for sign in STOPPING:
        signal.signal(sign, signal.SIG_IGN)  # once is enough: from here on everything is being stopped
    raise StopRequested


def say(sentence: str) -> None:
    """Tell the person at the console, at once."""
    print(sentence, flush=True)


def run(options: argparse.Namespace) -> int:
    """Start everything and mind it until Ctrl-C."""
    data = DataFolder(options.data)
    with data.lock():
        product = Product(data, options.host, options.port, say)
        try:
            product.start()
            say(_welcome(product))
            product.run()
        except StopRequested:
            say("\nStopping …")
        finally:
            for sign in STOPPING:
                signal.signal(sign, signal.SIG_IGN)
            product.stop()
    say("Stopped. Everything is kept.")
    return 0


def _welcome(product: Product) -> str:
    database = product.engines.get("DATABASE_URL")
    home = getattr(database, "home", None)
    mail = product.environment["EMAIL_URL"]
    lines = [
        "",
        f"  The product is ready:   {product.environment['SITE_URL']}",
        f"  Mails are files in      {mail.removeprefix('file://')}" if mail.startswith("file:") else "",
        f"  Data is kept in         {product.data.root}",
        f"  The database lies in    {home}" if home not in {None, product.data.root} else "",
        "  An administrator:       make admin EMAIL=you@example.org",
        "  To stop:                Ctrl-C",
    ]
    return "\n".join(line for line in lines if line) + "\n"


def manage(options: argparse.Namespace) -> int:
    """manage.py with the embedded services, whether the product runs or not."""
    with engines_for_the_time_being(DataFolder(options.data), lambda sentence: None) as environment:
        return _manage(options.arguments, environment)


def admin(options: argparse.Namespace) -> int:
    """An administrator, also before the first start: the database is brought up to date first."""
    with engines_for_the_time_being(DataFolder(options.data), say, migrated=True) as environment:
        return _manage(["make_administrator", "--email", options.email], environment)


def _manage(arguments: list[str], environment: Mapping[str, str]) -> int:
    return subprocess.run(
        [sys.executable, str(CHECKOUT / "manage.py"), *arguments], env=environment, cwd=CHECKOUT
    ).returncode


def backup(options: argparse.Namespace) -> int:
    """Database and pictures into one file."""
    with engines_for_the_time_being(DataFolder(options.data), say) as environment:
        return backups.run_with(environment, "save", options.file.resolve())


def restore(options: argparse.Namespace) -> int:
    """Database and pictures out of a backup."""
    with engines_for_the_time_being(DataFolder(options.data), say) as environment:
        return backups.run_with(environment, "load", options.file.resolve(), *(["--force"] if options.force else []))


def clean_data(options: argparse.Namespace) -> int:
    """Remove what this checkout keeps."""
    removed = DataFolder(options.data).remove()
    say("Removed " + " and ".join(str(folder) for folder in removed) + ".")
    return 0


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m hdr_site.launcher", description=__doc__)
    parser.add_argument("--data", type=lambda given: Path(given).resolve(), default=CHECKOUT / "var")
    words = parser.add_subparsers(required=True, metavar="WORD")
    running = words.add_parser("run", help="start everything")
    running.add_argument("--host", default="127.0.0.1")
    running.add_argument("--port", type=int, default=8000)
    running.set_defaults(act=run)
    promoting = words.add_parser("admin", help="make an administrator")
    promoting.add_argument("email")
    promoting.set_defaults(act=admin)
    managing = words.add_parser("manage", help="manage.py with the embedded services")
    managing.add_argument("arguments", nargs=argparse.REMAINDER)
    managing.set_defaults(act=manage)
    saving = words.add_parser("backup", help="database and pictures into one file")
    saving.add_argument("file", type=Path)
    saving.set_defaults(act=backup)
    loading = words.add_parser("restore", help="database and pictures out of a backup")
    loading.add_argument("file", type=Path)
    loading.add_argument("--force", action="store_true", help="replace what is there")
    loading.set_defaults(act=restore)
    words.add_parser("clean-data", help="remove what this checkout keeps").set_defaults(act=clean_data)
    return parser.parse_args(arguments)


def main(arguments: list[str]) -> int:
    """Do what the word says; errors are sentences."""
    options = _options(arguments)
    for sign in STOPPING:
        signal.signal(sign, _stop)
    try:
        return int(options.act(options))
    except StopRequested:
        return 130
    except LauncherError as problem:
        print(problem, file=sys.stderr)
        return 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
