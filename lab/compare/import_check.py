"""A script of its own: imports a module, looks for names in it, says in JSON what it found.

`python import_check.py MODULE NAME...` runs in the user's directory, so that the user's code never
runs inside the lab. The last line of its output is `{"problem": "a sentence", "interfaces": {name:
"WSGI", "ASGI" or ""}, "workloads": [...]}`; no problem is "".
"""

import importlib
import inspect
import json
import os
import sys
from dataclasses import asdict
from typing import Any

SAY_HOW = "or name the two callables, WSGI first, as in {module}:application,app"

LOOKS = ((("environ", "start_response"), "WSGI"), (("scope", "receive", "send"), "ASGI"))


def findings(module_name: str, names: list[str]) -> dict[str, Any]:
    """What is found out about a module: a problem, or its interfaces and its own workloads."""
    found: dict[str, Any] = {"problem": problem_with(module_name, names)}
    if not found["problem"]:
        module = sys.modules[module_name]
        found["interfaces"] = {name: interface_of(_attribute(module, name)) for name in names}
        try:
            found["workloads"] = own_workloads()
        except Exception as error:  # whatever a workload's function does is reported
            found["problem"] = f"a workload of {module_name} failed: {error}"
    return found


def problem_with(module_name: str, names: list[str]) -> str:
    """A sentence that says why `module_name` can't be compared; "" when it can."""
    try:
        module = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        if error.name and f"{module_name}.".startswith(f"{error.name}."):
            return (
                f"there is no module {module_name!r} here: give a module's dotted name, "
                "and run the command in the directory that holds it"
            )
        return f"importing {module_name} failed: {error}; install it, or correct the import"
    except BaseException as error:  # also SystemExit: whatever the module does is reported
        return f"importing {module_name} failed: {type(error).__name__}: {error}"
    for name in names:
        if not callable(_attribute(module, name)):
            say_how = SAY_HOW.format(module=module_name)
            one = f"; for one application write {module_name}:its_name"
            return f"{module_name} has no callable {name!r}: add it, {say_how}{one}"
    return ""


def interface_of(application: Any) -> str:
    """Which interface a callable has, "WSGI" or "ASGI"; "" when its looks don't tell.

    An ASGI application is a coroutine function, or takes (scope, receive, send); a WSGI one takes
    (environ, start_response). A class whose instances are awaited, as in ASGI 2, is neither.
    """
    if inspect.isclass(application):
        return ""
    for candidate in (application, getattr(application, "__call__", None)):  # noqa: B004
        if inspect.iscoroutinefunction(candidate):
            return "ASGI"
    try:
        signature = inspect.signature(application)
    except (ValueError, TypeError):
        return ""
    looks = [interface for arguments, interface in LOOKS if _takes(signature, arguments)]
    return looks[0] if len(looks) == 1 else ""


def own_workloads() -> list[dict[str, Any]]:
    """The workloads that the imported modules have registered, each with what it asks for."""
    registry = sys.modules.get("lab.compare.own_workloads")
    return [
        {"name": own.name, "question": own.question, **asdict(own.ask())}
        for own in getattr(registry, "REGISTERED", ())
    ]


def _takes(signature: inspect.Signature, arguments: tuple[str, ...]) -> bool:
    try:
        signature.bind(*arguments)
    except TypeError:
        return False
    return True


def _attribute(module: Any, name: str) -> Any:
    for part in name.split("."):
        module = getattr(module, part, None)
    return module


def main() -> None:
    """Check what the command line names."""
    sys.path.insert(0, os.getcwd())
    found = findings(sys.argv[1], sys.argv[2:])
    sys.stdout.write("\n" + json.dumps(found) + "\n")
    sys.stdout.flush()
    os._exit(0)  # a thread that the module started would keep us here


if __name__ == "__main__":
    main()
