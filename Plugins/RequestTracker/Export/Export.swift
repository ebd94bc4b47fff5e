public import MainstayConnectorSDK
import RequestTrackerConnector

/// What Mainstay looks for in the library.
@implementation @c
public func mainstay_connector_entry(_ hostABI: UInt32) -> UnsafePointer<mst_plugin>? {
    ConnectorExport.plugin(RequestTrackerConnector.self, hostABI: hostABI)
}
