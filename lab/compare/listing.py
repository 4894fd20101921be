"""`tandem compare --list`: what can be compared, and what there is to install first."""

from rich.console import Console
from rich.markup import escape

from lab.compare.kinds import DEFAULT_KINDS, KINDS
from lab.compare.workloads import Workload


def show_list(workloads: list[Workload], console: Console) -> None:
    """Write the contenders and the workloads to `console`, the default contenders marked."""
    console.print("[bold]Contenders[/bold]  (*: by default; NAME:4 for four processes; all)")
    for kind in KINDS:
        mark = "*" if kind.name in DEFAULT_KINDS else " "
        about = f"{kind.interface}, {kind.about.format(threads='--threads')}"
        if kind.missing:
            about += f" - not installed: pip install {kind.missing}"
        _line(console, mark, kind.option, about)
    console.print('\n[bold]Workloads[/bold]  (or a path that starts with "/"; all)')
    for workload in workloads:
        _line(console, " ", workload.name, f"{workload.shown}. {workload.question}")


def _line(console: Console, mark: str, name: str, about: str) -> None:
    console.print(f"{mark} {escape(name):<19} {escape(about)}", highlight=False, soft_wrap=True)
