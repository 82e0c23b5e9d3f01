"""The table of diagnoses: how each is provoked for real, where it shows, and what its remedy must name.

The words are those of the list of diagnoses that the project was given, and of docs/errors.md for those that it has beside.
"""
import dataclasses

ROWS = []
# What cannot be provoked where tests run, and why.
NOT_HERE = {
    "config.password-unreadable": "the file is looked at with the configuration (config.invalid), and would have to go after that",
    "config.signing-key-unreadable": "likewise",
    "config.token-unreadable": "likewise",
    "control.interrupted": "a race of a reading with a reload, which test_switches.py and the engine's tests run",
    "group.too-large": "100,000 members; the limits are tested in AvailabilityTests",
    "hook.not-encodable": "a mistake of freebusyd that nobody has found",
    "service.exhausted": "needs a machine without descriptors or memory",
    "service.impossible-request": "the configuration refuses whatever would lead to it",
    "service.interrupted": "said to nobody but a request that a stop cuts off",
    "notification.missed": "a minute and a half of reconciling, see test_notifications.py and test_random_notifications.py",
    "store.failed": "needs a disk that fails",
    "store.full": "needs a full disk; see StoreTests",
    "store.not-writable": "root writes everywhere; see StoreTests",
    "subscription.lost": "needs a load balancer that forgets; see PresenceEngineTests",
    "subscription.method-unknown": "needs a server that knows some methods only; see ExchangeTests",
    "store.locked": "needs another program that holds SQLite's lock for long",
    "store.missing": "of check-config --dry-run, see test_dry_run.py",
    "store.not-readable": "of check-config --dry-run, see test_dry_run.py",
    "store.older-schema": "of check-config --dry-run, see test_dry_run.py",
}


@dataclasses.dataclass(frozen=True)
class Row:
    id: str
    how: str
    scene: object
    # What the remedy must name, and what the sentence must show, letter case aside.
    remedy: tuple
    shows: tuple = ()
    # connector, user (the first one), start (the daemon refuses the file), or log (the journal alone).
    where: str = "connector"
    needs_names: bool = False
    patience: int = 60
    # With start: how the daemon ends.
    exits: int = 78
    # Whether `freebusyd check` is to name it too: it looks at the way to Exchange, not at hooks and databases.
    checks: bool = True

    def __str__(self):
        return f"{self.id}: {self.how}"


def row(identifier, how, *remedy, **more):
    """Enters a scene into the table."""

    def enter(scene):
        ROWS.append(Row(identifier, how, scene, remedy, **more))
        return scene

    return enter
