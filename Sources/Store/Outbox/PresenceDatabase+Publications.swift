package import Availability
import Foundation
import GRDB

extension PresenceDatabase: PublicationStore {
    /// All publications of a hook, without their documents.
    package func publications(of hook: String) async throws(StoreFailure) -> [Publication] {
        try await read { database in
            var publications: [Publication] = []
            let rows = try database.rows(
                "SELECT address, presentity, entity_tag, expires_at FROM publication WHERE hook = ?",
                [hook]
            )
            while let row = try rows.next() {
                var columns = ColumnReader(row)
                guard let user = columns.text().flatMap(MailboxAddress.init), let presentity = columns.text(),
                    let tag = columns.text(), let expiresAt = columns.time()
                else { continue }
                let key = Publication.Key(hook: hook, user: user, presentity: presentity)
                publications.append(Publication(key: key, entityTag: tag, expiresAt: expiresAt))
            }
            return publications
        }
    }

    /// The documents of these publications.
    package func documents(of publications: [Publication.Key]) async throws(StoreFailure) -> [Publication.Key: String] {
        try await read { database in
            var documents: [Publication.Key: String] = [:]
            for key in publications {
                let row = try database.row(
                    "SELECT document FROM publication WHERE hook = ? AND address = ? AND presentity = ?",
                    [key.hook, key.user.text, key.presentity]
                )
                guard let row else { continue }
                var columns = ColumnReader(row)
                documents[key] = columns.text()
            }
            return documents
        }
    }

    /// Writes all in one transaction; without a document the stored one stays.
    package func keep(_ publications: [Publication]) async throws(StoreFailure) {
        try await write { database in
            for publication in publications {
                try database.run(
                    """
                    INSERT INTO publication (hook, address, presentity, entity_tag, expires_at, document)
                    VALUES (?, ?, ?, ?, ?, coalesce(?, ''))
                    ON CONFLICT (hook, address, presentity) DO UPDATE SET entity_tag = excluded.entity_tag,
                        expires_at = excluded.expires_at,
                        document = CASE excluded.document WHEN '' THEN document ELSE excluded.document END
                    """,
                    [
                        publication.key.hook, publication.key.user.text, publication.key.presentity,
                        publication.entityTag, publication.expiresAt.seconds, publication.document,
                    ]
                )
            }
        }
    }

    /// Forgets these.
    package func forget(_ publications: [Publication.Key]) async throws(StoreFailure) {
        try await write { database in
            for key in publications {
                try database.run(
                    "DELETE FROM publication WHERE hook = ? AND address = ? AND presentity = ?",
                    [key.hook, key.user.text, key.presentity]
                )
            }
        }
    }
}
