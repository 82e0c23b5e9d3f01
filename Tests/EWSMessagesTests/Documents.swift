import Foundation
import TestSupport

@testable import EWSMessages

/// Responses written for the tests.
enum Documents {
    /// An envelope such as Exchange writes it.
    static func envelope(_ body: String, version: String = exchange2019) -> [UInt8] {
        Array(
            """
            <?xml version="1.0" encoding="utf-8"?>
            <s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Header>\(version)</s:Header>\
            <s:Body>\(body)</s:Body></s:Envelope>
            """.utf8
        )
    }

    static let exchange2019 = serverVersion(15, 2, 1_544, 4)

    static func serverVersion(_ major: Int, _ minor: Int, _ build: Int, _ revision: Int) -> String {
        """
        <h:ServerVersionInfo MajorVersion="\(major)" MinorVersion="\(minor)" MajorBuildNumber="\(build)" \
        MinorBuildNumber="\(revision)" Version="V2018_01_08" \
        xmlns:h="http://schemas.microsoft.com/exchange/services/2006/types"/>
        """
    }

    /// The response of GetUserAvailability around the parts of the mailboxes, which use the prefixes `m` and `t`.
    static func availability(_ parts: [String], version: String = exchange2019) -> [UInt8] {
        envelope(
            """
            <m:GetUserAvailabilityResponse xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages" \
            xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types"><m:FreeBusyResponseArray>\
            \(parts.joined())</m:FreeBusyResponseArray></m:GetUserAvailabilityResponse>
            """,
            version: version
        )
    }

    /// The part of a mailbox that could be read.
    static func mailbox(_ view: String) -> String {
        """
        <m:FreeBusyResponse><m:ResponseMessage ResponseClass="Success"><m:ResponseCode>NoError</m:ResponseCode>\
        </m:ResponseMessage><m:FreeBusyView>\(view)</m:FreeBusyView></m:FreeBusyResponse>
        """
    }

    /// The part of a mailbox that could not be read.
    static func failedMailbox(_ code: String, text: String = "", xml: String = "") -> String {
        """
        <m:FreeBusyResponse><m:ResponseMessage ResponseClass="Error"><m:MessageText>\(text)</m:MessageText>\
        <m:ResponseCode>\(code)</m:ResponseCode><m:DescriptiveLinkKey>0</m:DescriptiveLinkKey>\(xml)\
        </m:ResponseMessage></m:FreeBusyResponse>
        """
    }

    static func event(_ start: String, _ end: String, _ busyType: String, details: String = "") -> String {
        """
        <t:CalendarEvent><t:StartTime>\(start)</t:StartTime><t:EndTime>\(end)</t:EndTime>\
        <t:BusyType>\(busyType)</t:BusyType>\(details)</t:CalendarEvent>
        """
    }

    /// Working hours, of which nothing is wanted, though they hold elements of the same names.
    static let workingHours = """
        <t:WorkingHours><t:TimeZone><t:Bias>-60</t:Bias><t:StandardTime><t:Bias>0</t:Bias><t:Time>03:00:00</t:Time>\
        </t:StandardTime></t:TimeZone><t:WorkingPeriodArray><t:WorkingPeriod><t:StartTime>nonsense</t:StartTime>\
        </t:WorkingPeriod></t:WorkingPeriodArray></t:WorkingHours>
        """

    /// The response of GetUserOofSettings.
    static func outOfOffice(_ content: String, code: String = "NoError") -> [UInt8] {
        envelope(
            """
            <GetUserOofSettingsResponse xmlns="http://schemas.microsoft.com/exchange/services/2006/messages">\
            <ResponseMessage ResponseClass="Success"><ResponseCode>\(code)</ResponseCode></ResponseMessage>\
            \(content)</GetUserOofSettingsResponse>
            """
        )
    }

    static let scheduledReply = """
        <OofSettings xmlns="http://schemas.microsoft.com/exchange/services/2006/types"><OofState>Scheduled</OofState>\
        <ExternalAudience>All</ExternalAudience><Duration><StartTime>2026-12-21T08:00:00</StartTime>\
        <EndTime>2027-01-04T07:00:00.0000000Z</EndTime></Duration><InternalReply xml:lang="de-DE"><Message>\
        &lt;html&gt;&lt;p&gt;Bin &lt;b&gt;weg&lt;/b&gt;&lt;/p&gt;&lt;/html&gt;</Message></InternalReply><ExternalReply>\
        <Message><![CDATA[<p>Away & back</p>]]></Message></ExternalReply></OofSettings>\
        <AllowExternalOof>All</AllowExternalOof>
        """
}
