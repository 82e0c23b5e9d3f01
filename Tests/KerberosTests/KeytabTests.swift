import Foundation
import Kerberos
import TestSupport
import Testing

/// What goes wrong before any Kerberos server is asked. The rest is tested from outside, with a real one.
@Suite("Keytabs and caches that are of no use")
struct KeytabTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func failure(_ source: TicketSource) async -> KerberosError? {
        do throws(KerberosError) {
            _ = try await KerberosTickets(source).token(for: "mail.example.com")
            return nil
        } catch {
            return error
        }
    }

    private func keytab(_ bytes: [UInt8]) throws -> TicketSource {
        let path = folder.file("keytab")
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        return .keytab(path: path, principal: nil)
    }

    @Test("a keytab that is not there is told with the system's number")
    func missing() async throws {
        let failure = await failure(.keytab(path: folder.file("nothing"), principal: nil))
        #expect(failure?.cause == .keytabMissing)
        #expect(failure?.minor == ENOENT)
        #expect(failure?.text.isEmpty == false)
    }

    @Test("a path that leads through a file leads nowhere")
    func throughFile() async throws {
        try folder.write("", to: "file")
        let failure = await failure(.keytab(path: folder.file("file/keytab"), principal: nil))
        #expect(failure?.cause == .keytabMissing)
    }

    @Test("a folder is no keytab")
    func directory() async throws {
        #expect(await failure(.keytab(path: folder.path, principal: nil))?.cause == .keytabUnusable)
    }

    // The format: https://web.mit.edu/kerberos/krb5-latest/doc/formats/keytab_file_format.html
    @Test(
        "what is no keytab, or holds no key, is of no use",
        arguments: [
            [], Array("correct horse\n".utf8), [5, 2], [5, 3, 0, 0, 0, 9], [5, 2, 0, 0, 0, 60, 0, 2, 0],
            [5, 2, 0xFF, 0xFF, 0xFF, 0xF0] + Array(repeating: 0, count: 16),
        ] as [[UInt8]]
    )
    func useless(bytes: [UInt8]) async throws {
        #expect(await failure(try keytab(bytes))?.cause == .keytabUnusable)
    }

    @Test("the keys of somebody else are told by his name")
    func ofOthers() async throws {
        guard case .keytab(let path, _) = try keytab(KeytabFile.ofService) else { return }
        let failure = await failure(.keytab(path: path, principal: "other@EXAMPLE.COM"))
        #expect(failure?.cause == .keytabOfOthers(["service@EXAMPLE.COM"]))
    }

    @Test("a cache that is not there holds no ticket")
    func noCache() async throws {
        // The tests' user has none, or one without a principal of this name.
        let failure = await failure(.cache(principal: "nobody-\(UUID().uuidString)@NOWHERE.EXAMPLE.COM"))
        #expect(failure?.cause == .noTicket)
    }
}

/// A keytab with one entry, put together by the description of the format.
private enum KeytabFile {
    static let ofService: [UInt8] = {
        let entry =
            [0, 1]  // components
            + counted("EXAMPLE.COM") + counted("service")
            + [0, 0, 0, 1]  // a principal's name
            + [0, 0, 0, 0]  // made in 1970
            + [1]  // version of the key
            + [0, 17, 0, 16] + Array(repeating: 7, count: 16)  // aes128-cts-hmac-sha1-96
        return [5, 2, 0, 0, 0, UInt8(entry.count)] + entry
    }()

    private static func counted(_ text: String) -> [UInt8] { [0, UInt8(text.utf8.count)] + Array(text.utf8) }
}
