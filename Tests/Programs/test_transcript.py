"""docs/a-day.md is what the programs really say: made again, it is the same."""
import subprocess
import sys

from conftest import ROOT


def test_the_day_is_as_it_was_written_down(tmp_path):
    again = tmp_path / "a-day.md"
    subprocess.run([sys.executable, ROOT / "scripts/make-transcript", again], check=True, timeout=600)
    assert again.read_text().splitlines() == (ROOT / "docs/a-day.md").read_text().splitlines()
