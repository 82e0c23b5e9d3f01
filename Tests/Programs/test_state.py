"""The state directory: one daemon to it, and a file that can be copied."""
import contextlib
import os
import shutil
import signal
import sqlite3
import stat

from conftest import PATIENCE, Daemon


def second(daemon, folder, simulator, users):
    """A daemon with a socket of its own on the state of another."""
    folder.mkdir()
    other = Daemon(folder, simulator, users[:1])
    other.config.write_text(other.config.read_text().replace(str(other.state), str(daemon.state)))
    return other


def test_a_second_daemon_on_the_same_state_is_refused_and_changes_nothing(daemon, tmp_path, simulator, users):
    daemon.start().scanned()
    other = second(daemon, tmp_path / "other", simulator, users)
    other.start(wait=False)
    assert other.process.wait(timeout=PATIENCE) == 1
    lock = daemon.state / "lock"
    assert (
        f"Another freebusyd (process {daemon.process.pid}) uses the database {daemon.state / 'freebusyd.db'}. "
        "Stop it first, or set another state_directory in [service]." in other.log()
    )
    assert not other.socket.exists()
    assert len(daemon.json("users")) == len(users)
    assert int(lock.read_text()) == daemon.process.pid
    assert stat.S_IMODE(lock.stat().st_mode) == 0o600


def test_a_killed_daemon_leaves_the_state_to_the_next_one(daemon, tmp_path, simulator, users):
    blocked = tmp_path / "blocked"
    os.mkfifo(blocked)
    # A hook that is still running when its daemon is killed must not hold the lock.
    (daemon.folder / "hook").write_text(f"#!/bin/sh\nexec sleep 600 >{blocked}\n")
    daemon.start()
    with open(blocked, "rb"):
        daemon.stop(signal.SIGKILL)
        next_one = second(daemon, tmp_path / "next", simulator, users)
        next_one.start()
        assert next_one.stop() == 0


def test_after_a_clean_stop_the_one_file_is_whole(daemon, tmp_path, users):
    daemon.start().scanned()
    daemon.delivered()
    assert daemon.stop() == 0
    copy = tmp_path / "copy.db"
    shutil.copy(daemon.state / "freebusyd.db", copy)
    with contextlib.closing(sqlite3.connect(copy)) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        shown = database.execute("SELECT address, presence FROM presences").fetchall()
    assert shown == [(user, "available") for user in users]


def test_a_database_with_a_step_of_another_name_is_refused_and_left_alone(daemon):
    daemon.start().scanned()
    assert daemon.stop() == 0
    file = daemon.state / "freebusyd.db"
    with contextlib.closing(sqlite3.connect(file)) as database, database:
        database.execute("INSERT INTO grdb_migrations VALUES ('v99-future')")
    before = file.read_bytes()
    daemon.start(wait=False)
    assert daemon.process.wait(timeout=PATIENCE) == 1
    assert "schema v99-future" in daemon.log()
    assert file.read_bytes() == before
