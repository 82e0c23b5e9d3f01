"""Rows of the table for rights, mailboxes, notifications and the clock."""
from diagnoses import row
from diagnosing import USER
from fronts.relay import BasicFront
from fronts.running import free_port

# Rights and mailboxes


def failing(code):
    def scene(stage):
        simulator = stage.simulator()
        simulator.ask(f"mailboxes/{USER}/failure", {"response_code": code}, "PUT")
        return stage.setting(simulator.url, users=[USER, "user0002@example.com"])

    return scene


@row("access.impersonation-denied", "the role is missing", "New-ManagementRoleAssignment", "-Role:ApplicationImpersonation",
     where="user")
def no_impersonation(stage):
    simulator = stage.simulator()
    simulator.ask(f"mailboxes/{USER}/impersonation", {"allowed": False}, "PUT")
    return stage.setting(simulator.url)


@row("mailbox.not-found", "nobody has the address", "address", "profile", where="user")
def nobody(stage):
    return stage.setting(stage.simulator().url, users=["nobody@example.com"])


row("mailbox.address-mismatch", "not the primary address", "primary address", "profile", where="user")(
    failing("ErrorNonPrimarySmtpAddress"))
row("mailbox.elsewhere", "a mailbox of another site", "connector", where="user")(failing("ErrorCrossSiteRequest"))
row("mailbox.no-license", "an account without a mailbox", "licence", where="user")(failing("ErrorMissingEmailAddress"))
@row("calendar.no-access", "nothing is granted", "AvailabilityOnly", where="user")
def no_view(stage):
    simulator = stage.simulator()
    simulator.ask(f"mailboxes/{USER}/granted-view", {"view": "None"}, "PUT")
    return stage.setting(simulator.url)


# Notifications and the clock


@row("subscription.limit", "too many subscriptions", "EwsMaxSubscriptions", where="log")
def too_many_subscriptions(stage):
    return stage.setting(stage.simulator(options=["--subscriptions-per-mailbox", 0]).url, notification="streaming")


@row("callback.unreachable", "the server cannot reach the address", "callback_url", "certificate", where="log", patience=200)
def nowhere_to_call(stage):
    return stage.setting(
        stage.simulator(options=["--push-retry", 0.5]).url, notification="push", status_frequency="1m",
        callback_url=f"http://127.0.0.1:{free_port()}/ews", callback_listen=f"127.0.0.1:{free_port()}",
    )


@row("clock.skew", "the server's clock is an hour ahead", "synchronise", "timedatectl")
def skewed(stage):
    front = stage.enter(BasicFront(stage.behind, stage.certificates["good"], ahead=3_600))
    return stage.setting(front.url)
