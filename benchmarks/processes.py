"""What trees of processes use, as Linux counts it in /proc."""

import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

PROC = Path("/proc")
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Memory:
    """Of one process, in megabytes: the most it ever held, and its fair share of what it holds now (PSS)."""

    name: str
    peak: float
    share: float

    def as_dict(self) -> dict[str, object]:
        """For JSON."""
        return asdict(self)


def tree(root: int) -> list[int]:
    """`root` and all its descendants that live."""
    parents = {pid: int(stat[1]) for pid, stat in _stats()}
    found = [root]
    for pid in found:
        found += [child for child, parent in parents.items() if parent == pid]
    return found


def cpu_seconds(root: int) -> float:
    """User and system time of a tree, of children that have ended included."""
    members = set(tree(root))
    return sum(sum(map(int, stat[11:15])) for pid, stat in _stats() if pid in members) / TICKS


def memory(root: int) -> list[Memory]:
    """Every process of a tree, the root first."""
    return [Memory(_name(pid, root), _peak(pid), _share(pid)) for pid in tree(root)]


def machine_cpu_seconds() -> float:
    """What all processes of this machine have used, the time that a hypervisor gave to others not counted."""
    user, nice, system, _idle, _wait, irq, softirq = map(int, (PROC / "stat").read_text().split()[1:8])
    return (user + nice + system + irq + softirq) / TICKS


def _stats() -> Iterator[tuple[int, list[str]]]:
    """Of every process its id and the fields of its `stat` from the state on (proc(5), field 3)."""
    for folder in PROC.iterdir():
        if folder.name.isdigit():
            try:
                yield int(folder.name), (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:  # it has just ended
                continue


def _name(pid: int, root: int) -> str:
    return "main" if pid == root else "child"


def _peak(pid: int) -> float:
    return _kilobytes(PROC / str(pid) / "status", "VmHWM:") / 1000


def _share(pid: int) -> float:
    return _kilobytes(PROC / str(pid) / "smaps_rollup", "Pss:") / 1000


def _kilobytes(path: Path, field: str) -> int:
    try:
        lines = path.read_text().splitlines()
    except OSError:  # it has just ended, or it belongs to somebody else
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith(field)), 0)
