"""GET /metrics: the numbers move as they should, and Prometheus' own tools understand them."""
import http.client
import os
import re
import shutil
import signal
import socket
import subprocess
import threading
import time

from conftest import ROOT, Daemon, Simulator, wait_for, wait_until_equal
from notifying import STREAMING, notified
from prometheus_client.parser import text_string_to_metric_families
from test_daemon import moment
from test_hooks import WALL, reload, write_hook

PROMTOOL = shutil.which("promtool")
DOCUMENT = (ROOT / "docs/metrics.md").read_text()
RULES = re.search(r"^```yaml\n(.*?)^```", DOCUMENT, re.DOTALL | re.MULTILINE).group(1)


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost")
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.connect(str(self.path))


def ask(daemon):
    connection = UnixConnection(daemon.socket)
    connection.request("GET", "/metrics")
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    assert answer.status == 200, text
    return answer, text


def samples(text):
    """Every sample by name and labels, as Prometheus' parser for Python reads them."""
    found = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            key = sample.name, frozenset(sample.labels.items())
            assert key not in found, f"{key} is there twice"
            found[key] = sample.value
    return found


def scrape(daemon):
    return samples(ask(daemon)[1])


def value(numbers, name, **labels):
    return numbers.get((name, frozenset(labels.items())))


def total(numbers, name, **labels):
    """The sum over all series that have these labels."""
    return sum(number for (other, all), number in numbers.items() if other == name and labels.items() <= set(all))


def promtool(*arguments, **options):
    assert PROMTOOL, "promtool is missing: make packages"
    return subprocess.run([PROMTOOL, *map(str, arguments)], capture_output=True, text=True, **options)


def requests(numbers, operation, outcome="ok"):
    return value(numbers, "freebusyd_requests_total", connector="hq", operation=operation, outcome=outcome) or 0


def test_prometheus_own_tools_find_nothing_to_complain_of(daemon):
    daemon.start().scanned()
    daemon.delivered()
    answer, text = ask(daemon)
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    checked = promtool("check", "metrics", input=text)
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")
    families = list(text_string_to_metric_families(text))
    assert len(families) > 20
    for family in families:
        assert family.documentation, family.name
        assert family.type in ("counter", "gauge", "histogram"), family.name
    # As many as the parser found, so that nothing stands apart from its HELP and TYPE.
    assert text.count("# HELP ") == text.count("# TYPE ") == len(families)
    assert samples(text)


def test_requests_are_as_many_as_the_server_was_asked(daemon, simulator, users):
    # auto asks what the server takes before any request of EWS.
    daemon.write_config(users, connector=Daemon.SILENT + '\nauthentication = "basic"')
    daemon.start().scanned()
    daemon.control("force")
    counters = simulator.counters()
    numbers = scrape(daemon)
    assert counters["GetUserAvailabilityRequest"] >= 2
    assert counters["GetUserOofSettingsRequest"] >= 10
    for element in ("GetUserAvailabilityRequest", "GetUserOofSettingsRequest"):
        operation = element.removesuffix("Request")
        assert requests(numbers, operation) == counters[element]
        labels = {"connector": "hq", "operation": operation}
        assert value(numbers, "freebusyd_request_duration_seconds_count", **labels) == counters[element]
        # No answer takes no time, and none takes longer than a test.
        assert 0 < value(numbers, "freebusyd_request_duration_seconds_sum", **labels) < 600
    assert total(numbers, "freebusyd_requests_total") == sum(counters.values())


def test_a_refused_password_is_an_outcome(daemon, simulator, users):
    wrong = daemon.folder / "wrong"
    wrong.write_text("another password\n")
    wrong.chmod(0o600)
    daemon.write_config(users, connector=Daemon.SILENT + '\nauthentication = "basic"')
    daemon.config.write_text(daemon.config.read_text().replace(str(simulator.password), str(wrong)))
    daemon.start()
    wait_for("the refusal", lambda: daemon.json("status")["connectors"][0]["last_error"])
    numbers = scrape(daemon)
    assert simulator.counters() == {"unauthorized": 1}
    assert requests(numbers, "GetUserAvailability", "auth.unauthorized") == 1
    assert total(numbers, "freebusyd_requests_total") == 1
    assert value(numbers, "freebusyd_connector_online", connector="hq") == 0


