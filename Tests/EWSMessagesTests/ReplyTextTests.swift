import Testing

@testable import EWSMessages

@Suite("Text of automatic replies")
struct ReplyTextTests {
    @Test(
        "HTML becomes the lines that a person reads",
        arguments: [
            ("<p>First</p><p>Second</p>", "First\nSecond"),
            ("<div>One<br>Two<br><br>Four</div>", "One\nTwo\n\nFour"),
            ("One<br><br><br><br>Two", "One\n\nTwo"),
            ("  <b>Bold</b>\r\n   and <i>italic</i> ", "Bold and italic"),
            ("a<span> b</span><span>c</span>", "a bc"),
            ("<ul><li>Anna: 11</li><li><p>Ben: 12</p></li></ul>Thanks", "- Anna: 11\n- Ben: 12\nThanks"),
            ("<ol><li>one</li><li>two<ul><li>in</li></ul></li><li>three</li></ol>", "1. one\n2. two\n- in\n3. three"),
            ("<ul><li></li><li>x</li></ul>", "-\n- x"),
            ("M&uuml;ller &amp; S&ouml;hne &euro;&nbsp;5 &lt;now&gt; &#x1F600;", "Müller & Söhne € 5 <now> 😀"),
            ("<table><tr><td>Mo</td><td>8:00</td></tr><tr><td>Tu</td><td>9:00</td></tr></table>", "Mo 8:00\nTu 9:00"),
            ("<style>p { color: red }</style><script>alert('x')</script><p>Away</p>", "Away"),
            ("<html><head><title>T</title><meta charset=iso-8859-1></head><body>Grüße</body></html>", "Grüße"),
            ("<!-- [if mso]><xml>hidden</xml><![endif] --><p>Shown</p>", "Shown"),
            ("<p>&nbsp;</p><p>Text</p><p>&nbsp;</p>", "Text"),
            ("<pre>a\nb</pre>", "a\nb"),
            ("<p>never <b>closed", "never closed"),
            ("a &unknown; b", "a &unknown; b"),
            ("<p>zero\u{200B}width\u{AD}</p>", "zerowidth"),
            ("", ""),
            ("<html></html>", ""),
        ]
    )
    func html(html: String, expected: String) {
        #expect(ReplyText(html).text == expected)
    }

    @Test(
        "text that was typed as text keeps its lines",
        arguments: [
            ("Away until Monday.\r\nAnna\r\n\r\nBye", "Away until Monday.\nAnna\n\nBye"),
            ("5 < 6 & 7 > 6", "5 < 6 & 7 > 6"),
            ("I <3 holidays", "I <3 holidays"),
        ]
    )
    func plain(text: String, expected: String) {
        #expect(ReplyText(text).text == expected)
    }

    @Test("Word's markup leaves the text alone")
    func word() {
        let html = """
            <html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns="http://www.w3.org/TR/REC-html40">
            <head><meta http-equiv=Content-Type content="text/html; charset=us-ascii"><style><!--
            p.MsoNormal {margin:0cm; font-size:11.0pt} @page WordSection1 {size:612.0pt}
            --></style></head>
            <body lang=DE link="#0563C1"><div class=WordSection1><p class=MsoNormal>Guten Tag,<o:p></o:p></p>
            <p class=MsoNormal><o:p>&nbsp;</o:p></p><p class=MsoNormal>ich bin bis zum <b>4.&nbsp;Januar</b>
            nicht im Haus.<o:p></o:p></p></div></body></html>
            """
        #expect(ReplyText(html).text == "Guten Tag,\nich bin bis zum 4. Januar nicht im Haus.")
    }

    @Test("the text ends at four thousand characters, however long the reply")
    func limit() {
        let text = ReplyText("<p>" + String(repeating: "é", count: 5_000) + "</p>").text
        #expect(text == String(repeating: "é", count: 4_000))
        #expect(ReplyText(String(repeating: "<div>", count: 20_000) + "deep").text.count <= 4_000)
    }

    @Test("damaged HTML never brings the process down")
    func damage() {
        let html = Array("<ul><li>A &amp; B<table><tr><td>c</td></tr></table><script>x</script></ul>".utf8)
        for position in html.indices {
            for byte: UInt8 in [0x00, 0x3C, 0x3E, 0x26, 0x80, 0xFF] {
                var bytes = html
                bytes[position] = byte
                #expect(ReplyText(String(decoding: bytes, as: UTF8.self)).text.utf8.count <= html.count * 3)
            }
        }
    }
}
