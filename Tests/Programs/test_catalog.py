"""The explanations that `journalctl -x` shows."""
import pathlib
import re
import shutil
import subprocess

import pytest

from conftest import ROOT

CATALOG = ROOT / "systemd/freebusyd.catalog"
DIAGNOSES = ROOT.parent / "shared/DIAGNOSES.md"


def identities():
    """The identities of the sources, by diagnosis or event."""
    text = "".join(path.read_text() for path in (ROOT / "Sources/DaemonApp/Logging").glob("MessageID+*.swift"))
    return dict(re.findall(r'"([a-z.-]+)": "([0-9a-f]{32})"', text))


@pytest.fixture
def journalctl(tmp_path):
    """journalctl on a system of its own, into which the catalog was installed."""
    if not shutil.which("journalctl"):
        pytest.skip("needs journalctl")
    installed = tmp_path / "usr/lib/systemd/catalog"
    installed.mkdir(parents=True)
    (tmp_path / "var/lib/systemd/catalog").mkdir(parents=True)
    shutil.copy(CATALOG, installed)

    def run(*arguments):
        command = ["journalctl", f"--root={tmp_path}", *arguments]
        result = subprocess.run(command, capture_output=True, text=True)
        assert (result.returncode, result.stderr) == (0, "")
        return result.stdout

    run("--update-catalog")
    return run


def test_journalctl_takes_every_entry_in(journalctl):
    listed = dict(line.split(" freebusyd: ") for line in journalctl("--list-catalog").splitlines())
    assert set(listed) == set(identities().values())
    assert all(subject.strip() for subject in listed.values())


def test_journalctl_shows_what_was_written(journalctl):
    dumped = journalctl("--dump-catalog", identities()["tls.expired"])
    assert "Subject: The certificate of the Exchange server has expired" in dumped
    written = re.sub(r"(?m)^#.*\n", "", CATALOG.read_text())
    explanation = dumped.split("\n\n", 1)[1].strip()
    assert "@FREEBUSYD_REMEDY@" in explanation and explanation in written


@pytest.mark.skipif(not DIAGNOSES.exists(), reason="needs the list of diagnoses beside the repository")
def test_every_diagnosis_that_there_is_to_be_is_explained():
    rows = [line.split("|")[1] for line in DIAGNOSES.read_text().splitlines() if line.startswith("| `")]
    wanted = {name for row in rows for name in re.findall("`([a-z.-]+)`", row)}
    assert len(wanted) > 25
    assert wanted <= set(identities())


def test_the_lint_notices_what_does_not_belong_together(tmp_path):
    for name in ("docs", "scripts", "systemd", "Sources"):
        shutil.copytree(ROOT / name, tmp_path / name)

    def check():
        result = subprocess.run(["scripts/check-catalog"], cwd=tmp_path, capture_output=True, text=True)
        return result.stderr if result.returncode else ""

    def broken(path, old, new):
        file = tmp_path / path
        text = file.read_text()
        assert old in text
        file.write_text(text.replace(old, new, 1))
        said = check()
        file.write_text(text)
        return said

    identity = identities()["tls.expired"]
    diagnoses = "Sources/DaemonApp/Logging/MessageID+Diagnoses.swift"
    assert check() == ""
    assert "tls.expired is missing" in broken(diagnoses, "tls.expired", "tls.elapsed")
    assert "tls.elapsed is a stranger" in broken(diagnoses, "tls.expired", "tls.elapsed")
    assert "is there twice" in broken(diagnoses, identity, identities()["tls.untrusted"])
    assert "no identity of 32" in broken(diagnoses, identity, "x" + identity[1:])
    assert "tls.elapsed is missing" in broken("docs/errors.md", "| `tls.expired` |", "| `tls.elapsed` |")
    assert "scan-ended is missing" in broken("Sources/PresenceEngine/PresenceEngine+Outcomes.swift", "scan-finished", "scan-ended")
    catalog = "systemd/freebusyd.catalog"
    assert f"tls.expired ({identity}) is missing" in broken(catalog, f"-- {identity}", "-- " + "0" * 32)
    assert "comment with its name" in broken(catalog, "# tls.expired\n", "")
    assert "has the headers" in broken(catalog, "Defined-By: freebusyd\n", "")
    assert "field FREEBUSYD_HOST" in broken(catalog, "@FREEBUSYD_CONNECTOR@", "@FREEBUSYD_HOST@")
    assert "@FREEBUSYD_REMEDY@ stands in a line of its own" in broken(catalog, "@FREEBUSYD_REMEDY@\n", "")
    assert "without its remedy" in broken(
        "Sources/DaemonApp/Integration+Change.swift", '["diagnosis": .stringConvertible(missing)]', '["diagnosis": "config.not-set-up"]'
    )
    assert "would be left out" in broken(catalog, "\nThe name of the server", "\n#The name of the server")
