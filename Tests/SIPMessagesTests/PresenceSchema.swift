import Foundation
import TestSupport

/// Judges presence documents: the rules of RFC 3863, 4, of RFC 4479, 4 and of the activities of RFC 4480, 4, written down
/// here in RELAX NG, and libxml2's `xmllint`, which shares nothing with us.
struct PresenceSchema {
    private let folder: TemporaryFolder
    private let schema: String

    init() throws {
        folder = try TemporaryFolder()
        schema = try folder.write(Self.rules, to: "presence.rng")
    }

    func isValid(_ document: String) throws -> Bool {
        let file = try folder.write(document, to: "document.xml")
        return try Self.run(["--noout", "--relaxng", schema, file]).status == 0
    }

    /// The text of what an XPath expression finds, as another parser than ours reads it.
    func text(_ path: String, in document: String) throws -> String {
        let file = try folder.write(document, to: "document.xml")
        var output = try Self.run(["--xpath", "string(\(path))", file]).output
        // What the program ends its line with.
        if output.hasSuffix("\n") { output.unicodeScalars.removeLast() }
        return output
    }

    private static func run(_ arguments: [String]) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["xmllint", "--nonet"] + arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: data, as: UTF8.self))
    }

    private static let activities = [
        "appointment", "away", "breakfast", "busy", "dinner", "holiday", "in-transit", "looking-for-work", "meal",
        "meeting", "on-the-phone", "performance", "permanent-absence", "playing", "presentation", "shopping",
        "sleeping", "spectator", "steering", "travel", "tv", "vacation", "working", "worship",
    ]

    private static let rules = """
        <grammar xmlns="http://relaxng.org/ns/structure/1.0" xmlns:p="urn:ietf:params:xml:ns:pidf"
            xmlns:dm="urn:ietf:params:xml:ns:pidf:data-model" xmlns:r="urn:ietf:params:xml:ns:pidf:rpid"
            datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes">
          <start>
            <element name="p:presence">
              <attribute name="entity"><data type="anyURI"/></attribute>
              <zeroOrMore>
                <element name="p:tuple">
                  <attribute name="id"><data type="ID"/></attribute>
                  <element name="p:status">
                    <optional>
                      <element name="p:basic"><choice><value>open</value><value>closed</value></choice></element>
                    </optional>
                  </element>
                  <optional><element name="p:contact"><data type="anyURI"/></element></optional>
                  <zeroOrMore><element name="p:note"><text/></element></zeroOrMore>
                  <optional><element name="p:timestamp"><data type="dateTime"/></element></optional>
                </element>
              </zeroOrMore>
              <zeroOrMore><element name="p:note"><text/></element></zeroOrMore>
              <zeroOrMore>
                <element name="dm:person">
                  <attribute name="id"><data type="ID"/></attribute>
                  <optional><ref name="activities"/></optional>
                  <zeroOrMore><element name="dm:note"><text/></element></zeroOrMore>
                  <optional><element name="dm:timestamp"><data type="dateTime"/></element></optional>
                </element>
              </zeroOrMore>
            </element>
          </start>
          <define name="activities">
            <element name="r:activities">
              <optional><attribute name="from"><data type="dateTime"/></attribute></optional>
              <optional><attribute name="until"><data type="dateTime"/></attribute></optional>
              <zeroOrMore><element name="r:note"><text/></element></zeroOrMore>
              <choice>
                <element name="r:unknown"><empty/></element>
                <oneOrMore><choice>
                  \(activities.map { "<element name=\"r:\($0)\"><empty/></element>" }.joined())
                </choice></oneOrMore>
              </choice>
            </element>
          </define>
        </grammar>
        """
}
