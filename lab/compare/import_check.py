"""A script of its own: imports a module, looks for names in it, says in JSON what is wrong.

`python import_check.py MODULE NAME...` runs in the user's directory, so that the user's code never
runs inside the lab. The last line of its output is `{"problem": "a sentence"}`, "" for none.
"""

import importlib
import json
import os
import sys


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
        if not callable(getattr(module, name, None)):
            return (
                f"{module_name} has no callable {name!r}: add it, or name the two callables, "
                f"WSGI first, as in {module_name}:application,app"
            )
    return ""


def main() -> None:
    """Check what the command line names."""
    sys.path.insert(0, os.getcwd())
    problem = problem_with(sys.argv[1], sys.argv[2:])
    sys.stdout.write("\n" + json.dumps({"problem": problem}) + "\n")
    sys.stdout.flush()
    os._exit(0)  # a thread that the module started would keep us here


if __name__ == "__main__":
    main()
