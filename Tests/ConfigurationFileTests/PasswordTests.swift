import Availability
import ConfigurationFile
import Foundation
import TestSupport
import Testing

@Suite("Passwords")
struct PasswordTests {
    @Test(
        "the password is the first line without its end",
        arguments: [
            ("secret\n", "secret"), ("secret", "secret"), ("secret\r\n", "secret"), ("se cret \nrest\n", "se cret "),
            ("p\u{e4}ss\n", "p\u{e4}ss"),
        ]
    )
    func firstLine(content: String, password: String) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(content, to: "password")
        #expect(try PasswordSource.file(path).readPassword(credentialsDirectory: nil) == password)
    }

    @Test("a credential is read from the folder that systemd names")
    func credential() throws {
        let folder = try TemporaryFolder()
        try folder.write("secret\n", to: "exchange")
        let source = PasswordSource.credential("exchange")
        #expect(try source.readPassword(credentialsDirectory: folder.path) == "secret")
        let error = #expect(throws: PasswordError.self) { try source.readPassword(credentialsDirectory: nil) }
        #expect(error?.cause == .noCredentials)
        #expect(error?.diagnosis.id == "config.password-unreadable")
        #expect(error.map { flaws(in: $0.diagnosis) } == [])
    }

    @Test("4096 bytes are read, one more is refused")
    func size() throws {
        let folder = try TemporaryFolder()
        let fits = PasswordSource.file(try folder.write(String(repeating: "x", count: 4_096), to: "fits"))
        #expect(try fits.readPassword(credentialsDirectory: nil).count == 4_096)
        let large = PasswordSource.file(try folder.write(String(repeating: "x", count: 4_097), to: "large"))
        let error = #expect(throws: PasswordError.self) { try large.readPassword(credentialsDirectory: nil) }
        #expect(error?.cause == .tooLarge)
    }

    @Test("no file, no password, and no text are told apart")
    func causes() throws {
        let folder = try TemporaryFolder()
        func cause(_ path: String) -> PasswordError.Cause? {
            let source = PasswordSource.file(path)
            let error = #expect(throws: PasswordError.self) { try source.readPassword(credentialsDirectory: nil) }
            #expect(error.map { flaws(in: $0.diagnosis) } == [])
            return error?.cause
        }
        #expect(cause(folder.file("absent")) == .unreadable)
        #expect(cause(folder.path) == .unreadable)
        #expect(cause(try folder.write("", to: "empty")) == .empty)
        #expect(cause(try folder.write("\nsecret\n", to: "blank")) == .empty)
        let binary = folder.file("binary")
        try Data([0xFF, 0xFE]).write(to: URL(fileURLWithPath: binary))
        #expect(cause(binary) == .notText)
    }
}
