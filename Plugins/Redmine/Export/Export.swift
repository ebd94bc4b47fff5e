public import MainstayConnectorSDK
import RedmineConnector

@implementation @c
public func mainstay_connector_entry(_ hostABI: UInt32) -> UnsafePointer<mst_plugin>? {
    ConnectorExport.plugin(RedmineConnector.self, hostABI: hostABI)
}
