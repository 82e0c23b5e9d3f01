"""The example of a hook that speaks announcements, run as the daemon runs it."""
import json
import os
import signal
import struct
import subprocess
import wave

import pytest

from conftest import ROOT, wait_for

SCRIPT = ROOT / "examples/voicemail-greeting/voicemail-greeting"
SHORT = "I am away."


# As the daemon's unit has it.
UMASK = 0o027


def mailbox(folder, extension="101"):
    """As Asterisk makes it."""
    path = folder / extension
    path.mkdir(parents=True)
    path.chmod(0o2775)
    return path


def run(folder, extension="101", presence="away", text=SHORT, check=True, options=(), **more):
    announcement = None if text is None else {"internal": "For colleagues only.", "external": text}
    event = {"extension": extension, "presence": presence, "announcement": announcement, **more}
    result = subprocess.run(
        [SCRIPT, "--folder", folder, *options], input=json.dumps(event), capture_output=True, text=True, timeout=120,
        env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}, cwd="/", check=False, umask=UMASK,
    )
    if check:
        assert result.returncode == 0, result.stderr
    return result


def sound(path):
    """Seconds, and the loudest sample."""
    with wave.open(str(path), "rb") as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 8000)
        assert file.getcomptype() == "NONE"
        frames = file.readframes(file.getnframes())
    samples = struct.unpack(f"<{len(frames) // 2}h", frames)
    return len(samples) / 8000, max(map(abs, samples), default=0)


def test_the_greeting_is_what_asterisk_plays(tmp_path):
    mailbox(tmp_path)
    run(tmp_path)
    seconds, loudest = sound(tmp_path / "101/temp.wav")
    assert 0.3 < seconds < 5
    assert loudest > 1000
    assert [path.name for path in (tmp_path / "101").iterdir()] == ["temp.wav"]
    # Whatever the umask, Asterisk reads it, and its group may replace it.
    assert (tmp_path / "101/temp.wav").stat().st_mode & 0o777 == 0o664
    assert (tmp_path / "101").stat().st_mode & 0o7777 == 0o2775


def test_a_longer_text_is_a_longer_greeting_up_to_a_limit(tmp_path):
    for name in "123":
        mailbox(tmp_path, name)
    run(tmp_path, "1", text=SHORT)
    run(tmp_path, "2", text="I am away until Friday, the fourth of December. In urgent cases please call my colleague. " * 2)
    run(tmp_path, "3", text="I am away. " * 5000)
    short, longer, longest = (sound(tmp_path / name / "temp.wav")[0] for name in "123")
    assert short * 3 < longer < longest < 240


def test_each_extension_has_its_own_and_a_new_text_takes_the_place_of_the_old(tmp_path):
    mailbox(tmp_path, "101")
    mailbox(tmp_path, "102")
    run(tmp_path, "101")
    run(tmp_path, "102", text="Something else entirely, and longer than that.")
    other = (tmp_path / "102/temp.wav").read_bytes()
    first = (tmp_path / "101/temp.wav").read_bytes()
    assert first != other
    run(tmp_path, "101", text="Something else entirely, and longer than that.")
    assert (tmp_path / "101/temp.wav").read_bytes() == other


@pytest.mark.parametrize("presence,text", [("available", None), ("meeting", None), ("unknown", None), ("away", None),
                                           ("away", " \r\n "), ("available", SHORT)])
def test_it_is_gone_when_there_is_nothing_to_say(tmp_path, presence, text):
    mailbox(tmp_path)
    run(tmp_path)
    kept = tmp_path / "101/unavail.wav"
    kept.write_bytes(b"the user's own")
    run(tmp_path, presence=presence, text=text)
    assert [path.name for path in (tmp_path / "101").iterdir()] == ["unavail.wav"]
    run(tmp_path, presence=presence, text=text)


@pytest.mark.parametrize("text", [
    "--help", "-w /tmp/elsewhere.wav", "$(touch {folder}/owned) `touch {folder}/owned` ; touch {folder}/owned",
    "[[h@l'oU]] {folder}", "<audio src='/etc/passwd'/> & \0 \x1b[31m", "👩‍👩‍👧‍👦 日本 Grüße", "%s %n \\ ' \"",
])
def test_odd_texts_are_spoken_or_left_out_and_do_nothing_else(tmp_path, text):
    folder = tmp_path / "mail"
    mailbox(folder)
    run(folder, text="Hello. " + text.format(folder=tmp_path))
    assert sound(folder / "101/temp.wav")[0] > 0.3
    run(folder, text=text.format(folder=tmp_path))
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["101", "mail", "temp.wav"]


