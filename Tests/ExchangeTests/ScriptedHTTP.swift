import Exchange
import HTTPTransport
import Synchronization

/// An HTTP client that answers from a script and keeps what it was sent.
final class ScriptedHTTP: HTTPSending {
    typealias Answer = Result<HTTPResponse, HTTPError>
    typealias Opening = Result<StreamScript, HTTPError>

    private struct State {
        var answers: [Answer] = []
        var openings: [Opening] = []
        var requests: [HTTPRequest] = []
    }

    private let state: Mutex<State>
    private let count = StreamCount()
    /// Runs before each answer; tests hold requests up with it.
    private let beforeAnswer: @Sendable () async -> Void

    /// The last answer is given again and again.
    init(_ answers: Answer..., beforeAnswer: @escaping @Sendable () async -> Void = {}) {
        state = Mutex(State(answers: answers))
        self.beforeAnswer = beforeAnswer
    }

    /// For streams; the last is given again and again.
    init(streams: Opening...) {
        state = Mutex(State(openings: streams))
        beforeAnswer = {}
    }

    init(streams: Opening..., heldUpBy beforeAnswer: @escaping @Sendable () async -> Void) {
        state = Mutex(State(openings: streams))
        self.beforeAnswer = beforeAnswer
    }

    /// How many streams somebody still holds.
    var openStreams: Int { count.open.withLock { $0 } }

    var requests: [HTTPRequest] { state.withLock(\.requests) }

    /// The bodies of the requests as text.
    var bodies: [String] { requests.map { String(decoding: $0.body, as: UTF8.self) } }

    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        let answer = state.withLock { state in
            state.requests.append(request)
            return state.answers.count > 1 ? state.answers.removeFirst() : state.answers.first
        }
        await beforeAnswer()
        guard let answer else { throw .connectionClosed }
        return try answer.get()
    }

    func stream(_ request: HTTPRequest) async throws(HTTPError) -> ScriptedStream {
        let opening = state.withLock { state in
            state.requests.append(request)
            return state.openings.count > 1 ? state.openings.removeFirst() : state.openings.first
        }
        await beforeAnswer()
        guard let opening else { throw .connectionClosed }
        return ScriptedStream(try opening.get(), count)
    }
}

extension Result where Success == HTTPResponse, Failure == HTTPError {
    /// A SOAP message with this body.
    static func soap(_ body: String, status: Int = 200, version: String = Documents.exchange2019) -> Self {
        let text = """
            <?xml version="1.0" encoding="utf-8"?>\
            <s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Header>\(version)</s:Header>\
            <s:Body>\(body)</s:Body></s:Envelope>
            """
        let headers: HTTPHeaders = ["Content-Type": "text/xml; charset=utf-8"]
        return .success(HTTPResponse(status: status, headers: headers, body: Array(text.utf8)))
    }

    /// A fault of Exchange.
    static func fault(_ code: String, values: [String: String] = [:]) -> Self {
        let values = values.map { #"<t:Value Name="\#($0.key)">\#($0.value)</t:Value>"# }.joined()
        return .soap(
            """
            <s:Fault><faultcode xmlns:a="http://schemas.microsoft.com/exchange/services/2006/types">a:\(code)</faultcode>\
            <faultstring xml:lang="en-US">No.</faultstring><detail><e:ResponseCode \
            xmlns:e="http://schemas.microsoft.com/exchange/services/2006/errors">\(code)</e:ResponseCode><t:MessageXml \
            xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types">\(values)</t:MessageXml></detail></s:Fault>
            """,
            status: 500
        )
    }

    /// A fault that names no EWS code.
    static func bareFault(_ faultCode: String) -> Self {
        .soap("<s:Fault><faultcode>\(faultCode)</faultcode><faultstring>No.</faultstring></s:Fault>", status: 500)
    }

    /// Anything else that an HTTP server may say.
    static func status(_ status: Int, _ headers: HTTPHeaders = [:], body: String = "") -> Self {
        .success(HTTPResponse(status: status, headers: headers, body: Array(body.utf8)))
    }
}

/// Parts of responses, written for the tests.
enum Documents {
    static let exchange2019 = serverVersion(15, 2, 1_544, 4)

    static func serverVersion(_ major: Int, _ minor: Int, _ build: Int, _ revision: Int) -> String {
        """
        <h:ServerVersionInfo MajorVersion="\(major)" MinorVersion="\(minor)" MajorBuildNumber="\(build)" \
        MinorBuildNumber="\(revision)" xmlns:h="http://schemas.microsoft.com/exchange/services/2006/types"/>
        """
    }

    static func availability(_ parts: String...) -> String {
        """
        <m:GetUserAvailabilityResponse xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages" \
        xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types"><m:FreeBusyResponseArray>\
        \(parts.joined())</m:FreeBusyResponseArray></m:GetUserAvailabilityResponse>
        """
    }

    static func mailbox(_ viewType: String, _ content: String = "") -> String {
        """
        <m:FreeBusyResponse><m:ResponseMessage ResponseClass="Success"><m:ResponseCode>NoError</m:ResponseCode>\
        </m:ResponseMessage><m:FreeBusyView><t:FreeBusyViewType>\(viewType)</t:FreeBusyViewType>\(content)\
        </m:FreeBusyView></m:FreeBusyResponse>
        """
    }

    static func failedMailbox(_ code: String, xml: String = "") -> String {
        """
        <m:FreeBusyResponse><m:ResponseMessage ResponseClass="Error"><m:MessageText>Nein.</m:MessageText>\
        <m:ResponseCode>\(code)</m:ResponseCode>\(xml)</m:ResponseMessage></m:FreeBusyResponse>
        """
    }

    static let meeting = """
        <t:CalendarEventArray><t:CalendarEvent><t:StartTime>2026-11-23T09:00:00</t:StartTime>\
        <t:EndTime>2026-11-23T10:00:00</t:EndTime><t:BusyType>Busy</t:BusyType><t:CalendarEventDetails>\
        <t:Subject>Budget</t:Subject><t:Location>Room 7</t:Location><t:IsPrivate>false</t:IsPrivate>\
        </t:CalendarEventDetails></t:CalendarEvent><t:CalendarEvent><t:StartTime>2026-11-23T13:00:00</t:StartTime>\
        <t:EndTime>2026-11-23T14:00:00</t:EndTime><t:BusyType>OOF</t:BusyType><t:CalendarEventDetails>\
        <t:Subject>Doctor</t:Subject><t:IsPrivate>true</t:IsPrivate></t:CalendarEventDetails></t:CalendarEvent>\
        </t:CalendarEventArray>
        """

    static func outOfOffice(_ settings: String, code: String = "NoError") -> String {
        """
        <m:GetUserOofSettingsResponse xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages" \
        xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types"><m:ResponseMessage ResponseClass="Success">\
        <m:ResponseCode>\(code)</m:ResponseCode></m:ResponseMessage>\(settings)</m:GetUserOofSettingsResponse>
        """
    }

    static let scheduledReply = """
        <t:OofSettings><t:OofState>Scheduled</t:OofState><t:ExternalAudience>Known</t:ExternalAudience><t:Duration>\
        <t:StartTime>2026-12-21T08:00:00</t:StartTime><t:EndTime>2027-01-04T07:00:00Z</t:EndTime></t:Duration>\
        <t:InternalReply><t:Message>&lt;p&gt;Back on &lt;b&gt;Monday&lt;/b&gt;.&lt;/p&gt;&lt;p&gt;Anna&lt;/p&gt;</t:Message>\
        </t:InternalReply><t:ExternalReply><t:Message/></t:ExternalReply></t:OofSettings>
        """
}
