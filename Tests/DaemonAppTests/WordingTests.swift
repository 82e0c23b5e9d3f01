import Availability
import ConfigurationFile
import ControlAPI
import TestSupport
import Testing

@testable import DaemonApp

@Suite("What the daemon says of itself")
struct WordingTests {
    @Test(
        "a control socket that cannot be had is told in sentences, by its cause",
        arguments: [
            (ControlSocketFailure.Cause.folder, "control.folder"), (.notASocket, "control.not-a-socket"),
            (.inUse, "control.in-use"), (.ended("bind: Permission denied."), "control.ended"),
        ]
    )
    func controlSocket(cause: ControlSocketFailure.Cause, id: String) {
        let failure = ControlSocketFailure(path: "/run/freebusyd/control.sock", cause: cause)
        #expect(failure.diagnosis.id == id)
        #expect(failure.diagnosis.summary.contains("/run/freebusyd/control.sock"))
        #expect(flaws(in: failure.diagnosis) == [])
    }

    @Test(
        "an address or a certificate of the API that cannot be used is told in sentences, with the address",
        arguments: [
            (NetworkFailure.Cause.identity("no such file"), "http.identity"),
            (.address("Address already in use"), "http.address"),
        ]
    )
    func network(cause: NetworkFailure.Cause, id: String) {
        let failure = NetworkFailure(listen: ListenAddress(host: "::1", port: 8_125), cause: cause)
        #expect(failure.diagnosis.id == id)
        #expect(failure.diagnosis.summary.contains("[::1]:8125"))
        #expect(flaws(in: failure.diagnosis) == [])
    }

    @Test(
        "a request that is refused is told in sentences",
        arguments: [
            ControlProblem.unknownUser("1001"), .ambiguousExtension("1001", count: 2),
            .userDisabled("anna@example.com"), .badTime("noon"), .badBody("The body is too large."),
            .noSuchRoute("/v2"), .notRunning,
        ]
    )
    func problems(problem: ControlProblem) {
        let document = problem.document
        #expect(flaws(in: Diagnosis(id: "", summary: document.detail, remedy: document.remedy ?? "")) == [])
    }
}
