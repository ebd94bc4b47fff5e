public import MainstayConnectorSDK
import RequestTrackerConnector

@implementation @c
public func mainstay_connector_entry(_ hostABI: UInt32) -> UnsafePointer<mst_plugin>? {
    ConnectorExport.plugin(RequestTrackerConnector.self, hostABI: hostABI)
}
