"""The house itself: layers, locks, the wheel, the words that must not appear."""

import ast
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from psephos.__main__ import start_alone

ROOT = Path(__file__).resolve().parent.parent


def run(*command: str, **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, **options)


def tracked() -> list[Path]:
    found = run("git", "ls-files", "-z")
    if found.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in found.stdout.split("\0") if name]


def test_imports_point_downward_only():
    found = run(str(Path(sys.executable).with_name("lint-imports")), "--no-cache")
    assert found.returncode == 0, found.stdout


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_locks_carry_hashes_and_no_addresses(name):
    text = (ROOT / name).read_text()
    assert "://" not in text
    pins = re.findall(r"^[A-Za-z0-9_.-]+(?:\[[^\]]*\])?==", text, re.MULTILINE)
    assert len(pins) > 100
    assert text.count("--hash=sha256:") >= len(pins)


def test_every_dependency_of_the_project_is_locked():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = project["dependencies"] + project["optional-dependencies"]["dev"]
    locked = (ROOT / "requirements-dev.txt").read_text()
    for requirement in wanted:
        name = re.split(r"[\[><=;]", requirement)[0].strip().lower()
        assert re.search(rf"^{re.escape(name)}(\[.*\])?==", locked, re.MULTILINE), name


def test_the_npm_lock_names_no_address():
    text = (ROOT / "tests" / "anvil" / "package-lock.json").read_text()
    assert '"resolved"' not in text
    assert "integrity" in text


def test_the_conda_environment_has_python_pip_and_the_same_requirements():
    text = (ROOT / "environment.yml").read_text()
    for part in ("- python >=3.11,<3.14", "- pip", "-r requirements.txt", "--require-hashes"):
        assert part in text


def test_the_verifier_is_imported_without_site_packages():
    code = "import psephos.stark.verify, sys; assert 'numpy' not in sys.modules"
    found = run(sys.executable, "-S", "-c", code)
    assert found.returncode == 0, found.stderr


def test_help_loads_no_library():
    """It answers in 0.05 s because of this; a limit in seconds would test the machine."""
    code = (
        "import sys; before = set(sys.modules);"
        "from psephos.__main__ import main; main(['--help']);"
        "new = {m.split('.')[0] for m in set(sys.modules) - before};"
        "third = new - set(sys.stdlib_module_names) - {'psephos'}; assert not third, third"
    )
    found = run(sys.executable, "-c", code)
    assert found.returncode == 0, found.stderr
    assert "measure" in found.stdout


def test_collecting_from_ethereum_loads_neither_starknet_nor_a_compiler():
    """Each would add a tenth of a second or more to every start."""
    code = (
        "import sys, psephos.chain.collect, psephos.chain.ethereum;"
        "heavy = ('numba', 'web3', 'requests', 'polars', 'duckdb', 'psephos.chain.starknet.node',"
        " 'psephos.chain.starknet.read', 'psephos.chain.starknet.felts',"
        " 'psephos.commit.starknet.header');"
        "assert not sys.modules.keys() & set(heavy), sys.modules.keys() & set(heavy)"
    )
    found = run(sys.executable, "-c", code)
    assert found.returncode == 0, found.stderr


