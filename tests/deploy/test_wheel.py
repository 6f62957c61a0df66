"""The wheel, as pip, pipx and uvx install it: all that runs is in it, and it runs from whatever folder one is in."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.serving import ROOT, serving, studyhall, visiting

pytestmark = pytest.mark.slow

PACKAGES = ("adapters", "bot", "content")
BUILD = "from setuptools import build_meta; build_meta.build_sdist('dist')"
INSTALL = (
    "pip install --quiet --disable-pip-version-check --no-index --no-deps --no-build-isolation --no-compile"
)


def files_of(folder: Path) -> set[str]:
    return {
        path.relative_to(folder).as_posix()
        for package in PACKAGES
        for path in (folder / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def install(folder: Path) -> Path:
    """Where the wheel puts what it holds; it is built from what a source distribution holds, which so is whole, too."""
    source, target = folder / "source", folder / "site"
    for package in PACKAGES:
        shutil.copytree(ROOT / package, source / package, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("LICENSE", "README.md", "pyproject.toml", "setup.py"):
        shutil.copy(ROOT / name, source)
    subprocess.run([sys.executable, "-c", BUILD], cwd=source, capture_output=True, check=True)
    (made,) = (source / "dist").iterdir()
    shutil.unpack_archive(made, folder / "unpacked", filter="data")
    (unpacked,) = (folder / "unpacked").iterdir()
    left = unpacked / "build" / "lib" / "content" / "questions" / "deleted.yaml"
    left.parent.mkdir(parents=True)
    left.write_text("an earlier build left this")
    subprocess.run([sys.executable, "-m", *INSTALL.split(), "--target", target, unpacked], check=True)
    return target


def version_of(installed: Path) -> str:
    environ = {**os.environ, "PYTHONPATH": str(installed)}
    return subprocess.check_output([installed / "bin" / "studyhall", "--version"], env=environ, text=True)


async def test_all_that_runs_is_in_it_and_it_keeps_its_data_where_the_platform_keeps_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = install(tmp_path)
    assert files_of(installed) == files_of(ROOT)
    assert version_of(installed).startswith("studyhall ")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    here = tmp_path / "here"
    here.mkdir()
    async with serving(here, program=installed) as room:
        async with visiting(room.url) as page:
            await page.sees("A whole round in two minutes")
            async with page.http.get(room.url) as shown:
                assert (shown.status, shown.content_type) == (200, "text/html")
        ended = await room.stops(signal.SIGTERM)
    file = tmp_path / "share" / "studyhall" / "studyhall.db"
    assert f"the data are in {file}.\n" in ended.out
    assert [path.name for path in here.iterdir()] == []
    # Whoever has run it from a checkout in this folder finds their data again.
    file.parent.rename(here / "data")
    kept = await studyhall(here, "backup", "kept.db", program=installed)
    assert kept.out.startswith("data/studyhall.db was copied to kept.db")
