import PrometheusMetrics
import Testing

/// Expectations come from <https://prometheus.io/docs/instrumenting/exposition_formats/>.
@Suite("The text format of Prometheus")
struct MetricsTextTests {
    private func text(_ families: MetricFamily...) -> String { MetricsText(families).text }

    private func requests(_ samples: MetricFamily.Sample...) -> MetricFamily {
        MetricFamily("http_requests_total", .counter, help: "The total number of HTTP requests.", samples)
    }

    @Test("the format's own example comes out as it stands there")
    func example() {
        let post = MetricFamily.Label("method", "post")
        let family = requests(
            .init(1_027, labels: [post, .init("code", "200")]),
            .init(3, labels: [post, .init("code", "400")])
        )
        let expected = """
            # HELP http_requests_total The total number of HTTP requests.
            # TYPE http_requests_total counter
            http_requests_total{method="post",code="200"} 1027
            http_requests_total{method="post",code="400"} 3

            """
        #expect(text(family) == expected)
    }

    @Test(
        "backslash, quotation mark and line feed are escaped in the value of a label, and nothing else",
        arguments: [
            (#"C:\DIR\FILE.TXT"#, #"C:\\DIR\\FILE.TXT"#),
            ("Cannot find file:\n\"FILE.TXT\"", #"Cannot find file:\n\"FILE.TXT\""#),
            ("one\r\ntwo", "one\r\\ntwo"),
            ("tab\tand Zürich {a=\"b\"}, #", "tab\tand Zürich {a=\\\"b\\\"}, #"),
            ("", ""),
        ]
    )
    func labels(value: String, written: String) {
        let line = text(requests(.init(1, labels: [.init("path", value)]))).split(separator: "\n").last
        #expect(line.map { Array($0.utf8) } == Array("http_requests_total{path=\"\(written)\"} 1".utf8))
    }

    @Test("in the help it is backslash and line feed alone")
    func help() {
        let family = MetricFamily("x", .gauge, help: "a \\ b\n\"c\"", value: 1)
        #expect(text(family) == "# HELP x a \\\\ b\\n\"c\"\n# TYPE x gauge\nx 1\n")
    }

    @Test(
        "numbers are those that Go reads",
        arguments: [
            (0, "0"), (-0.0, "0"), (12.47, "12.47"), (1_027, "1027"), (-3, "-3"), (0.005, "0.005"),
            (.infinity, "+Inf"), (-.infinity, "-Inf"), (.nan, "NaN"), (1e300, "1e+300"),
        ] as [(Double, String)]
    )
    func numbers(value: Double, written: String) {
        #expect(MetricsText.number(value) == written)
    }

    @Test("numbers lose nothing", arguments: [0.1, 1.0 / 3, 1_764_000_000.123, 1e-9, .leastNonzeroMagnitude, 0x1p53])
    func exact(value: Double) {
        #expect(Double(MetricsText.number(value)) == value)
    }

    @Test("of several families each is one group, with one HELP and one TYPE line before its samples")
    func groups() {
        let users = MetricFamily("users", .gauge, help: "Users.", [.init(1, labels: [.init("a", "b")]), .init(2)])
        let lines = text(requests(.init(1)), users).split(separator: "\n", omittingEmptySubsequences: false)
        let kinds = lines.map { $0.split(separator: " ").prefix(3).joined(separator: " ") }
        #expect(
            kinds == [
                "# HELP http_requests_total", "# TYPE http_requests_total", "http_requests_total 1",
                "# HELP users", "# TYPE users", "users{a=\"b\"} 1", "users 2", "",
            ]
        )
    }

    @Test("of a family without samples nothing is said, and of none at all neither")
    func nothing() {
        #expect(text(requests()).isEmpty)
        #expect(text().isEmpty)
    }

    @Test("the type of an answer names the version")
    func mediaType() {
        #expect(MetricsText.mediaType == "text/plain; version=0.0.4; charset=utf-8")
    }
}