def test_a_server_that_is_away_is_an_outcome_and_comes_back(tmp_path, daemon, simulator):
    daemon.start().scanned()
    assert value(scrape(daemon), "freebusyd_connector_online", connector="hq") == 1
    simulator.stop()
    daemon.control("force", check=False)
    numbers = scrape(daemon)
    assert requests(numbers, "GetUserAvailability", "tcp.unreachable") >= 1
    assert value(numbers, "freebusyd_connector_online", connector="hq") == 0
    port = simulator.base.rsplit(":", 1)[1]
    with Simulator(tmp_path, mailboxes=5, port=port):
        wait_for("the server", lambda: daemon.control("force", check=False).returncode == 0)
        assert value(scrape(daemon), "freebusyd_connector_online", connector="hq") == 1


def test_deliveries_are_counted_and_timed_and_what_waits_is_seen(daemon, simulator, users):
    working = (daemon.folder / "hook").read_text()
    write_hook(daemon, "hook", "exit 3")
    daemon.start().scanned()
    name = "freebusyd_deliveries_total"
    numbers = wait_for(
        "a failure of each",
        lambda: (numbers := scrape(daemon))
        and value(numbers, name, hook="phone", outcome="hook.exit-status") == 5
        and numbers,
    )
    assert value(numbers, name, hook="phone", outcome="ok") == 0
    assert value(numbers, "freebusyd_change_to_hook_seconds_count", hook="phone") == 0
    assert value(numbers, "freebusyd_outbox_events", hook="phone") == 5
    # It was decided in a whole second, and is scraped after that.
    assert 0 < value(numbers, "freebusyd_outbox_oldest_event_age_seconds", hook="phone") < 600
    (daemon.folder / "hook").write_text(working)
    told = daemon.delivered()
    numbers = scrape(daemon)
    assert len(told) == 5
    assert value(numbers, name, hook="phone", outcome="ok") == 5
    assert value(numbers, "freebusyd_change_to_hook_seconds_count", hook="phone") == 5
    assert 0 < value(numbers, "freebusyd_change_to_hook_seconds_sum", hook="phone") < 600
    assert value(numbers, "freebusyd_outbox_events", hook="phone") == 0
    assert value(numbers, "freebusyd_outbox_oldest_event_age_seconds", hook="phone") == 0
    hook = daemon.json("status")["hooks"][0]
    assert total(numbers, name, hook="phone") == hook["delivered"] + hook["failed"]


def test_users_scan_and_database_are_those_of_status(daemon, simulator, users):
    simulator.book(users[0], moment(-600), moment(600))
    simulator.book(users[1], moment(-600), moment(600), "OOF")
    simulator.ask(f"mailboxes/{users[2]}/failure", {"response_code": "ErrorAccessDenied"}, "PUT")
    daemon.config.write_text(daemon.config.read_text() + '\n[[user]]\naddress = "off@example.com"\n'
                             "calendar_integration = false\n")
    daemon.start().scanned()
    daemon.delivered()
    numbers, status = scrape(daemon), daemon.json("status")
    presences = {key: total(numbers, "freebusyd_users", presence=key)
                 for key in ("available", "meeting", "away", "unknown")}
    assert presences == {"available": 2, "meeting": 1, "away": 1, "unknown": 1}
    assert presences == {key: status["users"][key] for key in presences}
    assert total(numbers, "freebusyd_users") == status["users"]["enabled"] == 5
    assert value(numbers, "freebusyd_disabled_users") == status["users"]["total"] - status["users"]["enabled"] == 1
    assert total(numbers, "freebusyd_users", freshness="fresh") == 4
    assert total(numbers, "freebusyd_users", freshness="unknown") == 1
    assert value(numbers, "freebusyd_scan_mailboxes") == status["scan"]["mailboxes"] == 5
    assert value(numbers, "freebusyd_scan_failed_mailboxes") == status["scan"]["failed"] == 1
    finished = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(value(numbers, "freebusyd_scan_finished_timestamp_seconds")))
    assert finished == status["scan"]["last_finished_at"]
    following = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(value(numbers, "freebusyd_scan_next_timestamp_seconds")))
    assert following == status["scan"]["next_at"]
    assert value(numbers, "freebusyd_build_info", version=status["version"]) == 1
    assert value(numbers, "freebusyd_integration_running") == 1
    files = [daemon.state / "freebusyd.db", daemon.state / "freebusyd.db-wal"]
    assert value(numbers, "freebusyd_database_size_bytes") == sum(file.stat().st_size for file in files)


