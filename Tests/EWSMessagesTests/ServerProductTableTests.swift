import Testing

@testable import EWSMessages

/// Microsoft's list of builds, against what a build is called here.
@Suite("ConformanceTests: products", .enabled(if: SharedFolder.exists, "../shared is not here"))
struct ServerProductTableTests {
    /// Slips of the list: CU17 of 2016 is called 2019 once, and rollup 5 of 2010 SP2, which is 14.2.328.5, has a build of SP3.
    private static let mistaken = ["15.1.2044.8", "14.3.328.5"]
    private static let editions = ["2007", "2010", "2013", "2016", "2019", "SE"]

    @Test("every build of the list is named after its product, and its service pack where the list has one")
    func names() throws {
        let list = String(decoding: try SharedFolder.bytes("ews/exchange-builds.tsv"), as: UTF8.self)
        let lines = list.split(separator: "\n")
        var products: Set<String> = []
        for line in lines.dropFirst() {
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
            guard !Self.mistaken.contains(String(fields[0])) else { continue }
            let version = try #require(ServerVersion(String(fields[0])), "\(line)")
            let words = fields[1].split(separator: " ")
            let edition = try #require(Self.editions.first { words.contains(Substring($0)) }, "\(line)")
            let product = ServerProduct(of: version)
            let said = product.name.split(separator: " ")
            #expect(said.starts(with: ["Exchange", "Server", Substring(edition)]), "\(line)")
            // The list names the pack of 2013 with that one build, and the updates behind it by their own numbers.
            if let pack = words.first(where: { ["SP1", "SP2", "SP3"].contains($0) }) {
                #expect(said.last == pack, "\(line)")
            } else if edition != "2013" {
                #expect(said.count == 3, "\(line)")
            }
            #expect(product.isSupported == (version >= ServerVersion(8, 1)), "\(line)")
            products.insert(product.name)
        }
        #expect(lines.count > 400)
        #expect(products.count == 13)
    }
}
