/// How an operation, or the part of it that concerns one mailbox, ended
/// (<https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/responsemessage>).
package struct ResponseMessage: Hashable, Sendable {
    /// Decide on this alone.
    package var responseCode: ResponseCode
    /// In the language of the server; for a person, never to decide on. At most 1,000 characters.
    package var messageText: String?
    /// Empty where there is none.
    package var messageXml: MessageXml

    package init(
        _ responseCode: ResponseCode,
        messageText: String? = nil,
        messageXml: MessageXml = MessageXml()
    ) {
        self.responseCode = responseCode
        self.messageText = messageText
        self.messageXml = messageXml
    }
}

extension ResponseMessage {
    /// Builds the message; `ResponseClass` is not looked at, since the code says the same and more.
    final class Reader {
        private var responseCode: ResponseCode?
        private var messageText: String?
        private let details = MessageXml.Reader()

        /// The message as an element of its own, which few operations have.
        var pattern: ElementPattern {
            ElementPattern(.messages, "ResponseMessage", children: children)
        }

        /// `root` of an operation that answers with `ResponseMessages`: the message is `name`, and `content` stands in it
        /// (<https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/responsemessages>).
        ///
        /// One is expected, since each of our requests asks one thing. grommunio calls some of them `x`.
        func pattern(in root: String, named name: String, content: [ElementPattern] = []) -> ElementPattern {
            let messages = [name, "x"].map { ElementPattern(.messages, $0, children: children + content) }
            let array = ElementPattern(.messages, "ResponseMessages", children: messages)
            return ElementPattern(.messages, root, children: [array])
        }

        /// An element `name` that is a message itself, in which `content` stands.
        func pattern(
            named name: String,
            content: [ElementPattern],
            open: ElementPattern.Open? = nil,
            close: (() throws(EWSDecodingError.Reason) -> Void)? = nil
        ) -> ElementPattern {
            ElementPattern(.messages, name, children: children + content, open: open, close: close)
        }

        private var children: [ElementPattern] {
            let code = ElementPattern.text(.messages, "ResponseCode") { text in
                self.responseCode = ResponseCode(rawValue: String(text.trimmed.prefix(256)))
            }
            let messageText = ElementPattern.text(.messages, "MessageText") { text in
                self.messageText = String(text.string.prefix(1_000))
            }
            return [code, messageText, details.pattern(.messages)]
        }

        /// `nil` where there was no response code.
        var responseMessage: ResponseMessage? {
            responseCode.map { ResponseMessage($0, messageText: messageText, messageXml: details.messageXml) }
        }

        /// Forgets what was read.
        func reset() {
            responseCode = nil
            messageText = nil
            details.reset()
        }
    }
}
