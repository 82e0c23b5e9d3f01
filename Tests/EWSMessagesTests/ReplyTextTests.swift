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
            ("<style>p { color: red }</style><script>alert('x')</script><p>Away</p>", "Away"),
            ("<html><head><title>T</title><meta charset=iso-8859-1></head><body>Grüße</body></html>", "Grüße"),
            ("<!-- [if mso]><xml>hidden</xml><![endif] --><p>Shown</p>", "Shown"),
            ("<p>&nbsp;</p><p>Text</p><p>&nbsp;</p>", "Text"),
            ("<pre>a\nb</pre>", "a\nb"),
            ("<div style='white-space: pre-wrap'>a\nb</div>c\nd", "a\nb\nc d"),
            ("<h1>Away</h1>until Monday<hr>Anna", "Away\nuntil Monday\nAnna"),
            ("<p>until <s>Monday</s> <del>noon</del> Tuesday</p>", "until Tuesday"),
            ("<ruby>漢字<rp>(</rp><rt>かんじ</rt><rp>)</rp></ruby>", "漢字"),
            ("<p>H<sub>2</sub>O</p>", "H2O"),
            ("<p>https://example.com/<wbr>help</p><p>b</p>", "https://example.com/help\nb"),
            ("", ""),
            ("<html></html>", ""),
        ]
    )
    func html(html: String, expected: String) {
        #expect(ReplyText(html).text == expected)
    }

    @Test(
        "items of a list stand on lines of their own, behind a dash or their number",
        arguments: [
            ("<ul><li>Anna: 11</li><li><p>Ben: 12</p></li></ul>Thanks", "- Anna: 11\n- Ben: 12\nThanks"),
            ("<ol><li>one</li><li>two<ul><li>in</li></ul></li><li>three</li></ol>", "1. one\n2. two\n- in\n3. three"),
            ("<ol><li>a<ol><li>b</li><li>c</li></ol></li><li>d</li></ol>", "1. a\n1. b\n2. c\n2. d"),
            ("<ol start=3><li>c<li>d<li value=9>i<li>j</ol>", "3. c\n4. d\n9. i\n10. j"),
            ("<ul><li></li><li>x</li></ul>", "- x"),
            ("<ol><li></li><li>x</li></ol>", "2. x"),
            ("<ul><li><ul><li>deep</li></ul></li></ul>", "- deep"),
            ("<p>· Anna<br>• Ben</p>", "- Anna\n- Ben"),
            ("a · b", "a · b"),
            ("<ol start=99999999999999999999><li>x</ol>", "1. x"),
        ]
    )
    func lists(html: String, expected: String) {
        #expect(ReplyText(html).text == expected)
    }

    @Test(
        "a row of a table is a line, whatever stands in its cells",
        arguments: [
            ("<table><tr><td>Mo</td><td>8:00</td></tr><tr><td>Tu</td><td>9:00</td></tr></table>", "Mo 8:00\nTu 9:00"),
            ("<table><tr><td><p>Mo</p></td><td><p>8:00</p></td></tr></table>x", "Mo 8:00\nx"),
            ("<table><tr><td><div>a<br></div></td><td></td><td><br><ul><li>b</li></ul></td></tr></table>", "a - b"),
            ("<table><tr><td><p>a</p><p>b</p></td><td>c</td></tr></table>", "a\nb c"),
            (
                """
                <table><tr><td><table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table></td>\
                <td>d</td></tr></table>
                """, "a b\nc d"
            ),
            ("<table><caption>Hours</caption><tr><th>Mo<td>8:00<tr><th>Tu<td>9:00</table>", "Hours\nMo 8:00\nTu 9:00"),
        ]
    )
    func tables(html: String, expected: String) {
        #expect(ReplyText(html).text == expected)
    }

    @Test(
        "references are resolved as browsers do, and what is none stays",
        arguments: [
            ("M&uuml;ller &amp; S&ouml;hne &euro;&nbsp;5 &lt;now&gt; &#x1F600;", "Müller & Söhne € 5 <now> 😀"),
            ("<p>it&#8217;s &#x2019; &apos;</p>", "it’s ’ '"),
            ("<p>it&#146;s &#150; &#x80;</p>", "it’s – €"),
            ("<p>Q&A, R&D, AT&T</p>", "Q&A, R&D, AT&T"),
            ("<p>M&uumlller? M&uuml ller &amp co &copy 2026</p>", "M&uumlller? Mü ller & co © 2026"),
            ("a &unknown; b", "a &unknown; b"),
            ("<p>a &#8217 b &#0; c &#; &; &", "a ’ b c &#; &; &"),
            ("<p>&#999999999; &#xD800; x &#xZ; &#x41; &#X42;</p>", "x &#xZ; A B"),
            ("&lt;b&gt;not bold&lt;/b&gt;", "<b>not bold</b>"),
        ]
    )
    func references(html: String, expected: String) {
        #expect(ReplyText(html).text == expected)
    }

    @Test(
        "a link is its text, and an image what its author says of it",
        arguments: [
            ("<p>See <a href=\"https://safe.example.net/?url=x&amp;y=1\">our page</a>.</p>", "See our page."),
            ("<a href='https://track.example.net/1'>https://example.com/help</a>", "https://example.com/help"),
            ("<p>Call <a href=tel:+49301234>+49 30 1234</a></p>", "Call +49 30 1234"),
            (
                "Write to <anna@example.com> or <https://example.com/> <br>",
                "Write to <anna@example.com> or <https://example.com/>"
            ),
            ("Happy<img src=x alt='Santa Claus on a sledge'>holidays", "Happy Santa Claus on a sledge holidays"),
            ("<img alt='😊'> bye", "😊 bye"),
            (
                "<img alt='image001.png'><img alt=Logo><img alt='Bild 1'><img alt='cid:x@y'><img alt='C:\\a b'><img>x",
                "x"
            ),
            ("<img alt='https://example.com/pixel'><img alt=\"\"><img alt='_ 1'>x", "x"),
            ("<img alt='A person outdoors&#10;&#10;Description automatically generated'>x", "x"),
            ("<img src='https://track.example.net/o.gif' width=1 height=1 alt='seen'>x", "x"),
        ]
    )
    func linksAndImages(html: String, expected: String) {
        #expect(ReplyText(html).text == expected)
    }

    @Test(
        "what cannot be seen is not said",
        arguments: [
            ("<div style='display:none'>Preview <b>text</b></div>Away", "Away"),
            ("<span style='mso-hide:all'>x</span><p style='VISIBILITY: Hidden'>y</p><p hidden>z</p>Away", "Away"),
            ("<p style='color:red;display:block'>Away</p>", "Away"),
            ("Bye <span style=\"font-family:Wingdings\">J</span><font face=Webdings>x</font>", "Bye"),
            ("<p>zero\u{200B}width\u{AD} \u{FEFF}\u{2060}left\u{200E}to\u{202A}right</p>", "zerowidth lefttoright"),
            ("<p>a\u{A0}\u{2003}\u{3000}\tb</p>", "a b"),
            ("<p>a\u{1}b\u{7F}c\u{E000}\u{FFFC}d</p>", "a bcd"),
            ("<svg><text>x</text></svg><iframe>y</iframe>Away", "Away"),
        ]
    )
    func unseen(html: String, expected: String) {
        #expect(ReplyText(html).text == expected)
    }

    @Test(
        "every language is left as it is",
        arguments: [
            ("<p dir=rtl>אני לא במשרד עד <b>יום ב׳</b>.</p>", "אני לא במשרד עד יום ב׳."),
            ("<p dir=rtl>\u{200F}أنا خارج المكتب\u{200F}</p>", "أنا خارج المكتب"),
            ("<p>می\u{200C}روم</p>", "می\u{200C}روم"),
            ("<p>👩\u{200D}👧 ❤\u{FE0F} 🇩🇪 1\u{FE0F}\u{20E3}</p>", "👩\u{200D}👧 ❤\u{FE0F} 🇩🇪 1\u{FE0F}\u{20E3}"),
            ("<p>e\u{301}te\u{301}</p>", "e\u{301}te\u{301}"),
            ("<p>不在です。<br>Ζεύς</p>", "不在です。\nΖεύς"),
        ]
    )
    func languages(html: String, expected: String) {
        #expect(Array(ReplyText(html).text.unicodeScalars) == Array(expected.unicodeScalars))
    }

    @Test(
        "text that was typed as text keeps its lines and its letters",
        arguments: [
            ("Away until Monday.\r\nAnna\r\n\r\nBye", "Away until Monday.\nAnna\n\nBye"),
            ("5 < 6 & 7 > 6", "5 < 6 & 7 > 6"),
            ("a < b", "a < b"),
            ("Müller & Söhne", "Müller & Söhne"),
            ("I <3 holidays", "I <3 holidays"),
            (
                "Anna <anna@example.com>, <https://example.com/a?b=1&c=2>",
                "Anna <anna@example.com>, <https://example.com/a?b=1&c=2>"
            ),
            ("if x <y and y> z", "if x <y and y> z"),
            ("- Anna: 11\n· Ben: 12", "- Anna: 11\n· Ben: 12"),
            ("M&uuml;ller &amp; Co", "Müller & Co"),
        ]
    )
    func plain(text: String, expected: String) {
        #expect(ReplyText(text).text == expected)
    }

    @Test(
        "broken HTML is read as browsers read it, or more generously",
        arguments: [
            ("<p>never <b>closed", "never closed"),
            ("<p>one<p>two<div>three", "one\ntwo\nthree"),
            ("</p></div>late", "late"),
            ("<b><i>crossed</b> over</i> end", "crossed over end"),
            ("<p>Anna < Ben <3</p>", "Anna < Ben <3"),
            ("<p>a<!-- no end <b>x</b>", "a no end x"),
            ("<style><!-- p {} </style><p>Away", "Away"),
            ("<html><body><p>Away</p></body></html><p>Disclaimer</p></html>", "Away\nDisclaimer"),
            ("<p>a<![CDATA[b]]>c<?php echo 1 ?>d<!foo>e</p>", "acde"),
            ("<!DOCTYPE html PUBLIC \"-//W3C//DTD\"><p>a</p></body></html>b", "a\nb"),
            ("<p>a<style>.x { <p>no end", "a"),
        ]
    )
    func broken(html: String, expected: String) {
        #expect(ReplyText(html).text == expected)
    }
}
