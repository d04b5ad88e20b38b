"""The console: one answer as text or JSON, one line for an error, the documented exit codes."""

import json
from typing import Annotated

import pytest
import typer

from psephos import errors
from psephos.__main__ import COMMANDS, main
from psephos.commands.console import Answer, Json, execute


def tree(kind=errors.PsephosError):
    """The errors a user can meet; what a module only raises to itself is no part of the tree."""
    if kind.__module__ == errors.__name__:
        yield kind
        for child in kind.__subclasses__():
            yield from tree(child)


def shout(times: Annotated[int, typer.Option()] = 1, json: Json = False) -> Answer:
    if times == 13:
        raise errors.Quarantined("strk stopped\nat block 7", hint="look at it")
    if times == 14:
        raise ZeroDivisionError("http://node/secret-key")
    return Answer({"times": times}, "hey " * times)


def test_text_goes_to_stdout(capsys):
    assert execute("shout", shout, ["--times", "2"]) == 0
    assert capsys.readouterr().out == "hey hey \n"


def test_json_is_one_document_with_the_documented_keys(capsys):
    assert execute("shout", shout, ["--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found == {"ok": True, "command": "shout", "error": None, "times": 1}


def test_an_error_is_one_line_with_its_hint_and_its_exit_code(capsys):
    assert execute("shout", shout, ["--times", "13"]) == 4
    out, err = capsys.readouterr()
    assert out == ""
    assert err == "psephos shout: strk stopped at block 7\n  → look at it\n"


def test_an_error_as_json_names_itself(capsys):
    assert execute("shout", shout, ["--times", "13", "--json"]) == 4
    found = json.loads(capsys.readouterr().out)
    assert found["ok"] is False
    assert found["error"]["name"] == "Quarantined"


def test_an_unexpected_error_is_one_line_and_keeps_its_secrets(capsys):
    assert execute("shout", shout, ["--times", "14"]) == 1
    err = capsys.readouterr().err
    assert "secret-key" not in err
    assert "Traceback" not in err
    assert "unexpected ZeroDivisionError in test_console.py" in err


@pytest.mark.parametrize("wrong", [["--times", "x"], ["--nonsense"], ["extra"]])
def test_a_wrong_option_is_exit_code_2(wrong, capsys):
    assert execute("shout", shout, wrong) == 2
    assert "--help" in capsys.readouterr().err


def test_an_unknown_command_names_the_one_that_was_meant(capsys):
    assert main(["sycn"]) == 2
    assert "psephos sync" in capsys.readouterr().err


def test_no_argument_shows_the_list(capsys):
    assert main([]) == 0
    out = capsys.readouterr().out
    assert all(name in out for name in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_shows_its_options_and_takes_json(command, capsys):
    assert main([command, "--help"]) == 0
    out = capsys.readouterr().out
    assert "--json" in out


@pytest.mark.parametrize("kind", list(tree()), ids=lambda kind: kind.__name__)
def test_every_error_has_a_documented_exit_code_and_stands_in_the_tree(kind):
    assert kind.exit_code in {1, 2, 3, 4, 5}
    drawn = [line for line in (errors.__doc__ or "").splitlines() if kind.__name__ in line.split()]
    assert len(drawn) == 1, kind
    if kind is not errors.PsephosError:
        assert str(kind.exit_code) in drawn[0].split()
        assert ("yes" in drawn[0].split()) == kind.retry
