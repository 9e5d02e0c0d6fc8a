"""`eskalera status`; scripts ask it often, so what only the answer needs is imported where there is one."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Annotated, Any

import typer

from eskalera.commands.options import PortBase
from eskalera.instances import Instance, PartState, find
from eskalera.parts import answers_ok

MEGABYTE = 1_000_000


def status(
    *, as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False, port_base: PortBase = None
) -> None:
    """Show what runs, whether it is ready, and its memory. Exit code 1 when something is not ready."""
    found = describe(find(port_base))
    if as_json:
        typer.echo(json.dumps(found, indent=2))
    else:
        _print(found)
    if not found["ready"]:
        raise typer.Exit(1)


def describe(instance: Instance) -> dict[str, Any]:
    """What `status --json` prints. Memory in MB: `rss_mb` counts shared pages in each process, `pss_mb` once."""
    with ThreadPoolExecutor(max_workers=max(1, len(instance.parts))) as pool:
        ready = dict(zip(instance.parts, pool.map(_is_ready, instance.parts.values()), strict=True))
    services: dict[str, dict[str, Any]] = {
        name: {"url": part.url, "ready": ready[name], "pid": part.pid, "restarts": part.restarts, "log": part.log}
        | _memory(part.pid)
        for name, part in instance.parts.items()
    }
    supervisor = _memory(instance.pid, family=False)
    memory = [supervisor, *services.values()]
    return {
        "ready": instance.ready and all(ready.values()),
        "demo": instance.demo,
        "pid": instance.pid,
        "port_base": instance.port_base,
        "data": instance.data,
        "services": services,
        "supervisor": supervisor,
        "rss_mb": round(sum(one["rss_mb"] for one in memory), 1),
        "pss_mb": round(sum(one["pss_mb"] for one in memory), 1),
    }


def _is_ready(part: PartState) -> bool:
    import psutil

    if part.pid is None or not psutil.pid_exists(part.pid):
        return False
    return part.ready_url is None or answers_ok(part.ready_url, timeout=2.0)


def _memory(pid: int | None, *, family: bool = True) -> dict[str, float]:
    """Of the process, and with `family` of all it started."""
    import psutil

    rss = pss = 0
    try:
        processes = [] if pid is None else [psutil.Process(pid)]
        if family:
            processes += [child for process in processes for child in process.children(recursive=True)]
    except psutil.NoSuchProcess:
        processes = []
    for process in processes:
        try:
            full = process.memory_full_info()
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
        rss += full.rss
        pss += getattr(full, "pss", full.rss)
    return {"rss_mb": round(rss / MEGABYTE, 1), "pss_mb": round(pss / MEGABYTE, 1)}


def _print(found: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False, caption=f"{found['data']} · {found['pss_mb']:.0f} MB in all")
    for heading in ("", "ready", "address", "process", "MB", "restarts"):
        table.add_column(heading)
    for name, one in found["services"].items():
        ready = "[green]yes[/]" if one["ready"] else "[red]no[/]"
        table.add_row(
            name, ready, one["url"] or "", str(one["pid"] or ""), f"{one['pss_mb']:.0f}", str(one["restarts"])
        )
    Console().print(table)
