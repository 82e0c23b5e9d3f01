import Foundation

/// The mail tips that were asked for, in the order of the request
/// (<https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/getmailtipsresponse>).
package struct GetMailTipsResponse: Hashable, Sendable {
    /// What the server says of one recipient
    /// (<https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/mailtipsresponsemessagetype>).
    package enum MailTipsResponse: Hashable, Sendable {
        case success(MailTips)
        case failure(ResponseMessage)
        /// Something in this recipient's part makes no sense; the others are not touched by it.
        case unreadable(EWSDecodingError)
    }

    /// Of the whole: `mailTipsDisabled`, for one, leaves no parts.
    package var responseMessage: ResponseMessage
    /// As many as the server sent; compare with how many recipients were asked for.
    package var mailTipsResponses: [MailTipsResponse]

    package init(responseMessage: ResponseMessage, mailTipsResponses: [MailTipsResponse] = []) {
        self.responseMessage = responseMessage
        self.mailTipsResponses = mailTipsResponses
    }

    /// Decodes the body of an HTTP response, whatever its status.
    package static func decode(
        _ bytes: [UInt8],
        limits: ParserLimits = ParserLimits()
    ) throws(EWSDecodingError) -> EWSReply<GetMailTipsResponse> {
        try EnvelopeDecoder<Reader>.decode(bytes, limits: limits)
    }
}

extension GetMailTipsResponse {
    final class Reader: ResponseReader {
        private let whole = ResponseMessage.Reader()
        private let part = ResponseMessage.Reader()
        private let address = EmailAddress.Reader()
        private var mailTipsResponses: [MailTipsResponse] = []
        /// The recipient that is being read.
        private var recipient = RecipientDraft()

        /// The answer is a message itself, with those of the recipients in it.
        var pattern: ElementPattern {
            let message = part.pattern(
                named: "MailTipsResponseMessageType",
                content: [mailTips],
                open: { _ in
                    self.recipient = RecipientDraft()
                    self.part.reset()
                },
                close: { () throws(Reason) in
                    self.recipient.isComplete = true
                    self.mailTipsResponses.append(try self.recipient.mailTipsResponse(self.part.responseMessage))
                }
            )
            let array = ElementPattern(.messages, "ResponseMessages", children: [message])
            return whole.pattern(named: "GetMailTipsResponse", content: [array])
        }

        private var mailTips: ElementPattern {
            let recipient = address.pattern(named: "RecipientAddress") { self.recipient.address = $0 }
            let pending = ElementPattern.text(.types, "PendingMailTips") { text in
                self.recipient.pendingMailTips = Set(text.words.prefix(32))
            }
            return ElementPattern(.messages, "MailTips", children: [recipient, pending, outOfOffice])
        }

        private var outOfOffice: ElementPattern {
            let message = ElementPattern.text(.types, "Message") { self.recipient.outOfOffice?.replyBody = $0.string }
            let body = ElementPattern(
                .types,
                "ReplyBody",
                children: [message],
                open: { _ in self.recipient.outOfOffice?.replyBody = "" }
            )
            let duration: [ElementPattern] = [
                .text(.types, "StartTime") { text throws(Reason) in self.recipient.startTime = try text.dateTime() },
                .text(.types, "EndTime") { text throws(Reason) in self.recipient.endTime = try text.dateTime() },
            ]
            return ElementPattern(
                .types,
                "OutOfOffice",
                children: [body, ElementPattern(.types, "Duration", children: duration)],
                open: { _ in self.recipient.outOfOffice = MailTips.OutOfOfficeMailTip(replyBody: nil) }
            )
        }

        func tolerates(_ error: EWSDecodingError) -> Bool {
            switch error.reason {
            case .invalidValue, .missing: break
            default: return false
            }
            if recipient.isComplete {
                mailTipsResponses.append(.unreadable(error))
            } else {
                recipient.defect = recipient.defect ?? error
            }
            return true
        }

        func value() throws(EWSDecodingError.Reason) -> GetMailTipsResponse {
            guard let message = whole.responseMessage else { throw .missing(element: "ResponseCode") }
            return GetMailTipsResponse(responseMessage: message, mailTipsResponses: mailTipsResponses)
        }
    }

    /// The part of one recipient, as far as it was read.
    private struct RecipientDraft {
        var address: EmailAddress?
        var pendingMailTips: Set<String> = []
        var outOfOffice: MailTips.OutOfOfficeMailTip?
        var startTime: Date?
        var endTime: Date?
        /// The first thing that made no sense.
        var defect: EWSDecodingError?
        /// Whether its end was seen.
        var isComplete = false

        /// An error that the server tells goes before anything that was not understood.
        func mailTipsResponse(
            _ message: ResponseMessage?
        ) throws(EWSDecodingError.Reason) -> MailTipsResponse {
            if let message, message.responseCode != .noError { return .failure(message) }
            if let defect { return .unreadable(defect) }
            guard let address else { throw .missing(element: "RecipientAddress") }
            var tips = MailTips(
                recipientAddress: address,
                pendingMailTips: pendingMailTips,
                outOfOffice: outOfOffice
            )
            if let startTime, let endTime {
                tips.outOfOffice?.duration = Duration(startTime: startTime, endTime: endTime)
            }
            return .success(tips)
        }
    }
}
