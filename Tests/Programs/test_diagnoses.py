"""One row for each diagnosis: provoked for real, and named with its remedy by check, by status and in the journal."""
import contextlib
import pathlib
import re

import pytest

from conftest import ROOT
from diagnoses import ROWS
from diagnosing import Patient, Stage, checked, has_check, lacking, seen
from fronts.certificates import Certificates
from fronts.world import why_not
from test_catalog import DIAGNOSES

# What other tests provoke, as real as here; each says the id.
ELSEWHERE = {
    "account.no-address": "test_automatic_replies.py",
}
# What cannot be provoked on a machine of tests, and why.
NOT_HERE = {}


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
        if has_check():
            steps, said = checked(patient)
            named = [step for step in steps if step["diagnosis"] == row.id]
            faults += [] if named else [f"check does not name {row.id}: {said}"]
            for step in named:
                faults += [f"check: remedy lacks “{word}”: {step['remedy']}" for word in lacking(row.remedy, step["remedy"])]
            assert setting.tries() <= 1, "check sends a password once"
        before = setting.tries()
        faults += seen(patient, row)
        assert setting.tries() - before <= 1, "a password that was refused is not sent again"
        assert not faults, "\n".join(faults)


def known():
    """Every id that docs/errors.md explains."""
    return set(re.findall(r"(?m)^\| `([a-z]+\.[a-z-]+)` \|", (ROOT / "docs/errors.md").read_text()))
