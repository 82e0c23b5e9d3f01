"""One row for each diagnosis: provoked for real, and named with its remedy by check, by status and in the journal."""
import contextlib
import re

import pytest

# Each enters its rows into the table.
import login_diagnoses  # noqa: F401
import mailbox_diagnoses  # noqa: F401
import receiver_diagnoses  # noqa: F401
import server_diagnoses  # noqa: F401
import service_diagnoses  # noqa: F401
from conftest import ROOT
from diagnoses import NOT_HERE, ROWS
from diagnosing import Patient, Stage, checked, has_check, lacking, seen
from fronts.certificates import Certificates
from fronts.world import why_not
from test_catalog import DIAGNOSES


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    return Certificates(tmp_path_factory.mktemp("certificates"))


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_what_is_wrong_is_named_with_its_remedy(row, tmp_path, certificates):
    if row.needs_names and why_not():
        pytest.skip(why_not())
    with contextlib.ExitStack() as stack:
        stage = Stage(tmp_path, stack, certificates)
        setting = row.scene(stage)
        patient = stack.enter_context(Patient(stage, setting))
        faults = []
        if row.checks and has_check():
            steps, said = checked(patient)
            named = [step for step in steps if step["diagnosis"] == row.id]
            # Several steps may meet it, of which the one that tells most counts.
            best = min((lacking(row.remedy, step["remedy"]) for step in named), key=len, default=[f"{row.id} itself"])
            faults += [f"check lacks “{word}”: {said}" for word in best]
            assert setting.tries() <= 1, "check sends a password once"
        before = setting.tries()
        faults += seen(patient, row)
        assert setting.tries() - before <= 1, "a password that was refused is not sent again"
        assert not faults, "\n".join(faults)


def explained():
    """Every id that docs/errors.md explains."""
    return set(re.findall(r"(?m)^\| `([a-z]+\.[a-z-]+)` \|", (ROOT / "docs/errors.md").read_text()))


def test_every_diagnosis_has_a_row_or_a_reason():
    provoked = {row.id for row in ROWS}
    assert not provoked & set(NOT_HERE), "nobody is both"
    missing = explained() - provoked - set(NOT_HERE)
    assert not missing, f"neither provoked nor excused: {sorted(missing)}"
    strangers = (provoked | set(NOT_HERE)) - explained()
    assert not strangers, f"not in docs/errors.md: {sorted(strangers)}"


@pytest.mark.skipif(not DIAGNOSES.exists(), reason="needs the list of diagnoses beside the repository")
def test_every_diagnosis_of_the_list_is_provoked():
    rows = [line.split("|")[1] for line in DIAGNOSES.read_text().splitlines() if line.startswith("| `")]
    wanted = {name for row in rows for name in re.findall("`([a-z.-]+)`", row)}
    assert wanted - {row.id for row in ROWS} == set()