def test_a_command_starts_no_threads_for_matrices_unless_the_user_asks_for_them(monkeypatch):
    for own, found in (("2", "2"), (None, "1")):
        if own:
            monkeypatch.setenv("OPENBLAS_NUM_THREADS", own)
        else:
            monkeypatch.delenv("OPENBLAS_NUM_THREADS")
        start_alone()
        assert os.environ["OPENBLAS_NUM_THREADS"] == found


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built wheel, installed into a folder of its own."""
    folder = tmp_path_factory.mktemp("wheel")
    built = run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder))
    assert built.returncode == 0, built.stdout + built.stderr
    (file,) = folder.glob("psephos-*.whl")
    target = folder / "installed"
    command = (sys.executable, "-m", "pip", "install", "--no-deps", "--quiet", "--no-index")
    installed = run(*command, "--disable-pip-version-check", "--target", str(target), str(file))
    assert installed.returncode == 0, installed.stderr
    return target


def test_no_other_distribution_owns_our_import_roots(wheel):
    """`pip install analytics-python` would silently overwrite ours: see docs/decisions/0001."""
    code = (
        f"import sys; sys.path.insert(0, {str(wheel)!r});"
        "from importlib.metadata import packages_distributions as owners; found = owners();"
        "print([found.get(name) for name in ('psephos', 'analytics', 'dashboards')])"
    )
    found = run(sys.executable, "-I", "-c", code)
    assert found.stdout.strip() == "[['psephos'], ['psephos'], ['psephos']]", found.stdout


def test_the_wheel_carries_its_sample_and_its_pages(wheel):
    for name in (
        "psephos/data/sample/psephos.toml",
        "psephos/data/sample/answers.xz",
        "psephos/data/sample/starknet.toml",
        "psephos/data/sample/starknet.xz",
        "psephos/commands/examples/mainnet.toml",
        "psephos/store/migrations/0001_index.sql",
        "dashboards/pages",
        "dashboards/assets/1-look.css",
        "dashboards/index.html",
        "dashboards/verifier/verify.html",
        "analytics",
        "psephos/py.typed",
    ):
        assert (wheel / name).exists(), name


def test_the_wheel_carries_what_browsers_load_of_plotly_where_it_is_installed(wheel):
    small = "dashboards/programs/node_modules/plotly.js-basic-dist-min/plotly-basic.min.js"
    for name in (small, small.replace("plotly-basic.min.js", "LICENSE")):
        assert (wheel / name).exists() == (ROOT / name).exists(), name


ASKED = re.compile(r'(?:shipped\(|dated\.\w+\((?:file, )?)"(\w+)"')


def test_the_wheel_carries_every_folder_of_data_that_the_code_asks_for(wheel):
    sources = [path.read_text() for path in (ROOT / "psephos").rglob("*.py")]
    asked = {name for text in sources for name in ASKED.findall(text)}
    assert {"entities", "rules", "promises", "decisions", "services"} <= asked
    for name in asked:
        for file in (ROOT / "data" / name).rglob("*.toml"):
            assert (wheel / "psephos" / file.relative_to(ROOT)).is_file(), file


def test_the_installed_wheel_answers_from_an_empty_folder(wheel, tmp_path):
    environment = os.environ | {"PYTHONPATH": str(wheel)}
    command = (sys.executable, "-m", "psephos", "init", "--head", "24000000", "--json")
    environment["ETHEREUM_RPC"] = "http://127.0.0.1:9"
    found = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert found.returncode == 0, found.stderr
    assert (tmp_path / "psephos.toml").exists()


FORBIDDEN = re.compile(
    "|".join(
        ["py" + r"pi\.org", "python" + "hosted", "npm" + r"js\.(org|com)", r"deb\.deb" + "ian"]
    )
)
BINARY = {".png", ".woff2", ".xz", ".parquet", ".gz"}


def test_no_file_names_a_registry_host():
    found = [
        file.relative_to(ROOT).as_posix()
        for file in tracked()
        if file.is_file() and file.suffix not in BINARY
        if FORBIDDEN.search(file.read_text(encoding="utf-8", errors="replace"))
    ]
    assert found == []


def test_no_file_has_a_name_that_says_nothing():
    empty = re.compile(r"(^|/)(utils?|helpers?|common|misc|managers?|base|core)(/|\.py$)")
    names = [file.relative_to(ROOT).as_posix() for file in tracked()]
    assert [name for name in names if empty.search(name)] == []


def test_everything_the_makefile_asks_of_debian_is_installed_on_ci():
    """A clean machine has no venv module: `make demo` names it, `.ci/run` has to bring it."""
    named = re.findall(r"apt install ([a-z0-9 -]+)\)", (ROOT / "Makefile").read_text())
    wanted = {package for line in named for package in line.split()}
    assert {"python3-venv", "npm"} <= wanted
    script = (ROOT / ".ci" / "run").read_text()
    brought = set(
        re.findall(r"[a-z0-9-]+", " ".join(re.findall(r"packages\+=\(([^)]*)\)", script)))
    )
    assert wanted <= brought


def test_every_make_target_that_a_page_names_exists():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for page in ("README.md", "CONTRIBUTING.md", "data/sample/README.md"):
        named = set(
            re.findall(r"\bmake ([a-z][a-z-]+)(?=[ `\n])", _code((ROOT / page).read_text()))
        )
        assert named <= targets, page


def _code(text: str) -> str:
    """What a page of Markdown shows as code."""
    return "\n".join(re.findall(r"`[^`\n]+`|^    .+$|^make .+$", text, re.MULTILINE)) + "\n"


def test_the_readme_shows_both_commands():
    text = (ROOT / "README.md").read_text()
    assert "make demo" in text
    assert "make test" in text


def test_every_file_and_every_function_can_be_read_at_once():
    """At most 300 lines a file and 60 lines a function, of everything that is shipped."""
    long = []
    for room in ("psephos", "analytics", "dashboards"):
        for file in sorted((ROOT / room).rglob("*.py")):
            text = file.read_text("utf-8")
            if (lines := text.count("\n")) > 300:
                long.append(f"{file.name}: {lines} lines")
            for one in ast.walk(ast.parse(text)):
                if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef):
                    size = (one.end_lineno or 0) - one.lineno + 1
                    if size > 60:
                        long.append(f"{file.name}: {one.name} has {size} lines")
    assert long == []
