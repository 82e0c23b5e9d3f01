import ControlAPI
import ControlText
import Foundation
import Testing

@Suite("enable and disable, for a person")
struct SwitchTextTests {
    @Test("a user that is off says what became of presence and data")
    func user() {
        let off = Samples.detail(Samples.user(enabled: false, presence: "unknown"))
        let on = Samples.detail(Samples.user(presence: "meeting", until: Samples.now + 1_800))
        #expect(
            SwitchText(off, isOn: false, now: Samples.now, zone: .gmt).lines == [
                "The calendar of alice@example.com is no longer read; presence unknown, stored data deleted."
            ]
        )
        #expect(
            SwitchText(on, isOn: true, now: Samples.now, zone: .gmt).lines == [
                "The calendar of alice@example.com is read through hq; presence meeting until 10:00."
            ]
        )
    }

    @Test("a connector and the integration say so in one line, without what would steer a terminal")
    func others() {
        var connector = Samples.connector(.disabled)
        connector.enabled = false
        connector.name = "hq\u{1B}[31m"
        var status = Samples.status()
        let on = [SwitchText(Samples.connector(), isOn: true, now: Samples.now), SwitchText(status, isOn: true)]
        status.state = .disabled
        let off = [SwitchText(connector, isOn: false, now: Samples.now), SwitchText(status, isOn: false)]
        #expect(on.allSatisfy { $0.lines.count == 1 && $0.lines[0].contains(" is on and online") })
        #expect(off.allSatisfy { $0.lines.count == 1 && $0.lines[0].contains(" is off: ") })
        #expect(off.allSatisfy { !$0.lines[0].contains("\u{1B}") })
    }

    @Test("what is on and still not read says what keeps it from being read")
    func keptOff() {
        var connector = Samples.connector(.disabled)
        connector.enabled = false
        var status = Samples.status()
        status.state = .disabled
        #expect(SwitchText(status, isOn: true).lines[0].contains("but no connector is"))
        #expect(SwitchText(connector, isOn: true, now: Samples.now).lines[0].contains("but the integration is off"))
        let user = Samples.detail(Samples.user(enabled: false, presence: "unknown"))
        let line = SwitchText(user, isOn: true, now: Samples.now, zone: .gmt).lines[0]
        #expect(line.contains("is not read before the connector hq and the integration are on"))
    }
}
