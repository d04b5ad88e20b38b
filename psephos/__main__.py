"""The console command: a list of words. A subcommand's module is imported when it is run.

`psephos --help` is answered from this list alone, without loading a library.
"""

import os
import sys
from importlib import import_module

COMMANDS = {
    "init": "write a configuration, and estimate what collecting it will cost",
    "doctor": "say what is wrong on this machine, and what to do about it",
    "status": "show heights, levels, gaps, reorganisations and quarantine",
    "sync": "collect from the chain, verify, and seal whatever became final",
    "check": "compare what the rows add up to with what the tokens hold",
    "release": "publish sealed batches, positions and figures for readers",
    "measure": "print figures at a block, or every measure of any table",
    "control": "say who can pass, block, propose and halt, by a system's rules",
    "whatif": "compare figures and votes before and after a change of how votes count",
    "promises": "say which promises are kept, broken, open or not checkable",
    "prove": "prove what a table of votes or holders adds up to, or that a row is in it",
    "simulate": "show supply, stake, unlocks and yield under a scenario, with bands",
    "verify": "check a batch, a release, a block, a proof against its commitments",
    "evidence": "write everything a figure rests on into one file that verifies offline",
    "serve": "serve the site on this machine",
    "lab": "open JupyterLab on the notebooks",
    "demo": "take the embedded sample through all of it",
}

EXIT_CODES = """\
exit codes: 0 ok · 1 failed · 2 wrong command line · 3 verification failed ·
4 incomplete, quarantined or not possible to verify · 5 source unreachable"""


def usage() -> str:
    """The list of commands, as `psephos --help` prints it."""
    width = max(map(len, COMMANDS))
    rows = "\n".join(f"  {name:<{width}}  {summary}" for name, summary in COMMANDS.items())
    return (
        "usage: psephos COMMAND [options]\n\n"
        f"{rows}\n\n"
        "`psephos COMMAND --help` shows its options; every command takes --json.\n"
        f"{EXIT_CODES}"
    )


def start_alone() -> None:
    """Before numpy is loaded: no thread a core for products of matrices, which nobody asks for.

    They spin for 0.07 CPU seconds at every start. A value of the user's own stays.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def main(argv: list[str] | None = None) -> int:
    """Run `psephos.commands.<first argument>`; that module owns its options."""
    given = sys.argv[1:] if argv is None else argv
    name, rest = (given[0], given[1:]) if given else ("--help", [])
    if name in {"-h", "--help", "help"}:
        print(usage())
        return 0
    if name in {"-V", "--version"}:
        from psephos import __version__

        print(__version__)
        return 0
    if name not in COMMANDS:
        from psephos.commands.console import wrong_command

        return wrong_command(name, rest, list(COMMANDS))
    start_alone()
    module = import_module(f"psephos.commands.{name}")
    from psephos.commands.console import execute, subject

    if hasattr(module, "OF_OPTIONS") and rest and rest[0].startswith("--") and rest[0] != "--help":
        rest = [module.OF_OPTIONS, *rest]
    if hasattr(module, "SUBJECTS"):
        return subject(name, module.SUBJECTS, rest)
    return execute(name, module.run, rest)


if __name__ == "__main__":
    sys.exit(main())
