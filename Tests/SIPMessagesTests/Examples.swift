/// Messages as RFCs print them, with CR LF at the ends of lines.
enum Examples {
    static func wire(_ text: String) -> [UInt8] { Array(text.replacing("\n", with: "\r\n").utf8) }

    /// RFC 3903, 15, M6 and what it answers.
    static let published = wire(
        """
        SIP/2.0 200 OK
        Via: SIP/2.0/UDP pua.example.com;branch=z9hG4bK652hsge
         ;received=192.0.2.3
        To: <sip:presentity@example.com>;tag=1a2b3c4d
        From: <sip:presentity@example.com>;tag=1234wxyz
        Call-ID: 81818181@pua.example.com
        CSeq: 1 PUBLISH
        SIP-ETag: dx200xyz
        Expires: 1800


        """
    )

    /// RFC 4475, 3.1.1.12 (unreason).
    static let unusualReason = wire(
        """
        SIP/2.0 200 = 2**3 * 5**2 но сто девяносто девять - простое
        Via: SIP/2.0/UDP 192.0.2.198;branch=z9hG4bK1324923
        Call-ID: unreason.1234ksdfak3j2erwedfsASdf
        CSeq: 35 INVITE
        From: sip:user@example.com;tag=11141343
        To: sip:user@example.edu;tag=2229
        Content-Length: 154
        Content-Type: application/sdp
        Contact: <sip:user@host198.example.com>

        v=0
        o=mhandley 29739 7272939 IN IP4 192.0.2.198
        s=-
        c=IN IP4 192.0.2.198
        t=0 0
        m=audio 49217 RTP/AVP 0 12
        m=video 3227 RTP/AVP 31
        a=rtpmap:31 LPC

        """
    )

    /// RFC 4475, 3.1.1.13 (noreason).
    static let noReason = wire(
        """
        SIP/2.0 100\u{20}
        Via: SIP/2.0/UDP 192.0.2.105;branch=z9hG4bK2398ndaoe
        Call-ID: noreason.asndj203insdf99223ndf
        CSeq: 35 INVITE
        From: <sip:user@example.com>;tag=39ansfi3
        To: <sip:user@example.edu>;tag=902jndnke3
        Content-Length: 0
        Contact: <sip:user@host105.example.com>


        """
    )

    /// RFC 4475, 3.1.2.19 (bigcode).
    static let overlargeStatus = wire(
        """
        SIP/2.0 4294967301 better not break the receiver
        Via: SIP/2.0/UDP 192.0.2.105;branch=z9hG4bK2398ndaoe
        Call-ID: bigcode.asdof3uj203asdnf3429uasdhfas3ehjasdfas9i
        CSeq: 353494 INVITE
        From: <sip:user@example.com>;tag=39ansfi3
        To: <sip:user@example.edu>;tag=902jndnke3
        Content-Length: 0
        Contact: <sip:user@host105.example.com>


        """
    )

    /// RFC 3261, 24.2, F4, in which Via fields of several proxies stand, and one of RFC 3261, 7.3.1 and 7.3.3 in short.
    static let severalVias = wire(
        """
        SIP/2.0 180 Ringing
        Via: SIP/2.0/UDP server10.biloxi.com;branch=z9hG4bK4b43c2ff8.1
         ;received=192.0.2.3, SIP/2.0/UDP bigbox3.site3.atlanta.com;branch=z9hG4bK77ef4c2312983.1
         ;received=192.0.2.2
        v: SIP/2.0/UDP pc33.atlanta.com;branch=z9hG4bK776asdhds ;received=192.0.2.1
        t: Bob <sip:bob@biloxi.com>;tag=a6c85cf
        f: Alice <sip:alice@atlanta.com>;tag=1928301774
        i: a84b4c76e66710
        m: <sip:bob@192.0.2.4>
        CSeq: 314159 INVITE
        l: 0


        """
    )

    /// With which servers ask whether somebody is there (RFC 3261, 11.1).
    static let options = wire(
        """
        OPTIONS sip:carol@chicago.com SIP/2.0
        Via: SIP/2.0/UDP pc33.atlanta.com;branch=z9hG4bKhjhs8ass877
        Max-Forwards: 70
        To: <sip:carol@chicago.com>
        From: Alice <sip:alice@atlanta.com>;tag=1928301774
        Call-ID: a84b4c76e66710
        CSeq: 63104 OPTIONS
        Contact: <sip:alice@pc33.atlanta.com>
        Accept: application/sdp
        Content-Length: 0


        """
    )
}
