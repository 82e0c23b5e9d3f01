import Testing

@testable import EWSMessages

/// Replies written for the tests in the manner of the programs that people write theirs with.
@Suite("Text of automatic replies: programs")
struct ReplyTextProgramsTests {
    private static func word(_ body: String) -> String {
        """
        <html xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"
        xmlns:w="urn:schemas-microsoft-com:office:word" xmlns="http://www.w3.org/TR/REC-html40">
        <head><meta http-equiv=Content-Type content="text/html; charset=us-ascii">
        <meta name=Generator content="Microsoft Word 15 (filtered medium)">
        <!--[if !mso]><style>v\\:* {behavior:url(#default#VML);}</style><![endif]--><style><!--
        /* Style Definitions */
        p.MsoNormal, li.MsoNormal {margin:0cm; font-size:11.0pt; mso-fareast-language:EN-US;}
        @page WordSection1 {size:612.0pt 792.0pt;} div.WordSection1 > p {page:WordSection1;}
        --></style><!--[if gte mso 9]><xml><o:shapedefaults v:ext="edit" spidmax="1026" /></xml><![endif]--></head>
        <body lang=DE link="#0563C1" vlink="#954F72" style='word-wrap:break-word'><div class=WordSection1>
        \(body)</div></body></html>
        """
    }

    @Test("Word's markup leaves the text alone")
    func paragraphs() {
        let html = Self.word(
            """
            <p class=MsoNormal>Guten Tag,<o:p></o:p></p>
            <p class=MsoNormal><o:p>&nbsp;</o:p></p><p class=MsoNormal><span lang=DE
            style='font-size:12.0pt;mso-fareast-language:DE'>ich bin bis zum <b>4.&nbsp;Januar</b>
            nicht im Haus.</span><span style='mso-spacerun:yes'>&nbsp; </span>Frohes Fest <span
            style='font-family:Wingdings'>J</span><o:p></o:p></p>
            <p class=MsoNormal><a href="https://eur01.safe.example.net/?url=https%3A%2F%2Fexample.com&amp;data=05%7C02"><span
            style='color:#0563C1'>Zur Vertretung</span></a><o:p></o:p></p>
            <!--[if gte vml 1]><v:shape id="p" type="#t75"><v:imagedata src="cid:image001.png@01DC" o:title="l"/></v:shape>
            <![endif]--><![if !vml]><img width=120 height=40 src="cid:image001.png@01DC" alt="image001"><![endif]>
            """
        )
        #expect(
            ReplyText(html).text == """
                Guten Tag,
                ich bin bis zum 4. Januar nicht im Haus. Frohes Fest
                Zur Vertretung
                """
        )
    }

    @Test("Word writes lists as paragraphs, with the marks in the text")
    func lists() {
        func item(_ mark: String, _ font: String, _ text: String) -> String {
            """
            <p class=MsoListParagraph style='margin-left:36.0pt;text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if \
            !supportLists]><span style='font-family:\(font);mso-fareast-font-family:\(font)'><span
            style='mso-list:Ignore'>\(mark)<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;&nbsp;&nbsp;
            </span></span></span><![endif]>\(text)<o:p></o:p></p>
            """
        }
        let html = Self.word(
            item("·", "Symbol", "Anna: 11") + item("o", "\"Courier New\"", "mornings")
                + item("§", "Wingdings", "not on Fridays") + item("1.", "Calibri", "Ben: 12")
                + item("b)", "Calibri", "Cleo")
        )
        #expect(ReplyText(html).text == "- Anna: 11\n- mornings\n- not on Fridays\n1. Ben: 12\nb) Cleo")
    }

    @Test("Word puts a paragraph into each cell of a table")
    func tables() {
        func cell(_ text: String) -> String {
            """
            <td width=151 valign=top style='width:4.0cm;border:solid windowtext 1.0pt;padding:0cm 5.4pt'>
            <p class=MsoNormal>\(text)<o:p></o:p></p></td>
            """
        }
        let html = Self.word(
            """
            <table class=MsoTableGrid border=1 cellspacing=0><tr style='mso-yfti-irow:0'>\(cell("Mo"))
            \(cell("8:00"))</tr><tr>\(cell("Tu"))\(cell("<o:p>&nbsp;</o:p>"))\(cell("9:00"))</tr></table>
            <p class=MsoNormal><o:p>&nbsp;</o:p></p>
            """
        )
        #expect(ReplyText(html).text == "Mo 8:00\nTu 9:00")
    }

    @Test("a conditional comment shows what programs other than Word are to show")
    func conditionalComments() {
        let html = """
            <!--[if mso]><p>for Word</p><![endif]--><!--[if !mso]><!--><p>for all others</p><!--<![endif]--><p>for all</p>
            """
        #expect(ReplyText(html).text == "for all others\nfor all")
    }

    @Test("Outlook on the web nests divs, each a line")
    func outlookOnTheWeb() {
        let html = """
            <html><head>
            <meta http-equiv="Content-Type" content="text/html; charset=utf-8">
            <style type="text/css" style="display:none;"> P {margin-top:0;margin-bottom:0;} </style>
            </head><body dir="ltr"><div class="elementToProof" style="font-family: Aptos, Calibri; font-size: 12pt;">
            Hello,<br>
            </div><div class="elementToProof"><br>
            </div><div><div><span style="color: rgb(0, 0, 0);">I am away until&nbsp;<b>7 January</b>.</span></div>
            <div><div>In urgent cases:<ul data-editing-info='{"orderedStyleType":1}'><li><div role="presentation">\
            Anna, extension 11</div></li><li style="list-style-type: circle;"><span>Ben</span></li></ul></div></div></div>
            <div id="Signature"><div><img alt="😊" src="cid:1" style="width: 16px"> Cleo</div><div>&#8203;</div></div>
            </body></html>
            """
        #expect(
            ReplyText(html).text == """
                Hello,

                I am away until 7 January.
                In urgent cases:
                - Anna, extension 11
                - Ben
                😊 Cleo
                """
        )
    }

    @Test("other programs write paragraphs with line ends, tables for layout and elements of old")
    func others() {
        let html = """
            <HTML><BODY BGCOLOR="#FFFFFF"><CENTER><TABLE WIDTH=600><TR><TD><FONT FACE="Arial" SIZE=2>Out of office<BR>
            <BR>Back on Monday&nbsp;<BLINK>!</BLINK></FONT><TR><TD ALIGN=right>Cleo</TABLE></CENTER>
            """
        #expect(ReplyText(html).text == "Out of office\n\nBack on Monday !\nCleo")
    }
}
