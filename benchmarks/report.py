"""The report's arithmetic, and its words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

PERCENTILES = (50, 95, 99)


def percentile(values: Sequence[float], percent: float) -> float | None:
    """The smallest value that at least `percent` of all do not exceed (nearest rank); None of nothing."""
    if not values:
        return None
    ordered = sorted(values)
    rank = -(-len(ordered) * percent // 100)
    return ordered[max(0, int(rank) - 1)]


@dataclass(frozen=True, slots=True)
class Stage:
    """What was seen while so many people used the product for so many seconds.

    `seconds`: samples by what was asked; `cpu`: seconds of CPU time by part, `machine` that of all processes there are.
    """

    users: int
    duration: float
    seconds: Mapping[str, Sequence[float]]
    failures: Mapping[str, int]
    cpu: Mapping[str, float]
    page_cost: float
    """CPU seconds of web for one home page, measured alone."""


def summary(stage: Stage) -> dict[str, Any]:
    """The stage in figures, for JSON; times in milliseconds."""
    answered = len(stage.seconds.get("answer", ()))
    requests = sum(len(stage.seconds.get(kind, ())) for kind in ("page", "upload", "poll"))
    ours = stage.cpu["web"] + stage.cpu["worker"]
    pages = len(stage.seconds.get("page", ())) * stage.page_cost
    return {
        "users": stage.users,
        "seconds": round(stage.duration, 1),
        "requests_per_second": round(requests / stage.duration, 1),
        "pictures_per_second": round(answered / stage.duration, 2),
        "polls_per_picture": _ratio(len(stage.seconds.get("poll", ())), answered),
        "milliseconds": {what: _spread(stage.seconds.get(what, ())) for what in ("upload", "answer", "page", "poll")},
        "failures": dict(stage.failures),
        "cpu_seconds": {part: round(used, 2) for part, used in stage.cpu.items()},
        "cpu_ms_per_picture": {
            part: _ratio(1000 * stage.cpu[part], answered) for part in ("web", "worker", "postgres", "redis")
        },
        "pictures_per_core_second": _ratio(answered, ours),
        "pictures_per_core_second_without_pages": _ratio(answered, ours - pages),
        "load_generator_share_of_machine": _ratio(stage.cpu["load"], stage.cpu["machine"]),
        "others_share_of_machine": _ratio(stage.cpu["machine"] - _known(stage.cpu), stage.cpu["machine"]),
    }


def _known(cpu: Mapping[str, float]) -> float:
    return sum(used for part, used in cpu.items() if part != "machine")


def _spread(seconds: Sequence[float]) -> dict[str, float | None]:
    found = {f"p{percent}": percentile(seconds, percent) for percent in PERCENTILES}
    return {"n": len(seconds)} | {name: None if value is None else round(1000 * value) for name, value in found.items()}


def _ratio(part: float, whole: float) -> float | None:
    return round(part / whole, 2) if whole > 0 else None


def words(result: Mapping[str, Any]) -> str:
    """The whole result as tables for people."""
    parts = [_conditions(result), _load_table(result["stages"]), _cost_table(result["costs"])]
    parts += [_backlog_table(result["backlog"])] if result.get("backlog") else []
    parts += [_history_table(result["history"])] if result.get("history") else []
    return "\n\n".join([*parts, _memory_table(result["memory"])])


def _conditions(result: Mapping[str, Any]) -> str:
    machine = result["machine"]
    mix = ", ".join(f"{of['count']} {kind} ({of['kilobytes']} kB)" for kind, of in result["pictures"].items())
    return (
        f"{machine['cores']} cores, {machine['processor']}; yardstick {machine['yardstick_ms']} CPU ms; "
        f"load before the start {machine['load_before']}\nPictures: {mix}"
    )


def _load_table(stages: Sequence[Mapping[str, Any]]) -> str:
    rows = [("", [f"{stage['users']} user" + "s" * (stage["users"] > 1) for stage in stages])]
    rows += [(name, [_cell(_at(stage, path)) for stage in stages]) for name, path in LOAD_ROWS]
    rows += [("failures", [str(sum(stage["failures"].values())) for stage in stages])]
    table = _table(rows)
    reasons = [f"{stage['users']} users: {dict(stage['failures'])}" for stage in stages if stage["failures"]]
    return "\n".join([table, *reasons])


LOAD_ROWS = [
    ("requests/s", "requests_per_second"),
    ("pictures/s", "pictures_per_second"),
    *(
        (f"{name}, {p} ms", f"milliseconds.{what}.{p}")
        for what, name in (("upload", "upload"), ("answer", "upload to answer"), ("page", "home page"))
        for p in ("p50", "p95", "p99")
    ),
    ("polls per picture", "polls_per_picture"),
    ("pictures per core-second of web and worker, polls and home pages included", "pictures_per_core_second"),
    ("  the same less the home pages at their cost alone", "pictures_per_core_second_without_pages"),
    *((f"CPU ms per picture: {part}", f"cpu_ms_per_picture.{part}") for part in ("web", "worker", "postgres", "redis")),
    ("share of the machine's CPU: load generator", "load_generator_share_of_machine"),
    ("share of the machine's CPU: other programs", "others_share_of_machine"),
]


def _cost_table(costs: Mapping[str, Mapping[str, float]]) -> str:
    rows = [("one request alone, ms", ["CPU web", "CPU worker", "wall"])]
    return _table(
        rows + [(name, [_cell(cost[of]) for of in ("web", "worker", "wall")]) for name, cost in costs.items()]
    )


def _backlog_table(backlog: Mapping[str, Any]) -> str:
    rows = [(f"{backlog['waiting']:,} pictures wait, ms", ["p50", "p99"])]
    return _table(rows + [(name, [_cell(of["p50"]), _cell(of["p99"])]) for name, of in backlog["milliseconds"].items()])


def _history_table(history: Mapping[str, Any]) -> str:
    head = f"history of {history['of_owner']:,} in {history['rows']:,} rows, CPU ms a page"
    rows = [(head, ["server", "database", "both"])]
    return _table(
        rows
        + [
            (name, [_cell(of[part]) for part in ("server", "database", "both")])
            for name, of in history["milliseconds"].items()
        ]
    )


def _memory_table(memory: Mapping[str, Sequence[Mapping[str, Any]]]) -> str:
    rows = [("memory, MB", ["peak (RSS)", "share (PSS)"])]
    for part, processes in memory.items():
        rows += [(f"{part}, {of['name']}", [f"{of['peak']:.0f}", f"{of['share']:.0f}"]) for of in processes]
    return _table(rows)


def _at(stage: Mapping[str, Any], path: str) -> Any:
    value: Any = stage
    for name in path.split("."):
        value = value[name]
    return value


def _cell(value: float | None) -> str:
    return "–" if value is None else f"{value:g}"


def _table(rows: Sequence[tuple[str, Sequence[str]]]) -> str:
    first = max(len(name) for name, _ in rows)
    return "\n".join(name.ljust(first) + "".join(cell.rjust(13) for cell in cells) for name, cells in rows)