@pytest.mark.parametrize("extension", ["", ".", "..", "../102", "a/b", "/etc", "-w", "1 2", "1;2", "1\n", "ä", "1" * 60])
def test_what_is_no_extension_writes_nothing(tmp_path, extension):
    folder = tmp_path / "mail"
    folder.mkdir()
    result = run(folder, extension, check=False)
    assert result.returncode == 1
    assert "no extension of a mailbox" in result.stderr
    assert [path.name for path in tmp_path.rglob("*")] == ["mail"]


def test_who_has_no_extension_has_no_mailbox(tmp_path):
    run(tmp_path, None)
    assert list(tmp_path.iterdir()) == []


def test_when_nothing_can_speak_the_old_greeting_stays_and_the_hook_fails(tmp_path):
    folder, programs = tmp_path / "mail", tmp_path / "programs"
    programs.mkdir()
    mailbox(folder)
    run(folder)
    before = (folder / "101/temp.wav").read_bytes()
    (programs / "espeak-ng").write_text("#!/bin/sh\ncat >/dev/null\necho 'no voice today' >&2\nexit 1\n")
    (programs / "espeak-ng").chmod(0o755)
    event = {"extension": "101", "presence": "away", "announcement": {"external": "New.", "internal": ""}}
    result = subprocess.run(
        [SCRIPT, "--folder", folder], input=json.dumps(event), capture_output=True, text=True, timeout=60, check=False,
        env={"PATH": f"{programs}:{os.environ['PATH']}"},
    )
    assert result.returncode == 1
    assert "no voice today" in result.stderr
    assert (folder / "101/temp.wav").read_bytes() == before
    assert [path.name for path in (folder / "101").iterdir()] == ["temp.wav"]


def test_a_missing_mailbox_is_not_made_and_the_hook_fails(tmp_path):
    result = run(tmp_path, check=False)
    assert result.returncode == 1
    assert "there is no mailbox" in result.stderr
    assert "--skip-missing" in result.stderr
    assert list(tmp_path.iterdir()) == []
    mailbox(tmp_path)
    run(tmp_path)
    assert (tmp_path / "101/temp.wav").exists()


def test_a_missing_mailbox_is_passed_over_where_that_is_wanted(tmp_path):
    result = run(tmp_path, options=["--skip-missing"])
    assert "there is no mailbox" in result.stdout
    assert list(tmp_path.iterdir()) == []
    # Where there is none at all, the folder is the wrong one.
    result = run(tmp_path / "elsewhere", options=["--skip-missing"], check=False)
    assert result.returncode == 1
    assert "is no folder" in result.stderr


@pytest.mark.parametrize("presence,text", [("available", None), ("away", None), ("unknown", None)])
def test_who_has_no_mailbox_and_nothing_to_say_is_no_failure(tmp_path, presence, text):
    run(tmp_path, presence=presence, text=text)
    assert list(tmp_path.iterdir()) == []


def test_a_hook_that_is_stopped_leaves_nothing_half_done(tmp_path):
    folder, programs = tmp_path / "mail", tmp_path / "programs"
    programs.mkdir()
    box = mailbox(folder)
    (programs / "espeak-ng").write_text("#!/bin/sh\nexec sleep 300\n")
    (programs / "espeak-ng").chmod(0o755)
    event = {"extension": "101", "presence": "away", "announcement": {"external": "New.", "internal": ""}}
    process = subprocess.Popen(
        [SCRIPT, "--folder", folder], stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={"PATH": f"{programs}:{os.environ['PATH']}"}, start_new_session=True,
    )
    process.stdin.write(json.dumps(event))
    process.stdin.close()
    process.stdin = None
    wait_for("the folder that it works in", lambda: list(box.iterdir()))
    # As the daemon does when the time is over: to the program and all that it started.
    os.killpg(process.pid, signal.SIGTERM)
    process.communicate(timeout=60)
    assert process.returncode == 1
    assert list(box.iterdir()) == []


def test_the_daemon_runs_it_as_the_example_says(daemon, simulator, users, tmp_path):
    folder = tmp_path / "voicemail"
    for number in range(len(users)):
        mailbox(folder, str(200 + number))
    example = (SCRIPT.parent / "hook.toml").read_text()
    for path, here in (("/usr/local/lib/freebusyd/voicemail-greeting", SCRIPT), ("/var/spool/asterisk/voicemail/default", folder)):
        assert path in example
        example = example.replace(path, str(here))
    daemon.write_config(users, extra=example)
    greeting = folder / "200/temp.wav"
    simulator.reply(users[0], state="enabled", internal="I am with my colleagues.", external=SHORT)
    daemon.start().scanned()
    wait_for("the greeting", greeting.exists)
    assert sound(greeting)[1] > 1000
    assert [path.parent.name for path in folder.rglob("temp.wav")] == ["200"]
    simulator.reply(users[0], state="disabled")
    daemon.control("force", users[0])
    wait_for("its end", lambda: not greeting.exists())
