import Availability
import HTTPTypes
import Hummingbird
import NIOCore
import PrometheusMetrics

/// Numbers for Prometheus.
extension ControlRoutes {
    /// Answers also while the integration is not running, with what is known then.
    func metrics() async -> Response {
        Response(
            status: .ok,
            headers: [.contentType: MetricsText.mediaType],
            body: ResponseBody(
                byteBuffer: ByteBuffer(string: await scrape.text(of: integration, at: directory.clock.now))
            )
        )
    }
}