def test_streams_and_subscriptions_are_counted_while_they_are_there(tmp_path):
    with notified(tmp_path, STREAMING) as (simulator, daemon):
        numbers = scrape(daemon)
        assert value(numbers, "freebusyd_open_streams", connector="hq") == 1
        states = {key: value(numbers, "freebusyd_subscriptions", connector="hq", state=key)
                  for key in ("active", "pending", "failed")}
        assert states == {"active": 5, "pending": 0, "failed": 0}
        counters = simulator.counters()
        assert requests(numbers, "Subscribe") == counters["Subscribe"]
        assert requests(numbers, "GetStreamingEvents") == counters["GetStreamingEvents"]
        count = "freebusyd_request_duration_seconds_count"
        assert value(numbers, count, connector="hq", operation="Subscribe") == counters["Subscribe"]
        assert value(numbers, count, connector="hq", operation="GetStreamingEvents") is None
        assert value(numbers, "freebusyd_missed_changes_total", connector="hq") == 0
        simulator.stop()
        wait_for("the end of the stream", lambda: value(scrape(daemon), "freebusyd_open_streams", connector="hq") == 0)


def test_a_reload_takes_nothing_back_and_shows_nobody_who_has_gone(daemon, simulator, users):
    wall = write_hook(daemon, "wall", "cat > /dev/null")
    daemon.write_config(users, extra=WALL.format(wall))
    daemon.start().scanned()
    daemon.delivered()
    before = scrape(daemon)
    assert value(before, "freebusyd_deliveries_total", hook="wall", outcome="ok") == 5
    answers, stopping = [], threading.Event()

    def watch():
        while not stopping.is_set():
            answers.append(scrape(daemon))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        daemon.write_config(users)
        reload(daemon)
        daemon.scanned()
    finally:
        stopping.set()
        watcher.join()
    after = scrape(daemon)
    assert not [key for key in after if ("hook", "wall") in key[1]]
    rising = [key for key in before if key[0].endswith(("_total", "_count", "_bucket")) and ("hook", "wall") not in key[1]]
    assert rising
    for earlier, later in zip([before, *answers], [*answers, after]):
        for key in rising:
            assert later[key] >= earlier[key], key
    daemon.write_config(users, extra=WALL.format(wall))
    reload(daemon)
    daemon.delivered()
    # A hook that is new is told of everybody, once more.
    wait_until_equal(
        "what was counted before, and what is new",
        lambda: value(scrape(daemon), "freebusyd_deliveries_total", hook="wall", outcome="ok"),
        lambda: 10,
    )
    assert daemon.stop(signal.SIGTERM) == 0


def test_the_process_is_described_as_the_kernel_sees_it(daemon):
    early = time.time()
    daemon.start().scanned()
    late = time.time()
    numbers = scrape(daemon)
    folder = f"/proc/{daemon.process.pid}"
    # The kernel counts in hundredths of a second, and the connection that asks comes and goes.
    assert early - 0.1 < value(numbers, "process_start_time_seconds") < late
    assert abs(value(numbers, "process_open_fds") - len(os.listdir(f"{folder}/fd"))) <= 3
    limit = re.search(r"Max open files +(\d+)", open(f"{folder}/limits").read()).group(1)
    assert value(numbers, "process_max_fds") == int(limit)
    resident = int(re.search(r"VmRSS:\s+(\d+) kB", open(f"{folder}/status").read()).group(1)) * 1024
    assert 0.5 < value(numbers, "process_resident_memory_bytes") / resident < 2
    virtual = int(re.search(r"VmSize:\s+(\d+) kB", open(f"{folder}/status").read()).group(1)) * 1024
    assert 0.5 < value(numbers, "process_virtual_memory_bytes") / virtual < 2
    assert 0 < value(numbers, "process_cpu_seconds_total") < 600
    assert value(scrape(daemon), "process_start_time_seconds") == value(numbers, "process_start_time_seconds")


def test_other_methods_are_refused(daemon):
    daemon.start()
    command = ["curl", "-s", "--unix-socket", daemon.socket, "-w", "\n%{http_code} %{content_type}", "-X", "POST"]
    result = subprocess.run([*command, "http://localhost/metrics"], capture_output=True, text=True)
    assert result.stdout.endswith("405 application/problem+json")


def test_the_page_explains_every_metric_and_no_other(daemon):
    daemon.start().scanned()
    daemon.delivered()
    names = set(re.findall(r"^# TYPE (\S+) (\S+)$", ask(daemon)[1], re.MULTILINE))
    rows = re.findall(r"^\| `(\w+)` \| (counter|gauge|histogram) \|", DOCUMENT, re.MULTILINE)
    assert names == set(rows)
    assert len(rows) == len(set(rows))


def test_the_rules_are_accepted_and_speak_of_metrics_that_there_are(tmp_path):
    rules = tmp_path / "rules.yml"
    rules.write_text(RULES)
    checked = promtool("check", "rules", "--lint=all", "--lint-fatal", rules)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert f"{RULES.count('- alert:')} rules found" in checked.stdout
    rows = set(re.findall(r"^\| `(\w+)` \|", DOCUMENT, re.MULTILINE))
    for name in re.findall(r"\b(?:freebusyd|process)_\w+", RULES):
        assert name in rows or name.removesuffix("_bucket") in rows, name


# What each rule sees, minute by minute, when there is reason for it, and when it must have fired.
REASONS = {
    "FreebusydDown": ({"freebusyd_integration_running": "0x20"}, "10m"),
    "FreebusydConnectorOffline": ({'freebusyd_connector_online{connector="hq"}': "0x20"}, "15m"),
    "FreebusydHookUnreachable": ({'freebusyd_hook_reachable{hook="phone"}': "0x20"}, "10m"),
    "FreebusydHookStuck": ({'freebusyd_outbox_oldest_event_age_seconds{hook="phone"}': "240+60x20"}, "10m"),
    "FreebusydUsersNotFresh": (
        {
            'freebusyd_users{presence="away",freshness="stale"}': "20x90",
            'freebusyd_users{presence="away",freshness="fresh"}': "80x90",
        },
        "70m",
    ),
    "FreebusydSubscriptionsMissing": (
        {
            'freebusyd_subscriptions{connector="hq",state="active"}': "5x90",
            'freebusyd_subscriptions{connector="hq",state="failed"}': "1x90",
        },
        "70m",
    ),
    "FreebusydChangesMissed": ({'freebusyd_missed_changes_total{connector="hq"}': "0+1x20"}, "20m"),
    "FreebusydScanOverdue": ({"freebusyd_scan_finished_timestamp_seconds": "-700000x20"}, "5m"),
    "FreebusydRequestsFail": (
        {
            'freebusyd_requests_total{connector="hq",operation="Subscribe",outcome="ok"}': "0+10x60",
            'freebusyd_requests_total{connector="hq",operation="Subscribe",outcome="server.busy"}': "0+5x60",
        },
        "40m",
    ),
    "FreebusydRequestsSlow": (
        {
            f'freebusyd_request_duration_seconds_bucket{{connector="hq",operation="Subscribe",le="{bound}"}}': rise
            for bound, rise in (("10", "0+1x60"), ("30", "0+10x60"), ("+Inf", "0+10x60"))
        },
        "40m",
    ),
    "FreebusydHooksSlow": (
        {
            f'freebusyd_change_to_hook_seconds_bucket{{hook="phone",le="{bound}"}}': rise
            for bound, rise in (("10", "0+1x60"), ("30", "0+10x60"), ("+Inf", "0+10x60"))
        },
        "40m",
    ),
    "FreebusydDescriptors": (
        {'process_open_fds{job="freebusyd"}': "900x60", 'process_max_fds{job="freebusyd"}': "1000x60"},
        "40m",
    ),
}


def test_each_rule_fires_when_there_is_reason_and_only_then(tmp_path):
    (tmp_path / "rules.yml").write_text(RULES)
    assert set(REASONS) == set(re.findall(r"- alert: (\w+)", RULES))
    for reason, (series, at) in REASONS.items():
        # promtool has no file of a rule that must fire with whatever annotations: ask for ALERTS instead.
        test = f"rule_files: [{tmp_path / 'rules.yml'}]\nevaluation_interval: 1m\ntests:\n  - interval: 1m\n    input_series:\n"
        for name, values in series.items():
            test += f"      - series: '{name}'\n        values: '{values}'\n"
        expression = 'count by (alertname) (ALERTS{alertstate="firing"})'
        test += f"    promql_expr_test:\n      - expr: '{expression}'\n        eval_time: {at}\n        exp_samples:\n"
        test += f"          - labels: '{{alertname=\"{reason}\"}}'\n            value: 1\n"
        file = tmp_path / f"{reason}.yml"
        file.write_text(test)
        result = promtool("test", "rules", file)
        assert result.returncode == 0, f"{reason}: {result.stdout}{result.stderr}"
